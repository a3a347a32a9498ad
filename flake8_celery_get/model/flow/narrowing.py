"""What ``isinstance(name, kind)`` tells of the value that a name stands for.

So does what all objects of a class answer alike: ``kind.in_web``, ``kind.in_web()``.
"""

from __future__ import annotations

import re
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
_ANSWER = re.compile(
    r"\bdef\s+\w+\([^()]*\)\s*(?:->[^:\n]+)?:\s*"
    r"(?:\"{3}[^\"]*\"{3}|\"[^\"\n]*\"|'[^'\n]*')?\s*return\s+(True|False)\s*\Z"
)
"""A function whose only statement, beside its docstring, gives a constant."""


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
        return _asking(frame, test)
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
    return _as_told(name, told)


def _as_told(name: str, told: dict[Value, bool | None]) -> Narrowing | None:
    if not any(answer is not None for answer in told.values()):
        return None
    return Narrowing(
        name,
        _left(way for way, answer in told.items() if answer is not False),
        _left(way for way, answer in told.items() if answer is not True),
    )


def _asking(frame: Frame, test: code.Expression) -> Narrowing | None:
    """What ``name.asked`` and ``name.asked()`` tell, where classes have settled answers."""
    is_call = isinstance(test, code.Call) and not test.arguments
    asked = test.function if isinstance(test, code.Call) and is_call else test
    if not isinstance(asked, code.Attribute) or not isinstance(asked.value, code.Name):
        return None
    ways = options(frame.state.names.get(asked.value.id, UNKNOWN))
    # ``self``, and an object that is known by an annotation, may be of a subclass.
    if asked.value.id == "self" or (len(ways) == 1 and not isinstance(ways[0], ClassValue)):
        return None
    told = {way: _answer(frame, way, asked.name, is_call=is_call) for way in ways}
    return _as_told(asked.value.id, told)


def _answer(frame: Frame, value: Value, name: str, *, is_call: bool) -> bool | None:
    """What a class, or each object of it, answers; None where that can't be told."""
    if not isinstance(value, (ClassValue, Instance)):
        return None
    method = frame.world.classes.method(value.symbol, name)
    if method is not None and is_call != method.is_decorated("property"):
        return method.scope.source.says(method.definition, _constant)
    if isinstance(value, ClassValue) and method is None and not is_call:
        bound = frame.world.classes.bound(value.symbol, name)
        return bool(bound.value) if isinstance(bound, Literal) else None
    return None


def _constant(text: str) -> bool | None:
    found = _ANSWER.search(text)
    return found and found[1] == "True"


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
