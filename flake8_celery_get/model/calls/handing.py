"""Functions that are handed to code outside the project: it may call them from anywhere."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from flake8_celery_get.model.known.callables import CONTAINERS, WRAPPERS
from flake8_celery_get.model.noticed.notes import Note
from flake8_celery_get.model.values.parts import options
from flake8_celery_get.model.values.values import (
    ClassValue,
    Closure,
    External,
    FunctionValue,
    Instance,
    TaskValue,
    Value,
)
from flake8_celery_get.source import code

if TYPE_CHECKING:
    from flake8_celery_get.model.flow.frame import Frame
    from flake8_celery_get.model.values.arguments import Given

_FOLLOWED = (FunctionValue, Closure, ClassValue, TaskValue)
"""What evaluation looks into: it sees for itself what becomes of the arguments."""

_HANDED_ON = WRAPPERS | CONTAINERS


@dataclass(frozen=True, slots=True)
class Handed(Note):
    """A call takes ``function``, a symbol or the code of an inner one, as an argument.

    ``receiver`` is the last name of what is called.
    """

    function: object
    receiver: str


def note_handed(
    frame: Frame, callee: Value, given: Sequence[Given], node: code.Call
) -> None:
    """Note the functions among the arguments of a call that can't be looked into."""
    if not given:
        return
    handed = {
        function
        for argument in given
        for option in options(argument.value)
        if (function := _function_of(option)) is not None
    }
    if any(map(_makes_object, options(callee))):
        handed |= _methods_of(frame, given)
    if handed and not all(map(_is_followed, options(callee))):
        for function in handed:
            place = frame.scope.path, node.at, frame.within
            frame.world.notes.add(Handed(*place, function, code.last_name(node.function)))


def _makes_object(callee: Value) -> bool:
    """Whether it is a class of another package, by its name."""
    return isinstance(callee, External) and callee.path.rpartition(".")[2][:1].isupper()


def _methods_of(frame: Frame, given: Iterable[Given]) -> set[object]:
    """The methods of the objects that another object is made with: it may call them."""
    classes = frame.world.classes
    return {
        method
        for argument in given
        for option in options(argument.value)
        if isinstance(option, Instance) and option != frame.owner
        if frame.world.concerns(option.symbol)
        for symbol in classes.line(option.symbol)
        for method in symbol.methods.values()
    }


def _function_of(value: Value) -> object | None:
    if isinstance(value, FunctionValue):
        return value.symbol
    return value.code if isinstance(value, Closure) else None


def _is_followed(callee: Value) -> bool:
    if isinstance(callee, External):
        last = callee.path.rpartition(".")[2]
        return callee.path.startswith("builtins.") or last in _HANDED_ON
    return isinstance(callee, _FOLLOWED)
