"""Methods that give an object its tasks: nothing but an attribute speaks for them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from flake8_celery_get.model.values.values import FunctionValue, Instance
from flake8_celery_get.source import words

if TYPE_CHECKING:
    from flake8_celery_get.model.flow.frame import Frame
    from flake8_celery_get.model.values.definitions import FunctionSymbol


def fill_attribute(frame: Frame, value: Instance, name: str) -> bool:
    """Run what gives the instance a task or an app; tells whether something does."""
    filling = [
        method
        for method in _filling(frame, value, name)
        if frame.world.task_names.are_in(method.scope, method.definition)
        or (method.name == "__init__" and words.names_celery(_text_of(method)))
    ]
    for method in filling:
        frame.world.calls.outcome(FunctionValue(method, value))
    return bool(filling)


def _filling(frame: Frame, value: Instance, name: str) -> Iterator[FunctionSymbol]:
    """``__init__``, and the methods that put something into ``self.name``."""
    start = frame.world.classes.method(value.symbol, "__init__")
    if start is not None:
        yield start
    fills = re.compile(rf"\bself\.{name}(?:\[|\.(?:append|add|extend|update|setdefault)\()")
    for method in value.symbol.methods.values():
        if method is not start and fills.search(_text_of(method)):
            yield method


def _text_of(method: FunctionSymbol) -> str:
    return method.definition.text(method.scope.source.lines)
