"""Which values lead to a wait, and the names under which somebody gets them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flake8_celery_get.model.classes.object_rows import OF_VIEWS
from flake8_celery_get.model.classes.task_options import base_of
from flake8_celery_get.model.values.lasting import carries, holds_task, makes_handles
from flake8_celery_get.model.values.parts import options
from flake8_celery_get.model.values.values import (
    ClassValue,
    Closure,
    Either,
    FunctionValue,
    Instance,
    Items,
    Rows,
    Value,
)

if TYPE_CHECKING:
    from flake8_celery_get.model.evaluate.world import World
    from flake8_celery_get.model.noticed.waits import Outcome
    from flake8_celery_get.model.values.definitions import FunctionSymbol


class Leads:
    """Tells what leads on; what gives an instance of a class becomes its carrier."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._relevance = world.relevance

    def of(self, outcome: Outcome) -> bool:
        """Whether who calls it waits, sends, or may wait or poll with what it returns."""
        tells = bool(outcome.sends or outcome.asked)
        return tells or _suffers(outcome) or self.on(outcome.value)

    def on(self, value: Value) -> bool:
        """Whether who gets the value may wait through it."""
        if isinstance(value, (Items, Either)):
            return any(map(self.on, value.parts))
        if isinstance(value, (ClassValue, Instance)):
            return self._relevance.carries(value.symbol)
        if isinstance(value, FunctionValue):
            return self._relevance.leads_on(value.symbol)
        if isinstance(value, Closure):
            outcome = self._world.calls.outcome(value)
            if isinstance(outcome.value, Closure):  # of a decorator with arguments
                made = self._world.calls.outcome(outcome.value)
                return _suffers(outcome) or _suffers(made)
            return _suffers(outcome) or carries(outcome.value)
        return carries(value) or makes_handles(value)

    def lend_to_views(self, variable: str, value: Value) -> None:
        """A view that names its model gets rows of it without naming it again."""
        for option in options(value):
            if isinstance(option, (ClassValue, Rows)) and self.on(Instance(option.symbol)):
                for name in (variable, *OF_VIEWS):
                    self._relevance.add_carrier(option.symbol, name)

    def lend_to_carriers(self, name: str, value: Value) -> None:
        """Who gets an instance, or the class itself, by ``name`` need not name the class."""
        for option in options(value):
            if isinstance(option, (ClassValue, Instance)) and self.on(option):
                self._relevance.add_carrier(option.symbol, name)

    def lend_to_task(self, symbol: FunctionSymbol) -> None:
        """Who names a task may call what its ``base=`` class has: ``add.call(1, 2)``."""
        base = base_of(self._world, symbol)
        if base is not None and self._relevance.concerns(base):
            self._relevance.add_name(symbol.scope, symbol.name)


def _suffers(outcome: Outcome) -> bool:
    return not all(wait.is_harmless for wait in outcome.waits)


def is_registry(value: Value) -> bool:
    """Whether it is a container that tasks were put into."""
    return isinstance(value, Items) and holds_task(value)
