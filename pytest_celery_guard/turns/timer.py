"""The worker's timer, on the virtual clock: nothing fires until a step asks for it."""

from __future__ import annotations

import heapq
import time
from collections.abc import Callable, Iterator
from itertools import count
from typing import Any, NamedTuple

from kombu.asynchronous.timer import Entry

from pytest_celery_guard.sends.messages import Message
from pytest_celery_guard.world.world import World

SHORTEST = 0.001
"""In seconds: an entry that repeats itself without a pause would never let time go on."""


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


class Repeated:
    """What an entry runs that comes again and again; ``secs`` are virtual seconds."""

    def __init__(
        self,
        timer: VirtualTimer,
        entry: Any,
        secs: float,
        fun: Callable[..., Any],
        priority: int,
    ) -> None:
        self._timer = timer
        self._entry = entry
        self._secs = secs
        self._fun = fun
        self._priority = priority
        self._due = 0.0
        self.__name__ = getattr(fun, "__name__", repr(fun))

    def __call__(self, *args: Any, **kwargs: Any) -> None:
        """Run it, and enter it for the next time, unless it has cancelled itself."""
        try:
            self._fun(*args, **kwargs)
        except Exception as error:  # a worker logs it, and goes on
            self._timer.note_failure(self.__name__, error)
        if not self._entry.canceled:
            self.enter(self._due)

    def enter(self, last: float) -> Any:
        """Enter it for the time after ``last``, or after now if that has passed."""
        now = self._timer.now()
        self._due = last + self._secs if last + self._secs > now else now + self._secs
        return self._timer.enter_after(self._due - now, self._entry, self._priority)


class VirtualTimer:
    """Has what Celery's consumer and its remote control ask of a kombu timer."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._heap: list[Scheduled] = []
        self._started: list[tuple[float, int, Any]] = []
        self._order = count()

    def now(self) -> float:
        """The time that it goes by, in epoch seconds."""
        return self._world.clock.now()

    def note_failure(self, name: str, error: BaseException) -> None:
        """An entry that repeats itself has failed."""
        text = f"{name}, which a timer of the worker calls, failed: {error!r}"
        if text not in self._world.errors:  # it will mostly fail again, in the same way
            self._world.failed_itself(text, error)

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
        """Run a request at its own ETA, shifted by the clock's offset when it was sent.

        Anything else is due at ``eta`` of ``time.monotonic``, as in kombu.
        """
        request: Any = args[0] if args else None
        if not hasattr(request, "eta"):
            return self.call_after(eta - time.monotonic(), fun, args, kwargs, priority)
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
        return self.enter_after(secs, Entry(fun, args, kwargs), priority)

    def call_repeatedly(
        self,
        secs: float,
        fun: Callable[..., Any],
        args: Any = (),
        kwargs: Any = None,
        priority: int = 0,
    ) -> Any:
        """Run something every so many virtual seconds, until its entry is cancelled."""
        entry = Entry(fun, args, kwargs)
        entry.fun = Repeated(self, entry, max(secs, SHORTEST), fun, priority)
        return entry.fun.enter(self._world.clock.now())

    def enter_after(self, secs: float, entry: Any, priority: int = 0, **_: Any) -> Any:
        """Run an entry some virtual seconds from now."""
        return self._enter(self._world.clock.now() + secs, priority, entry)

    def enter_at(self, entry: Any, eta: Any = None, priority: int = 0, **_: Any) -> Any:
        """Run an entry at ``eta`` of ``time.monotonic``, as in kombu, or at once."""
        secs = 0.0 if eta is None else eta - time.monotonic()
        return self.enter_after(secs, entry, priority)

    def keep_started(self) -> None:
        """Remember what the worker's own steps have entered when it started."""
        now = self._world.clock.now()
        self._started = [(each.eta - now, each.priority, each.entry) for each in self._heap]

    def restart(self) -> None:
        """Begin with what a worker has when it has just started."""
        self.clear()
        now = self._world.clock.now()
        for secs, priority, entry in self._started:
            entry.canceled = False
            if isinstance(entry.fun, Repeated):
                entry.fun.enter(now)
            else:
                self._enter(now + secs, priority, entry)

    def only_repeats(self) -> bool:
        """Whether all that is still to come are entries that come again and again."""
        return all(isinstance(each.entry.fun, Repeated) for each in self.queue)

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
