"""What a handle tells of the tasks of a test: what was sent, and what became of it."""

from __future__ import annotations

from datetime import datetime
from functools import partial
from typing import Any
from uuid import uuid4

from pytest_celery_guard.account.collect import record_of
from pytest_celery_guard.account.record import Record
from pytest_celery_guard.account.timeline import told
from pytest_celery_guard.basics.clock import as_datetime
from pytest_celery_guard.errors import GuardError
from pytest_celery_guard.explain import misuses
from pytest_celery_guard.explain.hooks import waiting
from pytest_celery_guard.explain.verdict import without_task
from pytest_celery_guard.findings.misuse import Misuse
from pytest_celery_guard.turns.choosing import id_of
from pytest_celery_guard.turns.known_names import check_sent
from pytest_celery_guard.values.failures import Failure
from pytest_celery_guard.values.log import Transition
from pytest_celery_guard.values.planned import Planned
from pytest_celery_guard.values.sent import Sent
from pytest_celery_guard.values.states import StatePath
from pytest_celery_guard.world import story
from pytest_celery_guard.world.engine import Engine
from pytest_celery_guard.world.ledger import Ledger


class Answers:
    """What a handle has to tell what happened; the ledger may be of another process."""

    @property
    def _engine(self) -> Engine:
        """The worker. Raises GuardError outside of the guard's time."""
        raise NotImplementedError

    @property
    def _ledger(self) -> Ledger:
        return self._engine.ledger

    # What was sent

    @property
    def sent(self) -> Sent:
        """All sends so far, also those of tasks; a retry is no new send."""
        self._ledger.refresh()
        found = Sent(self._ledger.sends, partial(check_sent, self._ledger))
        found.circumstances = self._engine.of_sends()
        return found

    @property
    def scheduled(self) -> list[Planned]:
        """What waits for its time, the earliest first."""
        self._ledger.refresh()
        self._engine.look_at_timer()
        return story.scheduled(self._ledger)

    # Time

    @property
    def now(self) -> datetime:
        """The worker's time, in UTC."""
        return as_datetime(self._ledger.clock.now())

    # What became of it

    def states(self, result: Any) -> StatePath:
        """The states that an AsyncResult of this result, or id, would have shown, in order."""
        found = story.path(self._ledger, self._looked_at(result))
        found.circumstances = self._engine.of_states(found)
        return found

    def history(self, result: Any) -> list[Transition]:
        """All that happened to a task, also what its result store never showed."""
        self._ledger.catch_up()
        return story.history(self._ledger, self._looked_at(result))

    @property
    def failures(self) -> list[Failure]:
        """Tasks whose last run failed, in the order of their sending. They count as seen."""
        self._ledger.catch_up()
        found = story.failures(self._ledger)
        self._ledger.seen.update(each.id for each in found)
        return found

    @property
    def misuses(self) -> list[Misuse]:
        """What the code under test did with results and must not do, without what is allowed."""
        return list(self._ledger.misuses)

    def misused(self) -> str:
        """The same in words: what production does, and what to write; empty when nothing is."""
        return "\n\n".join(misuses.told(self._ledger.misuses))

    def remarks(self) -> str:
        """What may be why a test failed, beside what its tasks did; empty for nothing."""
        self._ledger.catch_up()
        return self._engine.remarks()

    def unknown_id(self) -> str:
        """An id that no task was ever sent with; a look at it shows PENDING."""
        return str(uuid4())

    def account(self, said: str = "") -> str:
        """What the tasks did, and what went wrong: a failing test shows it.

        ``said`` is the failure itself: what it tells is not told again.
        """
        hooks = [each for each in self._engine.unfired() if each not in said]
        ledger, record = self._ledger, self.record()
        failures, own = story.failures(ledger), ledger.app.tasks
        unknown = without_task(failures, own, said, ledger.breaches)
        texts = told(record, said), waiting(hooks), unknown
        return "\n\n".join(filter(None, texts))

    def record(self, *, brief: bool = False) -> Record:
        """The same as values; a ``brief`` one is enough to count."""
        self._ledger.catch_up()
        return record_of(self._ledger, brief=brief)

    def _looked_at(self, result: Any) -> str:
        __tracebackhide__ = True
        task_id = id_of(result)
        self._ledger.refresh()
        if task_id in self._ledger.app.tasks and not self._ledger.log.of(task_id):
            raise GuardError(
                f"{task_id!r} is the name of a task; pass what delay() or apply_async() returned,"
                f" or its id"
            )
        self._ledger.look_at(task_id)
        return task_id
