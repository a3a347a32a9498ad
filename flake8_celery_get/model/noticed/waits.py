"""What evaluation finds: reads that block, loops that poll, and the way to them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, TypeAlias

from flake8_celery_get.model.values.values import UNKNOWN, Handle, Key, Value
from flake8_celery_get.source.code import Span

if TYPE_CHECKING:
    from flake8_celery_get.model.values.values import Closure

BLOCKING_READS = frozenset(
    {"get", "wait", "join", "join_native", "collect", "get_leaf", "iter_native"}
)
PEEKS = frozenset({"ready", "successful", "failed", "state", "status"})
"""What tells whether a handle is finished, without waiting."""


@dataclass(frozen=True, slots=True)
class Read:
    """One place that waits for a handle.

    ``method`` is the read's name, ``"~"`` for ``~signature``, or ``"poll"`` for a loop.
    ``has_timeout`` is false for ``timeout=None``; ``awaits`` is true for a loop that
    gives way to the event loop between its polls.
    """

    path: str
    at: Span
    method: str
    handle: Handle
    has_timeout: bool = False
    awaits: bool = False

    @property
    def is_poll(self) -> bool:
        """Whether it asks again and again instead of blocking once."""
        return self.method == "poll"


@dataclass(frozen=True, slots=True)
class Hop:
    """One call on the way to a read; ``callee`` is the symbol or code that it runs."""

    path: str
    at: Span
    name: str
    callee: object


Hops: TypeAlias = "tuple[Hop, ...]"


@dataclass(frozen=True, slots=True)
class Wait:
    """A read, the calls that lead to it, and what is known on the way.

    ``guarded``: only reached once the handle is finished. ``allowed``: Celery's own
    check is switched off around it. ``succeeded``: guarded, and no failure is possible.
    ``caught``: a ``try`` around it handles the RuntimeError that Celery raises in a task.
    """

    read: Read
    hops: Hops = ()
    guarded: bool = False
    allowed: bool = False
    succeeded: bool = False
    caught: bool = False

    @property
    def path(self) -> str:
        """The file of the expression that leads to the read."""
        return self.hops[0].path if self.hops else self.read.path

    @property
    def at(self) -> Span:
        """Where that expression stands."""
        return self.hops[0].at if self.hops else self.read.at

    @property
    def is_refused(self) -> bool:
        """Whether Celery raises for it inside a task, even when there is nothing to wait for."""
        handle = self.read.handle
        is_tried = self.caught and handle.origin == "applied"
        return not (
            self.read.is_poll
            or self.allowed
            or handle.supposed
            or handle.ignored
            or is_tried
        )

    @property
    def can_block(self) -> bool:
        """Whether it is a read that may have to wait: no poll, unguarded, of a sent task."""
        handle = self.read.handle
        return not (
            self.guarded
            or self.read.is_poll
            or handle.supposed
            or handle.ignored
            or handle.is_unreadable
            or handle.origin == "applied"
        )

    @property
    def is_harmless(self) -> bool:
        """Whether no entry suffers from it, whatever calls lead there.

        So is what runs a task on the spot with Celery's check switched off.
        """
        handle = self.read.handle
        return not (
            self.is_refused or self.can_block or self.read.is_poll or handle.supposed
        )

    def through(self, hop: Hop, *, allowed: bool, caught: bool) -> Wait:
        """The same wait, seen from one call further out."""
        return replace(
            self,
            hops=(hop, *self.hops),
            allowed=self.allowed or allowed,
            caught=self.caught or caught,
        )

    @property
    def nature(self) -> tuple[object, ...]:
        """What tells two waits behind the same call apart, for the rules."""
        read = self.read
        return (
            self.guarded,
            self.allowed,
            self.caught,
            read.is_poll,
            read.awaits,
            read.handle.origin == "applied",
            read.handle.supposed,
            read.handle.options.ignores,
            read.handle.options.app,
        )


@dataclass(frozen=True, slots=True)
class Send:
    """One place that sends a task, and the calls that lead to it.

    ``definition`` is the task's symbol or code; None where only its name is known.
    A ``supposed`` one sends what a parameter stands for: who calls knows more. ``hops`` are
    one way to it; ``passes`` are the functions on all ways.
    """

    path: str
    at: Span
    name: str
    definition: object
    hops: Hops = ()
    supposed: bool = False
    passes: frozenset[object] = frozenset()

    @property
    def key(self) -> tuple[object, ...]:
        """What tells it from other sends, whatever the way that leads to it."""
        return self.path, self.at, self.name, self.definition

    @property
    def start(self) -> tuple[str, Span]:
        """The file and place of the expression that leads to it."""
        return (self.hops[0].path, self.hops[0].at) if self.hops else (self.path, self.at)

    def through(self, hop: Hop, within: object) -> Send:
        """The same send, seen from one call further out: from ``within``."""
        hops = _without_rounds((hop, *self.hops), within)
        return replace(self, hops=hops, passes=self.passes | {hop.callee})

    def joined(self, other: Send) -> Send:
        """The same send, that is led to in two ways: by the shorter one."""
        shorter = other if len(other.hops) < len(self.hops) else self
        return replace(shorter, passes=self.passes | other.passes)


def _without_rounds(hops: Hops, within: object) -> Hops:
    """The way without what goes in circles: nothing on it runs twice, nor ``within`` again.

    ``within`` is the function that the way begins in.
    """
    seen: dict[object, int] = {within: 0}
    direct: list[Hop] = []
    for hop in hops:
        if hop.callee in seen:
            del direct[seen[hop.callee] :]
            seen = {
                callee: length for callee, length in seen.items() if length <= len(direct)
            }
        else:
            direct.append(hop)
            seen[hop.callee] = len(direct)
    return tuple(direct)


@dataclass(frozen=True, slots=True)
class JoinAllowance:
    """A place that switches Celery's check off: a ``with`` block or an argument."""

    path: str
    at: Span
    is_block: bool
    wait: Wait


@dataclass(frozen=True, slots=True, eq=False)
class Outcome:
    """What calling a function does: its value, its waits, what is finished afterwards.

    ``reads`` are the places of all reads that it leads to. ``sends`` are known only
    where someone asked for them. ``asked`` are the handles that it has not made
    itself and whose state its value tells. ``finished_for_base`` are finished where
    the method of the same name in a base class is called.
    """

    value: Value = UNKNOWN
    waits: tuple[Wait, ...] = ()
    allowances: tuple[JoinAllowance, ...] = ()
    finished: frozenset[Key] = frozenset()
    reads: frozenset[tuple[str, Span]] = frozenset()
    inner: tuple[Closure, ...] = ()
    sends: tuple[Send, ...] = ()
    asked: tuple[Handle, ...] = ()
    finished_for_base: frozenset[Key] = frozenset()

    def __eq__(self, other: object) -> bool:
        """Whether it does the same, whatever the calls that lead to it."""
        return isinstance(other, Outcome) and self._gist == other._gist

    __hash__ = None  # type: ignore[assignment]

    @property
    def _gist(self) -> tuple[object, ...]:
        waits = {(wait.nature, wait.read.path, wait.read.at) for wait in self.waits}
        sends = {(send.key, send.passes) for send in self.sends}
        finished = self.finished, self.finished_for_base
        return self.value, finished, self.reads, waits, sends, set(self.asked)
