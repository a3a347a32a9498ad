"""Loops of a test that poll a result in vain: nothing runs while they look."""

from __future__ import annotations

import sys
import time
from dataclasses import dataclass
from threading import current_thread, main_thread
from types import FrameType

from pytest_celery_guard.basics.callers import RUNNERS, package_of
from pytest_celery_guard.watching import frames

PATIENCE = 100
"""So many looks at a task that does not run are taken for a loop without end."""

ENOUGH = 4
"""So many are enough where the same line looks, and the test sleeps in between."""

PAUSE = 0.001
"""In seconds: a loop without a pause looks again much sooner."""

IDLE = 0.5
"""A pause is so much of the time in which the thread does nothing, at least."""

Moment = tuple[float, float]


class RealTime:
    """The clocks of the process, out of reach of freezegun, which replaces names in modules."""

    wall = staticmethod(time.perf_counter)
    cpu = staticmethod(time.thread_time)


@dataclass
class Poll:
    """Looks at one task: how many, by which code, and what had happened when they began."""

    happened: object
    place: object
    last: Moment
    count: int = 1
    pauses: int = 0


class Polls:
    """The looks of a test at tasks that are not finished."""

    def __init__(self) -> None:
        self._of: dict[str, Poll] = {}

    def clear(self) -> None:
        """Forget all of them."""
        self._of.clear()

    def are_in_vain(self, task_id: str, happened: object) -> int:
        """Called with each look; returns how many there were, if they never end, or 0.

        ``happened`` is what the worker has done so far, in any form that can be compared.
        """
        now = RealTime.wall(), RealTime.cpu()
        poll = self._of.get(task_id)
        if poll is None or poll.happened != happened:
            self._of[task_id] = Poll(happened, place_of(sys._getframe(1)), now)
            return 0
        poll.count += 1
        is_pause = is_idle(poll.last, now)
        if is_pause or poll.pauses:
            place = place_of(sys._getframe(1))
            poll.pauses = poll.pauses + 1 if is_pause and place == poll.place else 0
            poll.place = place
        poll.last = RealTime.wall(), RealTime.cpu()
        is_over = poll.count > PATIENCE or (poll.pauses >= ENOUGH - 1 and is_tests_own())
        return poll.count - (poll.count > PATIENCE) if is_over else 0


def is_idle(before: Moment, now: Moment) -> bool:
    """Whether the thread has mostly slept between two looks."""
    wall, cpu = now[0] - before[0], now[1] - before[1]
    return wall >= PAUSE and cpu <= wall * (1 - IDLE)


def is_tests_own() -> bool:
    """Whether the test itself looks: in another thread nobody sees which of its lines does."""
    return current_thread() is main_thread()


def place_of(frame: FrameType | None) -> object:
    """All lines of the user's that are under way: the same in each turn of a loop."""
    found = []
    while frame is not None and package_of(frame) not in RUNNERS:
        if not frames.is_library(frame.f_code.co_filename):
            found.append((frame.f_code, frame.f_lineno))
        frame = frame.f_back
    return tuple(found)
