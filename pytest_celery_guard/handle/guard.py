"""The handle a test holds."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from pytest_celery_guard.account.collect import record_of
from pytest_celery_guard.account.record import Record
from pytest_celery_guard.account.timeline import told
from pytest_celery_guard.basics.clock import as_datetime, seconds_of
from pytest_celery_guard.explain.hooks import waiting
from pytest_celery_guard.faults.playing import PlaysFaults
from pytest_celery_guard.handle.async_driving import DrivesFromCoroutines
from pytest_celery_guard.handle.attempts import send_for_run
from pytest_celery_guard.handle.lifetime import Lifetime
from pytest_celery_guard.handle.schedules import KnowsSchedules
from pytest_celery_guard.handle.stubs import StubsTasks
from pytest_celery_guard.turns.alone import run_alone
from pytest_celery_guard.turns.choosing import (
    id_of,
    ids_of,
    wanted_by,
)
from pytest_celery_guard.turns.known_names import check_drain, check_sent
from pytest_celery_guard.turns.until import drain_until
from pytest_celery_guard.values.failures import Failure
from pytest_celery_guard.values.log import Transition
from pytest_celery_guard.values.planned import Planned
from pytest_celery_guard.values.ran import Ran
from pytest_celery_guard.values.sent import Sent
from pytest_celery_guard.values.states import StatePath
from pytest_celery_guard.world import story


class CeleryGuard(Lifetime, DrivesFromCoroutines, PlaysFaults, StubsTasks, KnowsSchedules):
    """A Celery worker in this thread, for the length of a ``with`` block.

    ``app`` is the user's own Celery app. ``eager`` runs each task before the call that sends
    it returns. ``attachment`` is one that is kept from test to test. The other options are
    those of ``pytest_celery_guard.options.settings.Settings``. Raises WrongOptionError for an
    unknown one.
    """

    def __enter__(self) -> CeleryGuard:
        self.enter()
        return self

    def __repr__(self) -> str:
        world = self._world
        counts = f"{len(world.sends)} sent, {len(world.messages)} waiting"
        return f"<CeleryGuard of {self.app.main}: {counts}>"

    # What was sent

    @property
    def sent(self) -> Sent:
        """All sends so far, also those of tasks; a retry is no new send."""
        return Sent(self._world.sends, partial(check_sent, self._world))

    @property
    def scheduled(self) -> list[Planned]:
        """What waits for its time, the earliest first."""
        return story.scheduled(self._world)

    # Run

    def step(self) -> bool:
        """Run one task; False when none is due."""
        return self._world.worker.step()

    def drain(
        self,
        *,
        limit: int | None = None,
        queue: str | None = None,
        only: object = None,
        until: object = None,
        commit: bool = False,
    ) -> Ran:
        """Run what is due, and what that sends; return how many tasks ran.

        The number also knows how many of them ``succeeded``, ``failed``, ``retried`` or were
        ``revoked``.

        ``queue`` and ``only`` (a task, a name, a result, or a list of them) leave the rest
        waiting. ``until`` (a result, an id or a function) stops early. ``commit`` runs Django's
        on_commit hooks too, as they come. Raises StillBusyError after ``limit`` tasks,
        GuardError if ``until`` never comes true, and WrongOptionError for a queue or a task that
        there is none of.
        """
        __tracebackhide__ = True
        check_drain(self._world, queue, only, limit)
        wanted, before = wanted_by(queue, only), len(self._world.log)
        with self._committing(commit):
            if until is None:
                ran = self._world.worker.drain(limit, wanted)
            else:
                limit = limit or self.settings.limit
                ran = drain_until(self._world, until, limit, wanted)
        return Ran(ran, self._world.log.since(before))

    def advance(
        self, delta: timedelta | None = None, *, beat: bool = False, **parts: float
    ) -> Ran:
        """Skip virtual time, running each task at its moment; return how many ran.

        Takes a timedelta, or its arguments: ``advance(hours=1)``. The number is that of drain().
        ``beat`` sends what the app's schedule has, each entry at its moments. Raises
        WrongOptionError where there is no schedule.
        """
        __tracebackhide__ = True
        seconds, before = seconds_of("advance", delta, parts), len(self._world.log)
        if beat:
            ran = self._beat().advance(seconds, self.settings.limit)
        else:
            ran = self._world.worker.advance(seconds)
        return Ran(ran, self._world.log.since(before))

    def run(
        self,
        signature: Any,
        *,
        retries: int = 0,
        eta: datetime | None = None,
        headers: Mapping[str, Any] | None = None,
        stamps: Mapping[str, Any] | None = None,
        root_id: str | None = None,
        parent_id: str | None = None,
    ) -> Any:
        """Send a signature, run that task and its retries, and return what it returns.

        Raises what the task raises. Other messages stay where they are. ``retries`` is how often
        the task was retried before; it finds this and the rest in ``self.request``. Raises
        WrongOptionError for what is no single task.
        """
        __tracebackhide__ = True
        send = partial(
            send_for_run,
            signature,
            stamps,
            retries=retries,
            eta=eta,
            headers=headers,
            root_id=root_id,
            parent_id=parent_id,
        )
        return run_alone(self._world, send, self.settings.limit)

    # Time

    @property
    def now(self) -> datetime:
        """The worker's time, in UTC."""
        return as_datetime(self._world.clock.now())

    # What became of it

    def states(self, result: Any) -> StatePath:
        """The states that an AsyncResult of this result, or id, would have shown, in order."""
        task_id = id_of(result)
        self._world.seen.add(task_id)
        return story.path(self._world, task_id)

    def history(self, result: Any) -> list[Transition]:
        """All that happened to a task, also what its result store never showed."""
        task_id = id_of(result)
        self._world.seen.add(task_id)
        return story.history(self._world, task_id)

    @property
    def failures(self) -> list[Failure]:
        """Tasks whose last run failed, in the order of their sending. They count as seen."""
        found = story.failures(self._world)
        self._world.seen.update(each.id for each in found)
        return found

    def account(self, said: str = "") -> str:
        """What the tasks did, and what went wrong: a failing test shows it.

        ``said`` is the failure itself: what it tells is not told again.
        """
        hooks = [each for each in self._unfired() if each not in said]
        texts = told(self.record(), said), waiting(hooks)
        return "\n\n".join(filter(None, texts))

    def record(self, *, brief: bool = False) -> Record:
        """The same as values; a ``brief`` one is enough to count."""
        return record_of(self._world, brief=brief)

    # Change it

    def revoke(self, result: Any, *, terminate: bool = False) -> None:
        """Revoke a task, or all of a group, as ``app.control.revoke`` does."""
        self.app.control.revoke(ids_of(result), terminate=terminate)

    def expire(self, result: Any) -> None:
        """Drop a stored result, or all of a group, as if ``result_expires`` had passed."""
        for task_id in ids_of(result):
            story.expire(self._world, task_id)

    def forget(self, result: Any) -> None:
        """Forget a result, as ``AsyncResult.forget`` does."""
        for task_id in ids_of(result):
            self.app.AsyncResult(task_id).forget()
