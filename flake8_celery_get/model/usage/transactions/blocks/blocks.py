"""What runs inside a transaction: ``atomic`` as a block or a decorator, and what Django does.

https://docs.djangoproject.com/en/stable/topics/db/transactions/
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from flake8_celery_get.model.usage.transactions.blocks.admin import (
    AdminForms,
    is_of_admin,
    rows_of_admin,
)
from flake8_celery_get.model.usage.transactions.blocks.receivers import Receivers
from flake8_celery_get.model.usage.transactions.blocks.requests import (
    VIEW_METHODS,
    Requests,
)
from flake8_celery_get.model.usage.transactions.blocks.wrappers import Wrappers

if TYPE_CHECKING:
    from flake8_celery_get.model.flow.surroundings import Surroundings
    from flake8_celery_get.model.usage.django.signals import Signals
    from flake8_celery_get.model.values.definitions import (
        ClassSymbol,
        FunctionSymbol,
        Scope,
    )
    from flake8_celery_get.source import code


class Transactions:
    """Tells which code of a project runs inside a transaction."""

    def __init__(self, world: Surroundings, signals: Signals) -> None:
        self._world = world
        self._wrappers = Wrappers(world)
        self.receivers = Receivers(world, signals)
        self.requests = Requests(world)
        self._forms = AdminForms(world)

    def opens(self, scope: Scope, node: code.Expression) -> bool:
        """Whether ``with node:`` opens a transaction on the default database."""
        return self._wrappers.opens(scope, node)

    def may_open(self, symbol: FunctionSymbol) -> bool:
        """Whether it is worth reading a function: its text may open a transaction."""
        return (
            symbol.scope.source.has(symbol.definition, _MAY_OPEN)
            or symbol in self.receivers.connected
            or is_of_admin(self._world.classes, symbol)
            or self._forms.saves(symbol)
            or self._is_dispatched(symbol)
            or self.requests.covers(symbol)
        )

    def is_around(self, symbol: FunctionSymbol, function: code.Function) -> bool:
        """Whether a function as a whole runs inside a transaction."""
        return (
            self._is_decorated(symbol, function)
            or self._is_dispatched(symbol)
            or self.receivers.is_one(symbol, function)
            or is_of_admin(self._world.classes, symbol)
            or self._forms.saves(symbol)
            or self.requests.covers(symbol)
        )

    def given_rows(self, symbol: FunctionSymbol, function: code.Function) -> set[str]:
        """What Django gives a receiver, or a method of its admin, the row in."""
        if is_of_admin(self._world.classes, symbol):
            return rows_of_admin(function)
        if self.receivers.gives_row(symbol, function):
            rest = [each.name for each in function.parameters if each.kind == "**"]
            return {"instance", *(f"{name}.['instance']" for name in rest)}
        return set()

    def fixed(self, symbol: FunctionSymbol) -> frozenset[tuple[str, str]]:
        """The parameters that are constants where Django calls a function in a transaction."""
        return (
            frozenset({("commit", "False")}) if self._forms.saves(symbol) else frozenset()
        )

    def _is_decorated(self, symbol: FunctionSymbol, function: code.Function) -> bool:
        """Whether a decorator opens one around the body.

        Coroutines and generators run when the function has returned, and the block is left.
        """
        if function.is_async or function.yields:
            return False
        return any(self.opens(symbol.scope, node) for node in function.decorators)

    def _is_dispatched(self, symbol: FunctionSymbol) -> bool:
        """Whether a method of a view is one of its class, or called by an atomic ``dispatch``."""
        owner = symbol.owner
        if owner is None or symbol.definition.is_async or symbol.name not in VIEW_METHODS:
            return False
        return self._runs_in_one(owner, symbol.name)

    def is_around_view(self, view: ClassSymbol) -> bool:
        """Whether the methods that a view inherits from Django run inside of a transaction."""
        return self._runs_in_one(view, "post") or self.requests.covers_class(view)

    def _runs_in_one(self, owner: ClassSymbol, method: str) -> bool:
        classes = self._world.classes
        if any(self._is_said_of(each, method) for each in classes.line(owner)):
            return True
        dispatch = classes.method(owner, "dispatch")
        if dispatch is None or not dispatch.definition.decorators:
            return False
        nodes = self._world.calls.decorators_of(dispatch)
        return any(self.opens(dispatch.scope, node) for node in nodes)

    def _is_said_of(self, symbol: ClassSymbol, method: str) -> bool:
        """``@method_decorator(transaction.atomic, name="dispatch")`` above a class."""
        if not symbol.definition.decorators:
            return False
        text = symbol.definition.text(symbol.scope.source.lines)
        return any(
            name in {method, "dispatch"}
            and self._wrappers.is_named(symbol.scope, decorator)
            for decorator, name in _OF_METHOD.findall(text)
        )


_MAY_OPEN = re.compile(r"@|\bwith\b")
_OF_METHOD = re.compile(
    r"@(?:\w+\.)*method_decorator\(\s*\[?\s*([\w.]+)(?:\(\s*\))?\s*,?\s*\]?\s*,"
    r"\s*name\s*=\s*[\"'](\w+)[\"']"
)
