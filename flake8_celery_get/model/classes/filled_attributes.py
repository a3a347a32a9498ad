"""Methods that give an object its tasks: nothing but an attribute speaks for them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING, TypeAlias

from flake8_celery_get.model.values.values import FunctionValue, Instance
from flake8_celery_get.source import words

if TYPE_CHECKING:
    from flake8_celery_get.model.flow.frame import Frame
    from flake8_celery_get.model.values.definitions import ClassSymbol, FunctionSymbol

_FILLS = re.compile(r"\bself\.(\w+)(?:\[|\.(?:append|add|extend|update|setdefault)\()")

Fillers: TypeAlias = "dict[str, list[FunctionSymbol]]"


def fill_attribute(frame: Frame, value: Instance, name: str) -> bool:
    """Run what gives the instance a task or an app; tells whether something does."""
    filling = [
        method
        for method in _filling(frame, value, name)
        if frame.world.task_names.are_in(method.scope, method.definition)
        or (
            method.name == "__init__"
            and method.scope.source.says(method.definition, words.names_celery)
        )
    ]
    for method in filling:
        frame.world.calls.outcome(FunctionValue(method, value))
    return bool(filling)


def _filling(frame: Frame, value: Instance, name: str) -> Iterator[FunctionSymbol]:
    """``__init__``, and the methods that put something into ``self.name``."""
    start = frame.world.classes.method(value.symbol, "__init__")
    if start is not None:
        yield start
    key = "fillers", value.symbol
    fillers = frame.world.memo.ask(key, partial(_fillers, value.symbol), {})
    yield from (method for method in fillers.get(name, ()) if method is not start)


def _fillers(symbol: ClassSymbol) -> Fillers:
    """The methods of a class that put something into an attribute, by its name."""
    found: Fillers = {}
    for method in symbol.methods.values():
        for name in symbol.scope.source.says(method.definition, _filled):
            found.setdefault(name, []).append(method)
    return found


def _filled(text: str) -> frozenset[str]:
    return frozenset(_FILLS.findall(text))
