"""What evaluation noticed of handles besides waits, place by place, for the rules.

Code is evaluated once for each way of calling it that makes a difference, and anew while
more of the project becomes known. So a place can have several notes, and none twice.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias, TypeVar

from flake8_celery_get.model.noticed.memo import Memo
from flake8_celery_get.model.values.parts import options
from flake8_celery_get.model.values.values import (
    Handle,
    Method,
    StateValue,
    TaskOptions,
    Value,
)

if TYPE_CHECKING:
    from flake8_celery_get.model.values.values import Run
    from flake8_celery_get.source.code import Span


@dataclass(frozen=True, slots=True)
class Note:
    """Something at one place. ``within`` is the function around it, a symbol or its code."""

    path: str
    at: Span
    within: object


@dataclass(frozen=True, slots=True)
class Access(Note):
    """``handle.name``, or a call of it where ``is_call``."""

    handle: Handle
    name: str
    is_call: bool


@dataclass(frozen=True, slots=True)
class Comparison(Note):
    """A handle's state, the handle itself or one of its methods, compared with ``right``.

    ``operator`` is as in the code; a ``case`` compares with ``==`` or ``in``.
    """

    left: Value
    operator: str
    right: Value


@dataclass(frozen=True, slots=True)
class Polling(Note):
    """A ``while`` loop that asks for a handle's state; the place is that of its first word.

    ``ends_in`` are the final states of the task in which the loop can end.
    """

    handle: Handle
    ends_in: frozenset[str]


@dataclass(frozen=True, slots=True)
class Rebuilt(Note):
    """A handle made from an id; ``source`` is the handle that the id was taken from.

    ``by`` is what makes it: AsyncResult, GroupResult, restore or result_from_tuple. ``kept_as``
    is the name of the attribute or the item that holds the id; empty for anything else.
    """

    handle: Handle
    source: Handle | None
    by: str
    kept_as: str = ""


@dataclass(frozen=True, slots=True)
class KeptId(Note):
    """The id of a handle becomes an attribute, an item or an argument of this name."""

    source: Handle
    name: str


@dataclass(frozen=True, slots=True)
class Escape(Note):
    """A handle is handed to code that nobody can look into: it may do anything with it."""

    handle: Handle


@dataclass(frozen=True, slots=True)
class GroupSent(Note):
    """A group is sent."""

    handle: Handle


@dataclass(frozen=True, slots=True)
class Chord(Note):
    """A chord is built, perhaps by ``group | task``: what its header and its body say."""

    header: TaskOptions
    body: TaskOptions


@dataclass(frozen=True, slots=True)
class ChordRun(Note):
    """The chord that is built there is sent, or runs in the process where it is applied."""

    is_sent: bool


@dataclass(frozen=True, slots=True)
class StateUpdate(Note):
    """A task stores a state of its own: ``update_state(state=…, meta=…)``."""

    state: Value
    meta: Value | None


@dataclass(frozen=True, slots=True)
class Meant(Note):
    """A handle, its state or a method, where a plain value is wanted.

    ``use`` is condition, check (an assertion or a filter), arithmetic, return, call or the
    dotted name of what it is handed to. ``is_inside``: it stands in a display there.
    """

    value: Value
    use: str
    is_inside: bool = False


_N = TypeVar("_N", bound=Note)

Place: TypeAlias = "tuple[object, ...]"


class Notes:
    """All notes of a project, and the answers on the way to which they were taken."""

    def __init__(self) -> None:
        self.memo = Memo(self._retract)
        self._all: dict[Note, int] = {}
        self._otherwise: dict[Place, int] = {}

    def forget(self) -> None:
        """Drop all: everything will be evaluated anew."""
        self.memo = Memo(self._retract)
        self._all.clear()
        self._otherwise.clear()

    def of(self, kind: type[_N]) -> Iterator[_N]:
        """The notes of one kind, in no order."""
        return (note for note in self._all if isinstance(note, kind))

    def is_certain(self, note: Note) -> bool:
        """Whether a handle is meant there on every way of calling the code."""
        place: Place = (note.path, note.at)
        if isinstance(note, Meant):
            place = (*place, note.use, note.is_inside)
        return place not in self._otherwise

    def accessed(
        self, run: Run, at: Span, handle: Handle, name: str, *, is_call: bool
    ) -> None:
        """Note ``handle.name`` or ``handle.name(…)``."""
        if not handle.supposed:
            as_run = run.as_run(handle)
            self.add(Access(run.scope.path, at, run.within, as_run, name, is_call))
        if run.was_handed_in(handle):
            self.otherwise(run, at)

    def otherwise(self, run: Run, at: Span) -> None:
        """Note that what stands there can be something else than a handle."""
        self.count(self._otherwise, (run.scope.path, at))

    def compared(
        self, run: Run, at: Span, left: Value, operator: str, right: Value
    ) -> None:
        """Note a comparison, if a handle takes part in it on either side."""
        if concerns_handle(right) and not concerns_handle(left):
            left, right = right, left
        if concerns_handle(left):
            self.add(Comparison(run.scope.path, at, run.within, left, operator, right))
        if not concerns_handle(left) or run.came_from_outside(left):
            self.otherwise(run, at)

    def polled(self, run: Run, at: Span, handle: Handle, ends_in: frozenset[str]) -> None:
        """Note a loop that asks for a handle's state."""
        if not handle.supposed:
            self.add(Polling(run.scope.path, at, run.within, handle, ends_in))

    def rebuilt(
        self, run: Run, at: Span, handle: Handle, source: Handle | None, by: str, kept: str
    ) -> None:
        """Note a handle that is made from an id, perhaps ``kept`` under a name."""
        self.add(Rebuilt(run.scope.path, at, run.within, handle, source, by, kept))

    def kept(self, run: Run, at: Span, source: Handle, name: str) -> None:
        """Note an id that is kept under a name."""
        self.add(KeptId(run.scope.path, at, run.within, source, name))

    def sent(self, run: Run, at: Span, handle: Handle) -> None:
        """Note a group that is sent."""
        if handle.is_group:
            self.add(GroupSent(run.scope.path, at, run.within, handle))

    def chord(self, run: Run, at: Span, header: TaskOptions, body: TaskOptions) -> None:
        """Note a chord."""
        self.add(Chord(run.scope.path, at, run.within, header, body))

    def chords_run(self, chords: Iterable[tuple[str, Span]], *, is_sent: bool) -> None:
        """Note what becomes of chords, each by its place."""
        for path, at in chords:
            self.add(ChordRun(path, at, None, is_sent))

    def escaped(self, run: Run, at: Span, handle: Handle) -> None:
        """Note a handle that unknown code gets."""
        self.add(Escape(run.scope.path, at, run.within, handle))

    def updated(self, run: Run, at: Span, state: Value, meta: Value | None) -> None:
        """Note a state that a task stores itself."""
        self.add(StateUpdate(run.scope.path, at, run.within, state, meta))

    def meant(
        self, run: Run, at: Span, value: Value, use: str, *, is_inside: bool = False
    ) -> None:
        """Note a handle, or what was taken from it, where a plain value is wanted."""
        if not any(at):
            return
        if concerns_handle(value):
            self.add(Meant(run.scope.path, at, run.within, value, use, is_inside))
        if not concerns_handle(value) or run.came_from_outside(value):
            self.count(self._otherwise, (run.scope.path, at, use, is_inside))

    def add(self, note: Note) -> None:
        """Keep a note, once."""
        self.count(self._all, note)

    def count(self, noted: dict[Any, int], note: object) -> None:
        """Note something among ``noted``, for as long as the answer that is sought holds."""
        noted[note] = noted.get(note, 0) + 1
        self.memo.note((noted, note))

    def _retract(self, notes: Iterable[tuple[dict[object, int], object]]) -> None:
        """What was noted on the way to an answer that is void counts no more."""
        for noted, note in notes:
            noted[note] -= 1
            if not noted[note]:
                del noted[note]


def concerns_handle(value: Value) -> bool:
    """Whether a value is, on every way, a real handle or what was taken from one."""
    return all(_handle_of(option) is not None for option in options(value))


def is_handle(value: Value) -> bool:
    """Whether a value is, on every way, a real handle itself."""
    return all(
        isinstance(option, Handle) and not option.supposed for option in options(value)
    )


def _handle_of(value: Value) -> Handle | None:
    if isinstance(value, StateValue):
        value = value.handle
    elif isinstance(value, Method):
        value = value.owner
    return value if isinstance(value, Handle) and not value.supposed else None
