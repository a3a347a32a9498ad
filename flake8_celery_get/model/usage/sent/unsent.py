"""Signatures that nobody sends, and results where a canvas takes signatures.

https://docs.celeryq.dev/en/stable/userguide/canvas.html
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from flake8_celery_get.model.flow.listener import Listener
from flake8_celery_get.model.known import celery_words
from flake8_celery_get.model.noticed.notes import Note, is_handle
from flake8_celery_get.model.sends.sent_tasks import definition_of
from flake8_celery_get.model.usage.sent.canvases import CALLBACKS, canvas_of
from flake8_celery_get.model.values.definitions import FunctionSymbol
from flake8_celery_get.model.values.parts import elements, options
from flake8_celery_get.model.values.values import (
    Handle,
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
    from flake8_celery_get.model.values.values import Place

SENT, HELD, CALLED, BARE = "sent", "held", "called", "bare"


@dataclass(frozen=True, slots=True)
class NeverSent(Note):
    """A statement that only builds a signature."""


@dataclass(frozen=True, slots=True)
class NoSignature(Note):
    """What stands where a canvas takes a signature: a task that is sent, called or named.

    What a variable holds may have been sent elsewhere.
    """

    kind: str


@dataclass(slots=True)
class Unsent(Listener):
    """Hears of values that go nowhere, and of what canvases are made of."""

    dropped_notes: dict[NeverSent, bool] = field(default_factory=dict)
    found: dict[NoSignature, bool] = field(default_factory=dict)
    calls: dict[Place, bool] = field(default_factory=dict)

    def dropped(self, frame: Frame, value: Value, node: code.Expression) -> None:
        """An expression was evaluated whose value goes nowhere."""
        if isinstance(node, (code.Comprehension, code.Display)):
            for part, each in _parts(node, value):
                self.dropped(frame, each, part)
        elif isinstance(node, code.Conditional):
            for part in (node.body, node.orelse):
                self.dropped(frame, value, part)
        elif _builds(frame, node) and any(code.place(node)):
            note = NeverSent(frame.scope.path, code.place(node), frame.within)
            is_unsent = all(isinstance(option, Signature) for option in options(value))
            self.dropped_notes[note] = self.dropped_notes.get(note, True) and is_unsent

    def called(
        self, frame: Frame, function: Value, given: tuple[Given, ...], node: code.Call
    ) -> None:
        """A call was evaluated."""
        place = frame.scope.path, node.at
        is_task = all(map(_runs_here, options(function)))
        if is_task or place in self.calls:
            self.calls[place] = self.calls.get(place, True) and is_task
        found = options(function)
        if len(found) == 1 and canvas_of(found[0]) in {"chain", "group", "chord"}:
            self._parts_of_canvas(frame, found[0], given, node)
        elif len(found) == 1 and isinstance(found[0], (Method, Signature)):
            self._callbacks(frame, found[0], given, node)

    def joined(self, frame: Frame, left: Value, right: Value, node: code.Binary) -> None:
        """``left | right`` was evaluated."""
        for side, other, part in ((left, right, node.left), (right, left, node.right)):
            if isinstance(other, (Signature, TaskValue)):
                self._look_at(frame, part, side, node.at)

    def _parts_of_canvas(
        self, frame: Frame, canvas: Value, given: Sequence[Given], node: code.Call
    ) -> None:
        is_chord = canvas_of(canvas) == "chord"
        for place, argument in enumerate(given):
            is_header = is_chord and (argument.name == "header" or not place)
            if argument.name in {"", "*", "header", "body"}:
                part = argument.node, argument.value
                # A header may hold bare tasks.
                self._look_at(frame, *part, node.at, may_be_bare=is_header)

    def _callbacks(
        self,
        frame: Frame,
        function: Method | Signature,
        given: Sequence[Given],
        node: code.Call,
    ) -> None:
        if isinstance(function, Signature):
            if function.kind == "chord" and len(given) == 1:
                self._look_at(frame, given[0].node, given[0].value, node.at)
        elif isinstance(function.owner, (Signature, TaskValue)):
            is_adding = function.name in CALLBACKS and isinstance(function.owner, Signature)
            is_send = function.name in celery_words.SENDERS | {"set"}
            for argument in given:
                if (is_adding and not argument.name) or (
                    is_send and argument.name in CALLBACKS
                ):
                    at = argument.at if any(argument.at) else node.at
                    self._look_at(frame, argument.node, argument.value, at)

    def _look_at(
        self,
        frame: Frame,
        node: code.Expression,
        value: Value,
        around: code.Span,
        *,
        may_be_bare: bool = False,
    ) -> None:
        """Look at the parts of a canvas; ``around`` is where those stand that have no place."""
        for part, each in _parts(node, value):
            kind = self._kind(frame, part, each, may_be_bare=may_be_bare)
            at = around if kind in {HELD, BARE} else code.place(part)
            if any(at):
                for known in (SENT, HELD, CALLED, BARE):
                    note = NoSignature(frame.scope.path, at, frame.within, known)
                    if kind == known or note in self.found:
                        is_same = kind == known
                        self.found[note] = self.found.get(note, True) and is_same

    def _kind(
        self, frame: Frame, node: code.Expression, value: Value, *, may_be_bare: bool
    ) -> str:
        """What is wrong with one part of a canvas; empty where it may be a signature."""
        if isinstance(node, code.Call):
            if is_handle(value):
                return SENT
            if _are_sent(value):
                return HELD
            is_signature = any(isinstance(option, Signature) for option in options(value))
            is_call = self.calls.get((frame.scope.path, node.at), False)
            return CALLED if is_call and not is_signature else ""
        if _are_sent(value):
            return HELD
        is_task = all(
            isinstance(option, TaskValue) and definition_of(option) is not None
            for option in options(value)
        )
        return BARE if is_task and not may_be_bare else ""

    def never_sent(self) -> Iterator[NeverSent]:
        """The statements that build a signature each time."""
        return (note for note, is_unsent in self.dropped_notes.items() if is_unsent)

    def no_signatures(self) -> Iterator[NoSignature]:
        """The parts of canvases that are no signature on any way."""
        return (note for note, is_certain in self.found.items() if is_certain)


_BUILDS = re.compile(
    r"\.si?\(|\bsignature|\bsubtask|\b(?:chain|group|chord)\b|\breturn\s+[\w.]+\("
)
"""Text of a function that may return a signature."""


def _runs_here(function: Value) -> bool:
    """Whether calling a value runs a task that surely returns no signature."""
    task = definition_of(function) if isinstance(function, TaskValue) else None
    if not isinstance(task, FunctionSymbol):
        return False
    return not task.scope.source.has(task.definition, _BUILDS)


_CHANGES = frozenset({"link", "link_error", "on_error", "set"})
"""Methods that change a signature, and give it back."""
_REPEATS = frozenset({"chunks", "map", "starmap"})
"""Methods of a task that build a signature for several calls."""


def _builds(frame: Frame, node: code.Expression) -> bool:
    """Whether an expression only builds: not ``signature.set(…)``, which changes one.

    One that was built right there is lost all the same.
    """
    if isinstance(node, code.Binary):
        return node.operator == "|"
    if not isinstance(node, code.Call):
        return False
    name = code.last_name(node.function)
    if name in _CHANGES and isinstance(node.function, code.Attribute):
        return _builds(frame, node.function.value)
    if name in celery_words.BUILDS | _REPEATS:
        return True
    is_named = code.dotted(node.function) != ""
    return is_named and canvas_of(frame.evaluate(node.function)) != ""


def _are_sent(value: Value) -> bool:
    """Whether a variable holds nothing but handles of what was sent, or lists of them."""
    ways = [way for way in options(value) if way != Items(exact=True)]  # still empty
    return bool(ways) and all(map(_is_sent, ways))


def _is_sent(value: Value) -> bool:
    if isinstance(value, Items):
        return value.kind == "sequence" and _are_sent(elements(value))
    return (
        isinstance(value, Handle)
        and not value.supposed
        and value.origin in {"sent", "named", "canvas"}
    )


def _parts(node: code.Expression, value: Value) -> Iterator[tuple[code.Expression, Value]]:
    """The parts of a list that is written out, or the one thing that there is."""
    if isinstance(node, code.Display):
        values = value.values if isinstance(value, Items) else ()
        if len(values) == len(node.items):
            for part, each in zip(node.items, values, strict=True):
                yield from _parts(part, each)
    elif isinstance(node, code.Comprehension):
        if isinstance(value, Items) and len(value.values) == 1:
            yield from _parts(node.element, value.values[0])
    elif not isinstance(node, code.Starred):
        yield node, value
