"""Soft and hard time limits of a task: a sleep is virtual, all other waits take real time."""

from __future__ import annotations

import sys
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from types import CodeType, FrameType
from typing import Any, NoReturn

from billiard.einfo import ExceptionInfo
from celery.exceptions import SoftTimeLimitExceeded, TimeLimitExceeded

from pytest_celery_guard.turns.alarm import Alarm
from pytest_celery_guard.turns.killing import (
    Killing,
    Tracing,
    calls_body,
    frames_of_task,
)
from pytest_celery_guard.turns.next_line import Heard, NextLine
from pytest_celery_guard.watching.frames import NOT_USERS, package_of
from pytest_celery_guard.watching.polls import RealTime
from pytest_celery_guard.world.world import World

Callback = Callable[..., Any]


SOON = 0.001
"""Seconds until it is tried again to interrupt a task that was not to be interrupted then."""

AGAIN = 0.2
"""Seconds until a task that has caught what was to end it is interrupted again.

On a busy machine, it takes a while until the task has run its ``finally`` blocks.
"""

LEFT_WHOLE = frozenset({"celery", "kombu", "logging"})
"""Packages that may catch what interrupts them, and would leave a send halfway."""

GRACE = 10.0
"""Seconds after which these are interrupted, too: they may wait forever."""

DEBUGGERS = frozenset({"bdb", "pdb", "pydevd"})

OURS = "pytest_celery_guard"
"""What the task has called of it must not be left halfway; a worker has it in another process."""


def einfo_of(error: BaseException) -> Any:
    """An exception as the pool hands it to a request."""
    try:
        raise error
    except BaseException:
        return ExceptionInfo()


class Limits:
    """The limits of one running task, the earlier one first.

    ``on_timeout`` and ``on_error`` are what the pool calls, hard limits in billiard's order.
    """

    def __init__(
        self,
        world: World,
        soft: float | None,
        hard: float | None,
        on_timeout: Callback,
        on_error: Callback,
    ) -> None:
        self._world = world
        self._thread = threading.get_ident()
        self._on_timeout = on_timeout
        self._on_error = on_error
        self._real_sleep = time.sleep
        self._left = deque(self._moments(soft, hard))
        self._began = RealTime.wall()
        self._ahead = world.clock.offset
        self._entry = sys._getframe(1).f_code
        self._depth = depth_of(self._entry, sys._getframe(1))
        self._alarm = Alarm(self._ring)
        self._tracing = Tracing()
        self._killing = Killing(self._tracing)
        self._next_line = NextLine(self._tracing, self._ring)
        self._heard = Heard(self._pass_again)
        self._passed: tuple[float, bool, float] | None = None

    @property
    def is_over(self) -> bool:
        """Whether the hard limit has passed."""
        return self._killing.has_begun

    def begin(self) -> None:
        """Let them interrupt the task from now on, in this thread."""
        self._alarm.begin()
        self._set_alarm()

    def end(self) -> None:
        """The task has ended."""
        self._alarm.end()
        self._next_line.forget()
        self._tracing.end()
        self._heard.end()

    def sleep(self, seconds: float) -> None:
        """``time.sleep`` of the limited task: virtual, and cut short by a limit."""
        if threading.get_ident() != self._thread:
            return self._real_sleep(seconds)
        if self.is_over:  # the task has caught it, and goes on
            self._killing.kill(sys._getframe(1))
        clock = self._world.clock
        wake = clock.now() + seconds
        if self._left and wake >= self._left[0][0]:
            clock.skip_to(self._left[0][0])
            self._pass_next(sys._getframe(1))
        clock.skip_to(wake)
        self._set_alarm()
        return None

    @property
    def are_real(self) -> bool:
        """Whether all waits are interrupted; those of a thread are not."""
        return self._alarm.is_on

    def overrun(self) -> tuple[bool, float, float] | None:
        """Of a task that has ended: a limit that passed and did not end it.

        Whether it is the soft one, the limit, and how long the task took, in seconds.
        """
        took = self._took()
        passed = [each for each in self._left if took > each[2]]
        if not passed:
            return None
        _, is_soft, limit = passed[-1]
        return is_soft, limit, took

    def _moments(
        self, soft: float | None, hard: float | None
    ) -> Iterator[tuple[float, bool, float]]:
        now = self._world.clock.now()
        if soft and not (hard and hard <= soft):
            yield now + soft, True, soft
        if hard:
            yield now + hard, False, hard

    def _took(self) -> float:
        return RealTime.wall() - self._began + self._world.clock.offset - self._ahead

    def _set_alarm(self) -> None:
        """For the next limit; the limits follow each other in the order of their seconds."""
        again = AGAIN if self.is_over else None
        left = self._left[0][2] - self._took() if self._left else again
        self._alarm.set(left)

    def _ring(self, frame: FrameType | None) -> None:
        """A limit passes in real time, if the task's own code waits, and not ours."""
        if is_debugged(frame):
            self._alarm.set(AGAIN)
        elif depth_of(self._entry, frame) != self._depth:
            self._alarm.set(
                SOON
            )  # a task inside of this one, which a worker runs elsewhere
        elif halfway := self._halfway(frames := frames_of_task(frame)):
            if self.is_over:  # what was to end it may still be on its way
                self._alarm.set(AGAIN)
                return
            self._next_line.await_in(frames[halfway:])
            self._alarm.set(SOON)
        elif self.is_over:
            self._set_alarm()
            self._killing.kill(frame)
        elif self._left and self._took() >= self._left[0][2]:
            self._pass_next(frame)
        else:
            self._set_alarm()

    def _halfway(self, frames: Iterable[FrameType]) -> int:
        """How many of these, from the innermost one on, must not be left halfway."""
        left_whole = frozenset[str]() if self._is_overdue() else LEFT_WHOLE
        is_users, halfway = False, 0
        for number, each in enumerate(frames, 1):
            package = package_of(each)
            is_theirs = package in left_whole and not calls_body(each)
            is_left = is_theirs or (package == OURS and not is_users)
            if is_left or each.f_code.co_name == "__del__":  # Python catches what it raises
                halfway = number
            is_users = is_users or package not in NOT_USERS
        return halfway

    def _is_overdue(self) -> bool:
        return not self._left or self._took() > self._left[0][2] + GRACE

    def _pass_next(self, frame: FrameType | None) -> NoReturn:
        limit = self._left.popleft()
        _, is_soft, seconds = limit
        if not is_soft:
            self._pass_hard(seconds, frame)
        self._set_alarm()
        if limit != self._passed:
            self._passed = limit
            self._world.worker.report(self._on_timeout, soft=True, timeout=seconds)
        self._heard.throw(SoftTimeLimitExceeded())

    def _pass_again(self) -> None:
        """Python has ignored the error of the soft limit; that of a hard one is repeated anyway."""
        if self._passed:
            self._left.appendleft(self._passed)
            self._alarm.set(SOON)

    def _pass_hard(self, limit: float, frame: FrameType | None) -> NoReturn:
        self._world.worker.report(self._on_error, einfo_of(TimeLimitExceeded(limit)))
        self._world.worker.report(self._on_timeout, soft=False, timeout=limit)
        self._alarm.set(AGAIN)
        self._killing.kill(frame)


def depth_of(code: CodeType, frame: FrameType | None) -> int:
    """How often a function is under way."""
    times = 0
    while frame is not None:
        times += frame.f_code is code
        frame = frame.f_back
    return times


def is_debugged(frame: FrameType | None) -> bool:
    """Whether someone looks at the code that a frame belongs to."""
    while frame is not None:
        if package_of(frame) in DEBUGGERS:
            return True
        frame = frame.f_back
    return False


@contextmanager
def time_limits(limits: Limits, names: dict[str, Any]) -> Iterator[None]:
    """Let them interrupt the task. ``time.sleep`` is theirs, also where ``names`` hold it by name.

    ``names`` are the globals of the task's module, which may say ``from time import sleep``.
    """
    real = time.sleep
    held = [name for name, value in names.items() if value is real]
    time.sleep = limits.sleep  # type: ignore[assignment] # as task code calls it
    names.update(dict.fromkeys(held, limits.sleep))
    limits.begin()
    try:
        yield
    finally:
        limits.end()
        time.sleep = real
        names.update(dict.fromkeys(held, real))
