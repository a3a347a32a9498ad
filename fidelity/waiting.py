"""A test that waits lets the worker run: what a second process does all the time.

Celery's tests sleep, poll a clock or a result, or block on a list in Redis until the worker has
done its part. Here each of these runs what is due, and virtual time passes, no real time.
"""

from __future__ import annotations

import sys
import time
from datetime import datetime, timezone
from typing import TYPE_CHECKING, Any

import redis
from celery import current_task
from celery.result import AsyncResult

from pytest_celery_guard import CeleryGuard

if TYPE_CHECKING:
    import pytest

MODULES = (
    "t.integration",
    "celery.contrib.testing.manager",
    "celery.result",
    "kombu.utils.functional",
)
"""Where a test, or what it calls to poll and to join, sleeps and looks at the clock."""


class Waiting:
    """Has the functions of ``time`` that move or tell the time; the others are real."""

    def __init__(self, guard: CeleryGuard) -> None:
        self._guard = guard

    def __getattr__(self, name: str) -> Any:
        return getattr(time, name)

    def sleep(self, seconds: float) -> None:
        """Let virtual time pass; in a task that is the guard's part."""
        if current_task:
            time.sleep(seconds)
        else:
            self._guard.advance(seconds=seconds)

    def time(self) -> float:
        """As the worker's clock tells it."""
        return self._guard.now.timestamp()

    def monotonic(self) -> float:
        """Real time plus what was skipped."""
        return time.monotonic() + self._skipped()

    def perf_counter(self) -> float:
        """Real time plus what was skipped."""
        return time.perf_counter() + self._skipped()

    def blpop(self, client: redis.Redis, key: str, timeout: float = 0) -> Any:
        """Wait for an element of a list: run the worker, at the latest until the timeout."""
        self._guard.drain()
        value = client.lpop(key)
        if value is None:
            self._guard.advance(seconds=timeout)
            value = client.lpop(key)
        return None if value is None else (key.encode(), value)

    def ready(self, result: AsyncResult) -> bool:
        """Some tests ask for nothing else, in an endless loop."""
        if not current_task:
            self._guard.drain()
        return bool(result.state in result.backend.READY_STATES)

    def stand_in(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Replace clock and sleep in the modules of the suite, and the two reads."""
        replaced = self._replaced()
        for module in [m for name, m in sys.modules.items() if name.startswith(MODULES)]:
            for name, value in list(vars(module).items()):
                if id(value) in replaced:
                    monkeypatch.setattr(module, name, replaced[id(value)])
        monkeypatch.setattr(redis.Redis, "blpop", lambda *args: self.blpop(*args))
        monkeypatch.setattr(AsyncResult, "ready", lambda result: self.ready(result))

    def _replaced(self) -> dict[int, Any]:
        names = ("sleep", "time", "monotonic", "perf_counter")
        functions = {id(getattr(time, name)): getattr(self, name) for name in names}
        return {id(time): self, **functions}

    def _skipped(self) -> float:
        return (self._guard.now - datetime.now(timezone.utc)).total_seconds()
