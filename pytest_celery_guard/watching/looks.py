"""Looks at a state: loops that poll, and tasks that store no result."""

from __future__ import annotations

import asyncio
import sys
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from types import FrameType
from typing import Any, Protocol

from pytest_celery_guard.watching import frames, places
from pytest_celery_guard.watching.places import Place
from pytest_celery_guard.watching.reads import Watched, note, note_here, steps_of

ENOUGH, PAUSE = 3, 0.02
"""So many looks of the same call, and seconds from the first to the last, are a loop that polls."""

MANY = 50
"""So many are a loop that polls without a pause, and no list of results that names one twice."""

MORE = 3
"""After so many looks more, time is skipped too."""

BLOCKING = "pytest_celery_guard.watching.reads"
"""The module whose function stands between the user's code and a blocking read."""


@dataclass
class Looks:
    """How often a call has looked in vain, and how often since it is known to be a loop."""

    count: int = 0
    since: int = 0
    began: float = field(default_factory=time.perf_counter)

    def are_polling(self) -> bool:
        """Whether they are so many, or so far apart, that they wait for something."""
        is_slow = self.count >= ENOUGH and time.perf_counter() - self.began >= PAUSE
        return bool(self.since) or is_slow or self.count >= MANY


class Polled(Watched, Protocol):
    """A world whose worker can be run."""

    ignored: set[str]
    worker: Any


def is_polled(world: Polled, task_id: str, why_never: Callable[[], str]) -> bool:
    """Whether a loop polls a result that is not there; then the worker runs, as for a read.

    Raises WouldBlockForeverError, which says ``why_never``, when the loop can't end.
    """
    __tracebackhide__ = True
    place, frame = places.here(), sys._getframe(2)
    if (
        place is not None and place.task_id == task_id
    ):  # a task may ask whether it was aborted
        return False
    if is_ignored(world, [task_id], "pending") or place is None or is_within_read(frame):
        return False
    looks = _looks(place, frame, task_id)
    if looks is None or not looks.are_polling():
        return False
    looks.since += 1
    if looks.since == 1:
        note(world, "CEL105", place, frame)
        world.worker.run_due_until(lambda: world.is_finished(task_id))
    elif looks.since > MORE:
        world.worker.run_until(lambda: world.is_finished(task_id), None, why_never)
    return True


def is_ignored(world: Polled, task_ids: Iterable[str], outcome: str) -> bool:
    """Whether one of these results will never be stored; the world is told of it."""
    if world.ignored.isdisjoint(task_ids):
        return False
    note_here(world, "CEL203", outcome)
    return True


def is_within_read(frame: FrameType) -> bool:
    """Whether the look is part of a blocking read, which looks at its parents."""
    found: FrameType | None = frame
    while found is not None and frames.is_library(found.f_code.co_filename):
        if frames.module_of(found) == BLOCKING:
            return True
        found = found.f_back
    return False


def _looks(place: Place, frame: FrameType, task_id: str) -> Looks | None:
    """What this very call has looked for so far, without a turn of the event loop in between."""
    if places.is_on_loop():
        if place.has_turned:
            place.looks.clear()
        place.has_turned = False
        asyncio.get_running_loop().call_soon(setattr, place, "has_turned", True)
    steps = steps_of(place, frame)
    if not steps:
        return None
    key = task_id, *((each.f_code, frames.position(each)) for each in steps)
    looks: Looks = place.looks.setdefault(key, Looks())
    looks.count += 1
    return looks
