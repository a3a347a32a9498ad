"""Interrupts whatever the main thread waits for, by the timer of the process.

A pool interrupts a task by a signal, too: it ends a lock, a socket or a loop of Python code.
"""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable
from types import FrameType
from typing import Any

from pytest_celery_guard.watching.polls import RealTime

AT_ONCE = 1e-6
"""In seconds: no time at all would switch the timer off."""


def can_interrupt() -> bool:
    """Whether a signal reaches this thread, and its handler can be put back."""
    return (
        hasattr(signal, "setitimer")
        and threading.current_thread() is threading.main_thread()
        and signal.getsignal(signal.SIGALRM) is not None
    )


class Alarm:
    """Calls ``ring`` in the main thread, with the frame that it interrupts.

    Someone may have set the timer before, as pytest-timeout does: they are called in their time.
    """

    def __init__(self, ring: Callable[[FrameType | None], object]) -> None:
        self._ring = ring
        self._due: float | None = None
        self._their_due: float | None = None
        self._their_interval = 0.0
        self._theirs: Any = None
        self.is_on = False

    def begin(self) -> None:
        """Take the timer over, where that is possible."""
        if can_interrupt():
            left, self._their_interval = signal.setitimer(signal.ITIMER_REAL, 0)
            self._their_due = RealTime.wall() + left if left else None
            self._theirs = signal.signal(signal.SIGALRM, self._rings)
            self.is_on = True

    def set(self, seconds: float | None) -> None:
        """Ring once after so many seconds, or not at all."""
        if self.is_on:
            self._due = None if seconds is None else RealTime.wall() + seconds
            self._start()

    def end(self) -> None:
        """Give the timer back."""
        if self.is_on:
            self._due, self.is_on = None, False
            signal.setitimer(signal.ITIMER_REAL, 0)
            signal.signal(signal.SIGALRM, self._theirs)
            if self._their_due is not None:
                left = max(self._their_due - RealTime.wall(), AT_ONCE)
                signal.setitimer(signal.ITIMER_REAL, left, self._their_interval)

    def _start(self) -> None:
        due = [each for each in (self._due, self._their_due) if each is not None]
        left = max(min(due) - RealTime.wall(), AT_ONCE) if due else 0
        signal.setitimer(signal.ITIMER_REAL, left)

    def _rings(self, number: int, frame: FrameType | None) -> None:
        try:
            now = RealTime.wall()
            if self._their_due is not None and now >= self._their_due:
                again = self._their_interval
                self._their_due = now + again if again else None
                self._theirs(number, frame)
            if self._due is not None and now >= self._due:
                self._due = None
                self._ring(frame)
        finally:
            if self.is_on:
                self._start()
