"""The worker's timer, on the virtual clock: nothing fires until a step asks for it."""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterator
from itertools import count
from typing import Any, NamedTuple

from kombu.asynchronous.timer import Entry

from pytest_celery_guard.messages import Message
from pytest_celery_guard.world import World


class Scheduled(NamedTuple):
    """An entry and its moment in epoch seconds; the order of scheduling breaks ties.

    Celery's ``inspect().scheduled()`` reads ``entry`` and ``priority``.
    """

    eta: float
    order: int
    priority: int
    entry: Any

    @property
    def request(self) -> Any:
        """The request that waits, or None for the worker's own entries."""
        args = self.entry.args
        return args[0] if args and hasattr(args[0], "task_id") else None

    @property
    def delayed(self) -> Delayed | None:
        """What the broker holds back, if this is such an entry."""
        fun = self.entry.fun
        return fun if isinstance(fun, Delayed) else None


class Delayed(NamedTuple):
    """A message that the broker holds back, and what puts it into its queue."""

    message: Message
    put: Callable[[Message], object]

    def __call__(self) -> None:
        """Put it into its queue."""
        self.put(self.message)


class VirtualTimer:
    """Has what Celery's consumer and its remote control ask of a kombu timer."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._heap: list[Scheduled] = []
        self._order = count()

    @property
    def schedule(self) -> VirtualTimer:
        """Celery reads ``timer.schedule.queue``; here both are one."""
        return self

    @property
    def queue(self) -> list[Scheduled]:
        """What is still to come, the earliest first."""
        return sorted(each for each in self._heap if not each.entry.canceled)

    def call_at(
        self,
        eta: float,
        fun: Callable[..., Any],
        args: Any = (),
        kwargs: Any = None,
        priority: int = 0,
    ) -> Any:
        """Run a request at its own ETA, shifted by the clock's offset when it was sent."""
        request = args[0]
        sent_ahead = self._world.offset_of(request.message.delivery_tag)
        due = request.eta.timestamp() + sent_ahead
        return self._enter(due, priority, Entry(fun, args, kwargs))

    def call_after(
        self,
        secs: float,
        fun: Callable[..., Any],
        args: Any = (),
        kwargs: Any = None,
        priority: int = 0,
    ) -> Any:
        """Run something some virtual seconds from now."""
        due = self._world.clock.now() + secs
        return self._enter(due, priority, Entry(fun, args, kwargs))

    def call_repeatedly(self, *args: Any, **kwargs: Any) -> Any:
        """Heartbeats and the like: a worker in the test's thread needs none."""
        return Entry(lambda: None)

    def cancel(self, entry: Any) -> None:
        """Never run an entry."""
        entry.cancel()

    def clear(self) -> None:
        """Drop all entries."""
        self._heap.clear()

    def lose_requests(self) -> None:
        """Drop what the worker has received: it is not the worker that holds back the others."""
        self._heap = [each for each in self._heap if each.delayed is not None]
        heapq.heapify(self._heap)

    def stop(self) -> None:
        """There is no thread to stop."""

    def next_due(self) -> float | None:
        """The moment of the next entry in epoch seconds; None when nothing is scheduled."""
        while self._heap and self._heap[0].entry.canceled:
            heapq.heappop(self._heap)
        return self._heap[0].eta if self._heap else None

    def take_due(self, wanted: Callable[[Scheduled], bool] | None = None) -> Any:
        """Remove and return the first entry whose time has come; None when there is none."""
        due, now = self.next_due(), self._world.clock.now()
        if due is None or due > now:
            return None
        if wanted is None:
            return heapq.heappop(self._heap).entry
        scheduled = next(self.due(wanted), None)
        return None if scheduled is None else self.take(scheduled)

    def due(self, wanted: Callable[[Scheduled], bool] | None) -> Iterator[Scheduled]:
        """The entries whose time has come, the earliest first; the worker's own among them."""
        now = self._world.clock.now()
        for scheduled in self.queue:
            if scheduled.eta > now:
                return
            if wanted is None or scheduled.request is None or wanted(scheduled):
                yield scheduled

    def take(self, scheduled: Scheduled) -> Any:
        """Remove an entry, and return it."""
        self._heap.remove(scheduled)
        heapq.heapify(self._heap)
        return scheduled.entry

    def _enter(self, eta: float, priority: int, entry: Any) -> Any:
        heapq.heappush(self._heap, Scheduled(eta, next(self._order), priority, entry))
        return entry
