"""What ``isinstance(name, kind)`` tells of the value that a name stands for."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from flake8_celery_get.model.flow.frame import as_finished
from flake8_celery_get.model.values.parts import either, options
from flake8_celery_get.model.values.values import (
    UNKNOWN,
    ClassValue,
    External,
    Handle,
    Instance,
    Literal,
    Value,
)
from flake8_celery_get.source import code

if TYPE_CHECKING:
    from flake8_celery_get.model.flow.frame import Frame

_EAGER = External("celery.result.EagerResult")
_PLAIN = frozenset({"bool", "bytes", "dict", "float", "int", "list", "set", "str", "tuple"})
"""Classes that no handle is of."""


@dataclass(frozen=True, slots=True)
class Narrowing:
    """A name, and what it stands for where a test turned out true and where it did not."""

    name: str
    when_true: Value
    when_false: Value

    def apply(self, frame: Frame, holds: bool) -> None:
        """Let the name stand for what is left of its value."""
        frame.narrow(self.name, self.when_true if holds else self.when_false)


def narrowing(frame: Frame, test: code.Expression) -> Narrowing | None:
    """What a test tells of a name, if it asks for its class and that makes a difference."""
    if isinstance(test, code.Not):
        inner = narrowing(frame, test.value)
        return inner and Narrowing(inner.name, inner.when_false, inner.when_true)
    if not isinstance(test, code.Call) or code.last_name(test.function) != "isinstance":
        return None
    if len(test.arguments) != 2 or not isinstance(test.arguments[0].value, code.Name):
        return None
    name, asked = test.arguments[0].value.id, test.arguments[1].value
    ways, kind = options(frame.lookup(name)), frame.evaluate(asked)
    if kind == _EAGER and any(isinstance(way, Handle) for way in ways):
        return Narrowing(name, either(map(_as_eager, ways)), _left(filter(_may_wait, ways)))
    if code.last_name(asked) in _PLAIN:
        told = {way: False if isinstance(way, Handle) else None for way in ways}
    elif len(ways) > 1:
        told = {way: _is_instance(frame, way, kind) for way in ways}
    else:
        return None
    if not any(answer is not None for answer in told.values()):
        return None
    return Narrowing(
        name,
        _left(way for way, answer in told.items() if answer is not False),
        _left(way for way, answer in told.items() if answer is not True),
    )


def _left(ways: Iterable[Value]) -> Value:
    """What is left of a value; nobody knows what it is where nothing is left."""
    listed = list(ways)
    return either(listed) if listed else UNKNOWN


def _as_eager(value: Value) -> Value:
    """The handle of a task that ran when it was sent: it is finished."""
    return as_finished(value) if _may_wait(value) else value


def _may_wait(value: Value) -> bool:
    return not (isinstance(value, Handle) and value.origin == "applied")


def _is_instance(frame: Frame, value: Value, kind: Value) -> bool | None:
    """Whether a value is of a kind; None where that can't be told."""
    is_handles = isinstance(kind, External) and kind.path.startswith("celery.result.")
    if isinstance(value, Handle):
        return is_handles if is_handles or isinstance(kind, ClassValue) else None
    if isinstance(value, Instance):
        if isinstance(kind, ClassValue):
            return kind.symbol in frame.world.classes.line(value.symbol)
        return False if is_handles else None
    is_none = isinstance(value, Literal) and value.value is None
    return False if is_none else None
