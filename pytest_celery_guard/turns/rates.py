"""Rate limits on the virtual clock."""

from __future__ import annotations

from collections import deque
from typing import Any

from pytest_celery_guard.basics.clock import Clock


class VirtualBucket:
    """A token bucket with the interface of kombu.utils.limits.TokenBucket."""

    def __init__(self, rate: float, capacity: float, clock: Clock) -> None:
        self.fill_rate = float(rate)
        self.capacity = float(capacity)
        self.contents: deque[Any] = deque()
        self.add = self.contents.append
        self.pop = self.contents.popleft
        self.clear_pending = self.contents.clear
        self._clock = clock
        self._tokens = float(capacity)
        self._counted_at = clock.now()

    def can_consume(self, tokens: float = 1) -> bool:
        """Take so many tokens if they are there."""
        if tokens > self._refilled():
            return False
        self._tokens -= tokens
        return True

    def expected_time(self, tokens: float = 1) -> float:
        """Virtual seconds until so many tokens are there."""
        return max(0.0, tokens - self._refilled()) / self.fill_rate

    def _refilled(self) -> float:
        now = self._clock.now()
        gained = self.fill_rate * (now - self._counted_at)
        self._tokens = min(self.capacity, self._tokens + gained)
        self._counted_at = now
        return self._tokens


class Buckets(dict[str, "VirtualBucket | None"]):
    """The bucket of each task, made when it is first asked for."""

    def __init__(self, consumer: Any, clock: Clock) -> None:
        self._consumer = consumer
        self._clock = clock

    def __missing__(self, name: str) -> VirtualBucket | None:
        limit = self._consumer.bucket_for_task(self._consumer.app.tasks[name])
        bucket = limit and VirtualBucket(limit.fill_rate, limit.capacity, self._clock)
        self[name] = bucket
        return bucket
