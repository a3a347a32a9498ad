"""Who is told of which sends and waits: tasks, views, and whatever begins a chain of calls.

A helper that others call is told of nothing: its sends and waits are theirs.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import TypeAlias

from flake8_celery_get.model.noticed.waits import Send, Wait
from flake8_celery_get.model.reach.entries import TASK, VIEW, Entry

Act: TypeAlias = "Send | Wait"


@dataclass(frozen=True, slots=True)
class Told:
    """An entry, with the sends and waits that are shown as its own."""

    entry: Entry
    sends: tuple[Send, ...]
    waits: tuple[Wait, ...]

    @property
    def acts(self) -> tuple[Act, ...]:
        """The sends, then the waits."""
        return (*self.sends, *self.waits)


def told(entries: Iterable[Entry]) -> list[Told]:
    """The entries that are shown, in order."""
    acting = [entry for entry in entries if any(_acts(entry))]
    called = {mark for entry in acting for mark in _calls(entry)}
    first = [_part(entry, called) for entry in acting]
    kept = {_key(act) for part in first for act in part.acts}
    rest = [_own(entry, kept) for entry in acting]
    merged = [
        Told(a.entry, a.sends + b.sends, a.waits + b.waits)
        for a, b in zip(first, rest, strict=True)
    ]
    return [part for part in merged if part.sends or part.waits]


def _real(waits: Iterable[Wait]) -> list[Wait]:
    """Those that hold up a thread for a task that was sent."""
    return [wait for wait in waits if wait.can_block or _polls(wait)]


def _polls(wait: Wait) -> bool:
    read = wait.read
    return read.is_poll and not (read.awaits or read.handle.supposed)


def _acts(entry: Entry) -> Iterator[Act]:
    yield from (send for send in entry.sends if not send.supposed)
    yield from _real(entry.waits)


def _key(act: Act) -> object:
    return act.key if isinstance(act, Send) else (act.read.path, act.read.at)


def _calls(entry: Entry) -> Iterator[tuple[object, object]]:
    """For each function that the entry calls on the way: that its acts are the entry's."""
    for act in _acts(entry):
        hops = (hop.callee for hop in act.hops)
        for callee in act.passes if isinstance(act, Send) else hops:
            if callee is not entry.definition:
                yield _key(act), callee


def _part(entry: Entry, called: set[tuple[object, object]]) -> Told:
    keep = entry.kind in {TASK, VIEW}
    return _told(
        entry,
        lambda act: keep or (_key(act), entry.definition) not in called,
    )


def _own(entry: Entry, kept: set[object]) -> Told:
    """What nobody begins: functions that call each other in a ring."""
    return _told(entry, lambda act: not act.hops and _key(act) not in kept)


def _told(entry: Entry, is_kept: Callable[[Act], bool]) -> Told:
    acts = [act for act in _acts(entry) if is_kept(act)]
    return Told(
        entry,
        tuple(act for act in acts if isinstance(act, Send)),
        tuple(act for act in acts if isinstance(act, Wait)),
    )
