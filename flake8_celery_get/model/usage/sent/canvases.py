"""Where a signature stands in a canvas: what comes in front of its own arguments.

https://docs.celeryq.dev/en/stable/userguide/canvas.html
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from flake8_celery_get.model.flow.listener import Listener
from flake8_celery_get.model.known import celery_words
from flake8_celery_get.model.values.values import (
    AppValue,
    External,
    Method,
    Signature,
    TaskValue,
    Value,
    options,
)
from flake8_celery_get.source import code

if TYPE_CHECKING:
    from flake8_celery_get.model.flow.frame import Frame
    from flake8_celery_get.model.values.arguments import Given
    from flake8_celery_get.model.values.values import Place

ALONE, CHAINED, BODY, CALLBACK, ERRBACK = "alone", "chained", "body", "callback", "errback"

CALLBACKS = {"link": CALLBACK, "link_error": ERRBACK, "on_error": ERRBACK}
_PASSING_ON = frozenset({"set", "on_error"})


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
        if all(isinstance(option, (Signature, TaskValue)) for option in options(left)):
            self._put(frame, node.right, Role(CHAINED, 1))

    def _chain(self, frame: Frame, given: Sequence[Given]) -> None:
        nodes = [argument.node for argument in given if argument.name == ""]
        if len(nodes) == 1 and isinstance(nodes[0], code.Display):
            nodes = list(nodes[0].items)
        if len(given) > 1 and any(argument.name for argument in given):
            return
        if nodes and not isinstance(nodes[0], code.Starred):
            for each in nodes[1:]:
                self._put(frame, each, Role(CHAINED, 1))

    def _scheduled(self, frame: Frame, given: Sequence[Given]) -> None:
        names = {argument.name for argument in given}
        if len(given) > 1 and names.isdisjoint({"args", "kwargs", "*", "**"}):
            self._put(frame, given[1].node, Role(ALONE, 0))

    def _chord_body(self, frame: Frame, given: Sequence[Given]) -> None:
        for place, argument in enumerate(given):
            if argument.name == "body" or (place == 1 and not argument.name):
                self._put(frame, argument.node, Role(BODY, 1))

    def _called(
        self, frame: Frame, owner: Signature, given: Sequence[Given], node: code.Call
    ) -> None:
        if owner.kind == "chord" and len(given) == 1 and not given[0].name:
            self._put(frame, given[0].node, Role(BODY, 1))
            self._put(frame, node.function, Role(ALONE, 0))
        elif owner.is_canvas and not given:
            self._put(frame, node.function, Role(ALONE, 0))

    def _method(
        self, frame: Frame, method: Method, given: Sequence[Given], node: code.Call
    ) -> None:
        if not isinstance(method.owner, (Signature, TaskValue)):
            return
        is_signature = isinstance(method.owner, Signature)
        if method.name in CALLBACKS and is_signature and len(given) == 1:
            self._callbacks(frame, given[0].node, CALLBACKS[method.name])
        elif method.name in celery_words.SENDERS:
            for argument in given if method.name == "apply_async" else ():
                if argument.name in {"link", "link_error"}:
                    self._callbacks(frame, argument.node, CALLBACKS[argument.name])
            count = _in_front(method.name, given)
            if (
                is_signature
                and count is not None
                and isinstance(node.function, code.Attribute)
            ):
                self._put(frame, node.function.value, Role(ALONE, count))

    def _callbacks(self, frame: Frame, node: code.Expression, kind: str) -> None:
        for each in node.items if isinstance(node, code.Display) else [node]:
            self._put(frame, each, Role(kind, 1))

    def _put(self, frame: Frame, node: code.Expression, role: Role) -> None:
        for call in heads(node):
            self.of.setdefault((frame.scope.path, call.at), set()).add(role)


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
