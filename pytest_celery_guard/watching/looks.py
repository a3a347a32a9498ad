"""Looks at a state: loops that poll, and tasks that store no result."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable, Iterable
from types import FrameType
from typing import Any, Protocol

from pytest_celery_guard.watching import frames, places
from pytest_celery_guard.watching.places import Place
from pytest_celery_guard.watching.reads import Watched, note, note_here, steps_of

POLLS = 3
"""So many looks of the same call at the same result, in vain, are a loop that polls."""

PATIENCE = 2 * POLLS
"""After so many, time is skipped too."""

BLOCKING = "pytest_celery_guard.watching.reads"
"""The module whose function stands between the user's code and a blocking read."""


class Polled(Watched, Protocol):
    """A world whose worker can be run."""

    ignored: set[str]
    worker: Any


def is_polled(world: Polled, task_id: str, why_never: Callable[[], str]) -> bool:
    """Whether a loop polls a result that is not there; then the worker runs, as for a read.

    Raises WouldBlockForeverError, which says ``why_never``, when the loop can't end.
    """
    __tracebackhide__ = True
    if is_ignored(world, [task_id], "pending"):
        return False
    place, frame = places.here(), sys._getframe(2)
    if place is None or is_within_read(frame):
        return False
    looks = _looks(place, frame, task_id)
    if looks == POLLS:
        note(world, "CEL105", place, frame)
        while not world.is_finished(task_id) and world.worker.step():
            pass
    elif looks >= PATIENCE:
        world.worker.run_until(lambda: world.is_finished(task_id), None, why_never)
    return looks >= POLLS


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


def _looks(place: Place, frame: FrameType, task_id: str) -> int:
    """How often the same call has looked, without a turn of the event loop in between."""
    if places.is_on_loop():
        if place.has_turned:
            place.looks.clear()
        place.has_turned = False
        asyncio.get_running_loop().call_soon(setattr, place, "has_turned", True)
    steps = steps_of(place, frame)
    if not steps:
        return 0
    key = task_id, *((each.f_code, each.f_lasti) for each in steps)
    place.looks[key] = place.looks.get(key, 0) + 1
    return place.looks[key]
