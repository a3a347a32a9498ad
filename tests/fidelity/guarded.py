"""The guard's half: one case at a time, in the test's own thread, on a virtual clock."""

from __future__ import annotations

import gc
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from types import CoroutineType

from celery.result import ResultBase

from pytest_celery_guard import CeleryGuard
from pytest_celery_guard.worker.consumer import HOSTNAME
from tests.fidelity import journal, witness
from tests.fidelity.case import Case, Until, Wait
from tests.fidelity.journal import MemoryJournal
from tests.fidelity.seen import Seen, id_of

# Longer than anything that a case waits for; virtual seconds cost nothing.
PATIENCE_SECONDS = 60
MOMENT_SECONDS = 0.1


class NeverHappened(AssertionError):
    """What a case waits for does not come."""


@dataclass(frozen=True, slots=True)
class GuardSide:
    """A guard for one case."""

    guard: CeleryGuard
    journal: MemoryJournal

    @property
    def seen(self) -> Seen:
        """What the case may ask."""
        return Seen(
            self.journal, lambda task_id: list(self.guard.states(task_id)), HOSTNAME
        )

    def play(self, case: Case) -> None:
        """Run a case to its end."""
        for wait in case.script(self.seen):
            self._fulfil(wait)

    def trace(self) -> list[list[object]]:
        """All that is comparable about the case's tasks."""
        return self.seen.trace(self.journal.entries())

    def _fulfil(self, wait: Wait) -> None:
        if isinstance(wait, Until):
            self._wait_until(wait)
        elif isinstance(wait, float | int):
            self.guard.advance(seconds=wait)
        else:
            self.guard.advance(seconds=PATIENCE_SECONDS)
        if isinstance(wait, ResultBase) and not wait.ready():
            raise NeverHappened(f"{wait} is never ready")

    def _wait_until(self, wait: Until) -> None:
        self.guard.drain()
        for _ in range(int(PATIENCE_SECONDS / MOMENT_SECONDS)):
            if self._count(wait) >= wait.times:
                return
            self.guard.advance(seconds=MOMENT_SECONDS)
        raise NeverHappened(f"{wait.what} of {wait.result}")

    def _count(self, wait: Until) -> int:
        task_id = id_of(wait.result)
        whats = [e.what for e in self.journal.entries() if e.task_id == task_id]
        return [*whats, *self.guard.states(task_id)].count(wait.what)


@contextmanager
def guard_side(case: Case) -> Iterator[GuardSide]:
    """Attach a guard to a case's app, with the journal on its clock."""
    guard = CeleryGuard(case.app)
    # Not `with`, whose end judges what a test leaves behind: a case judges for itself.
    guard.enter()
    book = MemoryJournal(lambda: guard.now.timestamp())
    try:
        with (
            closing_coroutines(),
            journal.opened(book),
            journal.on_behalf_of(case.name),
            witness.listening(),
        ):
            yield GuardSide(guard, book)
    finally:
        guard.leave()


@contextmanager
def closing_coroutines() -> Iterator[None]:
    """Close the coroutines that come up in a block, which no task awaits.

    The log of the failed task holds them, and Python would tell of them in some later test.
    Python 3.14 lets go of some of them within the block.
    An object's type is asked for, not `isinstance`: that would wake other libraries' lazy objects.
    """
    gc.freeze()  # what was there before needs no look
    try:
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", "coroutine .* was never awaited")
            yield
    finally:
        for each in gc.get_objects():
            if type(each) is CoroutineType:
                each.close()
        gc.unfreeze()
