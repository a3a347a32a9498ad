"""Soft and hard time limits of a task that sleeps, on the virtual clock."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from billiard.einfo import ExceptionInfo
from celery.exceptions import SoftTimeLimitExceeded, TimeLimitExceeded

from pytest_celery_guard.watching.polls import RealTime
from pytest_celery_guard.world.world import World

Callback = Callable[..., Any]


class HardLimitPassed(BaseException):
    """Ends a task whose hard limit passed: nothing after it may report again."""


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

    def sleep(self, seconds: float) -> None:
        """``time.sleep`` of the limited task: virtual, and cut short by a limit."""
        if threading.get_ident() != self._thread:
            return self._real_sleep(seconds)
        clock = self._world.clock
        wake = clock.now() + seconds
        if not self._left or wake < self._left[0][0]:
            return clock.skip_to(wake)
        moment, is_soft, limit = self._left.popleft()
        clock.skip_to(moment)
        return self._pass_soft(limit) if is_soft else self._pass_hard(limit)

    def overrun(self) -> tuple[bool, float, float] | None:
        """Of a task that has ended: a limit that passed and did not end it.

        Whether it is the soft one, the limit, and how long the task took, in seconds.
        """
        took = RealTime.wall() - self._began + self._world.clock.offset - self._ahead
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

    def _pass_soft(self, limit: float) -> None:
        self._world.worker.report(self._on_timeout, soft=True, timeout=limit)
        raise SoftTimeLimitExceeded

    def _pass_hard(self, limit: float) -> None:
        self._world.worker.report(self._on_error, einfo_of(TimeLimitExceeded(limit)))
        self._world.worker.report(self._on_timeout, soft=False, timeout=limit)
        raise HardLimitPassed


@contextmanager
def time_limits(limits: Limits, names: dict[str, Any]) -> Iterator[None]:
    """Let ``time.sleep`` be that of ``limits``, also where ``names`` hold it by name.

    ``names`` are the globals of the task's module, which may say ``from time import sleep``.
    """
    real = time.sleep
    held = [name for name, value in names.items() if value is real]
    time.sleep = limits.sleep  # type: ignore[assignment] # as task code calls it
    names.update(dict.fromkeys(held, limits.sleep))
    try:
        yield
    finally:
        time.sleep = real
        names.update(dict.fromkeys(held, real))
