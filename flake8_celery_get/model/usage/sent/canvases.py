"""Where a signature stands in a canvas: what comes in front of its own arguments.

https://docs.celeryq.dev/en/stable/userguide/canvas.html
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from flake8_celery_get.model.flow.listener import Listener
from flake8_celery_get.model.known import celery_words
from flake8_celery_get.model.values.parts import options
from flake8_celery_get.model.values.values import (
    UNKNOWN,
    AppValue,
    External,
    Items,
    Method,
    Signature,
    TaskValue,
    Value,
)
from flake8_celery_get.source import code

if TYPE_CHECKING:
    from flake8_celery_get.model.flow.frame import Frame
    from flake8_celery_get.model.values.arguments import Given
    from flake8_celery_get.model.values.values import Head, Place

ALONE, CHAINED, BODY, CALLBACK, ERRBACK = "alone", "chained", "body", "callback", "errback"

CALLBACKS = {"link": CALLBACK, "link_error": ERRBACK, "on_error": ERRBACK}
_PASSING_ON = frozenset({"set", "on_error"})
_REPLACES = frozenset({"replace", "add_to_chord"})
"""Methods by which a task sends a signature in its own place."""

_CHANGES_ARGUMENTS = re.compile(
    r"""\w\.(?:args|kwargs)(?:\s*\+?=[^=]|\.\w+\(|\[)|\["(?:args|kwargs)"\]"""
)
"""Text that may change the arguments of a signature."""


@dataclass(frozen=True, slots=True)
class Role:
    """What a signature is in a canvas, and how many arguments come in front of its own."""

    kind: str
    previous: int


@dataclass(slots=True)
class Roles(Listener):
    """Hears of each canvas, and keeps the roles of the signatures that are built in it."""

    of: dict[Place, set[Role]] = field(default_factory=dict)

    def called(
        self, frame: Frame, function: Value, given: tuple[Given, ...], node: code.Call
    ) -> None:
        """A call was evaluated."""
        if code.last_name(node.function) == "add_periodic_task":
            self._scheduled(frame, given)
        for option in options(function):
            kind = canvas_of(option)
            if kind == "chain":
                self._chain(frame, given)
            elif kind == "chord" and len(given) > 1:
                self._chord_body(frame, given)
            elif isinstance(option, Signature):
                self._called(frame, option, given, node)
            elif isinstance(option, Method):
                self._method(frame, option, given, node)

    def joined(self, frame: Frame, left: Value, right: Value, node: code.Binary) -> None:
        """``left | right`` was evaluated."""
        if all(map(_comes_first, options(left))):
            self._put(frame, node.right, right, Role(CHAINED, 1))

    def _chain(self, frame: Frame, given: Sequence[Given]) -> None:
        if len(given) > 1 and any(argument.name for argument in given):
            return
        parts = [(each.node, each.value) for each in given if each.name == ""]
        if len(parts) == 1:
            parts = list(_items(*parts[0]))
        if parts and not isinstance(parts[0][0], code.Starred):
            for node, value in parts[1:]:
                self._put(frame, node, value, Role(CHAINED, 1))

    def _scheduled(self, frame: Frame, given: Sequence[Given]) -> None:
        count = _scheduled_arguments(given)
        if len(given) > 1 and not given[1].name and count is not None:
            self._put(frame, given[1].node, given[1].value, Role(ALONE, count))

    def _chord_body(self, frame: Frame, given: Sequence[Given]) -> None:
        for place, argument in enumerate(given):
            if argument.name == "body" or (place == 1 and not argument.name):
                self._put(frame, argument.node, argument.value, Role(BODY, 1))

    def _called(
        self, frame: Frame, owner: Signature, given: Sequence[Given], node: code.Call
    ) -> None:
        if owner.kind == "chord" and len(given) == 1 and not given[0].name:
            self._put(frame, given[0].node, given[0].value, Role(BODY, 1))
            self._put(frame, node.function, owner, Role(ALONE, 0))
        elif owner.is_canvas and not given:
            self._put(frame, node.function, owner, Role(ALONE, 0))

    def _method(
        self, frame: Frame, method: Method, given: Sequence[Given], node: code.Call
    ) -> None:
        if not isinstance(method.owner, (Signature, TaskValue)):
            return
        is_signature = isinstance(method.owner, Signature)
        if method.name in CALLBACKS and is_signature and len(given) == 1:
            self._callbacks(frame, given[0], CALLBACKS[method.name])
        elif method.name in _REPLACES and not is_signature and len(given) == 1:
            self._put(frame, given[0].node, given[0].value, Role(ALONE, 0))
        elif method.name in celery_words.SENDERS:
            for argument in given if method.name == "apply_async" else ():
                if argument.name in {"link", "link_error"}:
                    self._callbacks(frame, argument, CALLBACKS[argument.name])
            count = _in_front(method.name, given)
            if (
                is_signature
                and count is not None
                and isinstance(node.function, code.Attribute)
            ):
                self._put(frame, node.function.value, method.owner, Role(ALONE, count))

    def _callbacks(self, frame: Frame, given: Given, kind: str) -> None:
        for node, value in _items(given.node, given.value):
            self._put(frame, node, value, Role(kind, 1))

    def _put(self, frame: Frame, node: code.Expression, value: Value, role: Role) -> None:
        """Give a role to what is built there, or was built before in the same function."""
        path = frame.scope.path
        for call in heads(node):
            self.of.setdefault((path, call.at), set()).add(role)
        for head_path, at, within in heads_of(value):
            is_here = head_path == path and within is frame.within
            if is_here and not frame.scope.source.holds(_CHANGES_ARGUMENTS):
                self.of.setdefault((path, at), set()).add(role)


def _comes_first(value: Value) -> bool:
    """Whether what follows gets its result: nothing is in front of it in an empty chain."""
    if isinstance(value, Signature):
        return value.kind != "chain" or value.heads != ()
    return isinstance(value, TaskValue)


def canvas_of(function: Value) -> str:
    """Which canvas a call builds; empty for another call."""
    name = ""
    if isinstance(function, External):
        name = celery_words.celery_word(function.path)
    elif isinstance(function, Method) and isinstance(function.owner, AppValue):
        name = function.name
    return celery_words.CANVAS.get(name, "")


def _in_front(way: str, given: Sequence[Given]) -> int | None:
    """How many arguments a send puts in front of a signature's own; None for who knows."""
    if way == "delay":
        return len(given) if not any(argument.name for argument in given) else None
    names = {argument.name for argument in given}
    return None if names & {"", "*", "**", "args", "kwargs"} else 0


def _scheduled_arguments(given: Sequence[Given]) -> int | None:
    """How many ``add_periodic_task(when, signature, args)`` puts in front; None for who knows."""
    names = {argument.name for argument in given}
    said = [each for each in given[2:] if each.name == "args"]
    if len(given) > 2 and not given[2].name:
        said.append(given[2])
    by_place = sum(not argument.name for argument in given)
    if names & {"kwargs", "*", "**"} or by_place > _BEFORE_KWARGS or len(said) > 1:
        return None
    if not said:
        return 0
    value = said[0].value
    return len(value.values) if isinstance(value, Items) and value.exact else None


_BEFORE_KWARGS = 3
"""The parameters of ``add_periodic_task`` that stand before ``kwargs``."""


def _items(node: code.Expression, value: Value) -> Iterator[tuple[code.Expression, Value]]:
    """The items of a list, written out or held in a variable; else the one thing there is."""
    values = value.values if isinstance(value, Items) else ()
    if isinstance(node, code.Display):
        known = values if len(values) == len(node.items) else (UNKNOWN,) * len(node.items)
        yield from zip(node.items, known, strict=True)
    elif isinstance(value, Items) and value.exact:
        yield from ((node, each) for each in values)
    else:
        yield node, value


def heads_of(value: Value) -> Iterator[Head]:
    """Where the signatures were built that get the arguments, where there is one way only."""
    ways = [way for way in options(value) if way != Items(exact=True) and way != Items()]
    if len(ways) != 1:
        return
    if isinstance(ways[0], Signature):
        yield from ways[0].heads
    elif isinstance(ways[0], Items) and ways[0].kind == "sequence":
        for each in ways[0].values:
            yield from heads_of(each)


def heads(node: code.Expression) -> Iterator[code.Call]:
    """The calls that build the signatures which what is sent there gives its arguments."""
    if isinstance(node, (code.Display, code.Comprehension)):
        for each in node.items if isinstance(node, code.Display) else [node.element]:
            yield from heads(each)
    elif isinstance(node, code.Binary) and node.operator == "|":
        yield from heads(node.left)
    elif isinstance(node, code.Call):
        yield from _heads_of_call(node)


def _heads_of_call(node: code.Call) -> Iterator[code.Call]:
    name = code.last_name(node.function)
    arguments = [each.value for each in node.arguments if not each.name]
    if name in celery_words.SIGNATURES:
        yield node
    elif name in _PASSING_ON and isinstance(node.function, code.Attribute):
        if not any(argument.name == "immutable" for argument in node.arguments):
            yield from heads(node.function.value)
    elif name == "group":
        for each in arguments:
            yield from heads(each)
    elif name in {"chain", "chord"} and arguments:
        first = arguments[0]
        if name == "chain" and isinstance(first, code.Display) and len(arguments) == 1:
            first = first.items[0] if first.items else first
        yield from heads(first)
