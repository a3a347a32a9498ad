"""The faults that one test plays: what they are, and whether they have struck."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Literal

When = Literal["before", "during", "after", "stored"]


@dataclass(slots=True)
class Fault:
    """A fault as the test wrote it, and how often it has struck."""

    told: str
    struck: int = 0

    def __str__(self) -> str:
        times = {0: "never struck", 1: "struck once"}
        return f"{self.told}: {times.get(self.struck, f'struck {self.struck} times')}"


@dataclass(slots=True)
class Outage(Fault):
    """Something that can't be reached, ``times`` uses long (None: all), after some that work."""

    times: int | None = None
    after: int = 0
    used: int = 0
    is_used: bool = False

    @contextmanager
    def use(self) -> Iterator[None]:
        """One use, however often it is tried."""
        self.used += 1
        outer, self.is_used = self.is_used, True
        try:
            yield
        finally:
            self.is_used = outer

    def strikes(self) -> bool:
        """Whether what happens now fails: also what is no use, while there is no count."""
        if self.times is None and not self.after:
            strikes = True
        else:
            last = float("inf") if self.times is None else self.after + self.times
            strikes = self.is_used and self.after < self.used <= last
        self.struck += strikes
        return strikes


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
    """All faults of a test, in the order of playing; ``broker`` and ``backend`` are down now."""

    def __init__(self) -> None:
        self.faults: list[Fault] = []
        self.broker: Outage | None = None
        self.backend: Outage | None = None

    def add(self, told: str) -> None:
        """Note a fault that strikes at once."""
        self.faults.append(Fault(told, struck=1))

    def loss_of(self, task_id: str, task: str) -> Loss | None:
        """The loss that this run of a task meets, if any does."""
        losses = (each for each in self.faults if isinstance(each, Loss))
        return next((each for each in losses if each.meets(task_id, task)), None)

    @contextmanager
    def sending(self) -> Iterator[None]:
        """One send of a task, with all its attempts."""
        if self.broker is None:
            yield
        else:
            with self.broker.use():
                yield

    def never_struck(self) -> list[str]:
        """Faults that the test asked for in vain."""
        return [each.told for each in self.faults if not each.struck]

    def clear(self) -> None:
        """Play nothing."""
        self.faults.clear()
        self.broker = self.backend = None
