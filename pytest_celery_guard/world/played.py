"""The failures that one test simulates: what they are, and whether they have happened."""

from __future__ import annotations

import errno
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from random import Random
from typing import Any, Literal

HOPELESS = 1000
"""So many tries without success are taken for a loop without end."""

When = Literal["before", "during", "after", "stored"]


@dataclass(slots=True)
class Fault:
    """A fault as the test wrote it, and how often it has struck."""

    told: str
    struck: int = 0

    def __str__(self) -> str:
        times = {0: "never happened", 1: "happened once"}
        return f"{self.told}: {times.get(self.struck, f'happened {self.struck} times')}"


def refused() -> Exception:
    """What a program meets where nothing listens."""
    return ConnectionRefusedError(errno.ECONNREFUSED, "Connection refused")


@dataclass(slots=True)
class Impatience(Fault):
    """A broker that delivers again what is not acknowledged after so many virtual seconds.

    A test may well play it to show that nothing takes so long.
    """

    seconds: float = 0


@dataclass(slots=True)
class Outage(Fault):
    """Something that can't be reached, ``times`` uses long (None: all), after some that work.

    ``struck`` counts attempts, of which a use may have several.
    """

    error: Callable[[], Exception] = refused
    times: int | None = None
    after: int = 0
    used: int = 0
    is_used: bool = False
    raised: list[BaseException] = field(default_factory=list)

    @contextmanager
    def use(self) -> Iterator[None]:
        """One use, however often it is tried."""
        self.used += 1
        outer, self.is_used = self.is_used, True
        try:
            yield
        finally:
            self.is_used = outer

    def __str__(self) -> str:
        attempts = "1 attempt" if self.struck == 1 else f"{self.struck} attempts"
        return f"{self.told}: {attempts} failed"

    def meet(self) -> None:
        """Raise the error, if this is the time for it."""
        if self._strikes():
            self.struck += 1
            self.raised.append(self.error())
            raise self.raised[-1]

    def _strikes(self) -> bool:
        if self.times is None and not self.after:
            return True  # also for what is no use, such as remote control
        last = float("inf") if self.times is None else self.after + self.times
        return self.is_used and self.after < self.used <= last


@dataclass(slots=True)
class Loss(Fault):
    """The death of what runs a task: ``machine`` tells whether the whole worker dies."""

    is_meant: Callable[[str, str, str], bool] = lambda task_id, task, queue: True
    when: When = "during"
    machine: bool = False
    times: int = 1

    def meets(self, task_id: str, task: str) -> bool:
        """Whether this run of a task is to be lost."""
        return self.struck < self.times and self.is_meant(task_id, task, "")


class Played:
    """All faults of a test, in the order of playing.

    ``broker`` and ``backend`` are down now, or not, and ``impatience`` is that of the broker.
    ``errors`` are those of the worker that it had because of a fault. ``order`` draws which due
    task is next; None is that of sending.
    """

    def __init__(self) -> None:
        self.faults: list[Fault] = []
        self.broker: Outage | None = None
        self.backend: Outage | None = None
        self.impatience: Impatience | None = None
        self.errors: list[str] = []
        self.order: Random | None = None
        self.seed: int | None = None

    def add(self, told: str) -> None:
        """Note a fault that strikes at once."""
        self.faults.append(Fault(told, struck=1))

    def loss_of(self, task_id: str, task: str) -> Loss | None:
        """The loss that this run of a task meets, if any does."""
        losses = (each for each in self.faults if isinstance(each, Loss))
        return next((each for each in losses if each.meets(task_id, task)), None)

    def reorder(self, seed: int | None) -> None:
        """Run due tasks in the random order that a seed chooses."""
        self.seed = seed
        self.order = None if seed is None else Random(seed)

    def told(self) -> Iterator[str]:
        """The order, each fault, and what the worker met because of them."""
        if self.seed is not None:
            yield f"due tasks in random order: --celery-guard-seed={self.seed} repeats it"
        yield from map(str, self.faults)
        yield from self.errors

    def counting(self, send: Callable[..., Any]) -> Callable[..., Any]:
        """What publishes tasks: each call is one send, with all its attempts."""

        def send_task_message(*args: Any, **kwargs: Any) -> Any:
            __tracebackhide__ = True
            if self.broker is None:
                return send(*args, **kwargs)
            with self.broker.use():
                return send(*args, **kwargs)

        return send_task_message

    def reach_broker(self) -> None:
        """Raise what a publisher meets where no broker listens, while that is so."""
        if self.broker is not None:
            self.broker.meet()

    def reach_backend(self) -> None:
        """The same of the result backend; each call is a use."""
        if self.backend is not None:
            with self.backend.use():
                self.backend.meet()

    def caused(self, error: BaseException | None) -> bool:
        """Whether an error, or what it came from, is one that was played."""
        outages = [each for each in self.faults if isinstance(each, Outage)]
        played = {id(each) for outage in outages for each in outage.raised}
        while error is not None and id(error) not in played:
            error = error.__cause__ or error.__context__
        return error is not None

    def is_hopeless(self) -> bool:
        """Whether so many tries have found the backend down that no other will find it up."""
        return self.backend is not None and self.backend.struck > HOPELESS

    def never_struck(self) -> list[str]:
        """Faults that the test asked for in vain."""
        asked = (each for each in self.faults if not isinstance(each, Impatience))
        return [each.told for each in asked if not each.struck]

    def clear(self) -> None:
        """Play nothing."""
        self.faults.clear()
        self.errors.clear()
        self.broker = self.backend = self.impatience = None
        self.reorder(None)
