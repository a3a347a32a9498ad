"""The handle of worker mode: what step mode has, as far as a worker lets others see it."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from contextlib import ExitStack
from datetime import datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, Any

from pytest_celery_guard.account.collect import record_of
from pytest_celery_guard.account.record import Record
from pytest_celery_guard.account.timeline import told
from pytest_celery_guard.app.parameters import parameters_of
from pytest_celery_guard.basics import secrets
from pytest_celery_guard.basics.changed import Changed
from pytest_celery_guard.basics.clock import as_datetime, seconds_of
from pytest_celery_guard.errors import GuardError
from pytest_celery_guard.explain.verdict import verdict
from pytest_celery_guard.findings.allowed import AllowsCodes
from pytest_celery_guard.findings.doubts import warn
from pytest_celery_guard.handle.async_driving import DrivesFromCoroutines
from pytest_celery_guard.handle.attempts import send_for_run
from pytest_celery_guard.handle.guard import CeleryGuard
from pytest_celery_guard.handle.watches import Watches
from pytest_celery_guard.modes.skipping import (
    changed_here,
    keep_in_reach,
    needs_step_mode,
)
from pytest_celery_guard.options.settings import Settings, check_name
from pytest_celery_guard.real_worker.circumstances import OfSends, OfStates
from pytest_celery_guard.real_worker.driving import Driver
from pytest_celery_guard.real_worker.observed import Observed, ids_in
from pytest_celery_guard.real_worker.reads import Reads
from pytest_celery_guard.real_worker.run import Run
from pytest_celery_guard.turns.choosing import id_of, ids_of
from pytest_celery_guard.turns.known_names import check_drain, check_sent
from pytest_celery_guard.values.failures import Failure
from pytest_celery_guard.values.log import Transition
from pytest_celery_guard.values.planned import Planned
from pytest_celery_guard.values.ran import Ran
from pytest_celery_guard.values.sent import Sent
from pytest_celery_guard.values.states import StatePath
from pytest_celery_guard.world import story

if TYPE_CHECKING:
    import pytest


class RealGuard(AllowsCodes, DrivesFromCoroutines, Watches):
    """What CeleryGuard is, with a real worker behind it.

    Between drains the worker takes no messages, so that a test sees the same before and after
    one as in step mode. What only step mode can do skips the test.
    """

    def __init__(self, app: Any, settings: Settings, run: Run, item: pytest.Item) -> None:
        self.app = app
        self.settings = settings
        self._run = run
        self._item = item
        self._undo = ExitStack()
        self._conf: dict[str, Any] = {}
        self._backend = run.attachment.backend
        self._world: Any = Observed(app, run.journal, self._backend)
        self._allowed = self._world.allowed
        self._changed = changed_here(app, item, run.lacks)
        self._driver = Driver(run, self._world, settings.timeout, settings.limit)
        self._reads = Reads(self._world, self._driver, self._drive, self._check_wait)

    def __getattr__(self, name: str) -> Any:
        """All else that the handle of step mode has."""
        if name.startswith("_") or not hasattr(CeleryGuard, name):
            raise AttributeError(f"'RealGuard' object has no attribute {name!r}")
        needs_step_mode(f"celery_guard.{name}", "a worker in another process has none")

    def __repr__(self) -> str:
        return f"<RealGuard of {self.app.main} at {self._run.address.broker}>"

    def enter(self) -> None:
        """Begin: the app sends to the run's broker from now on."""
        if self.settings.store == "app":
            needs_step_mode('store="app"', "a worker's results are kept in Redis")
        self._run.journal.read()  # what the test before left
        self._backend.reads = self._reads
        check = keep_in_reach(self.app, self._item)
        self._run.attachment.enter(
            check, self._world, allow_broker=self.settings.allow_broker
        )
        self._undo.callback(self._run.attachment.leave)
        self._undo.callback(self._clear)
        secrets.keep(self._undo, self.settings.secrets, partial(parameters_of, self.app))
        try:
            self._allowed.add(self.settings.allow)
            self._world.external.set(self.settings.external, self.app.tasks)
            if self.settings.contract != "off":
                self._run.attachment.check_each_send(self.settings.contract)
            self.conf(**self.settings.conf)
        except BaseException:
            self.leave()
            raise

    def leave(self) -> None:
        """End: nothing of the test is left on the servers."""
        self._undo.close()

    @property
    def sent(self) -> Sent:
        """All sends so far, also those of tasks; a retry is no new send."""
        self._world.refresh()
        found = Sent(self._world.sends, partial(check_sent, self._world))
        found.circumstances = OfSends(self._world, self._world.sends, self._changed)
        return found

    @property
    def scheduled(self) -> list[Planned]:
        """What waits for its time, the earliest first."""
        self._world.refresh()
        self._driver.ask()
        return story.scheduled(self._world)

    def step(self) -> bool:
        """Run one task: not with a worker."""
        needs_step_mode("step()", "a worker takes the next message when it likes")

    def drain(
        self,
        *,
        limit: int | None = None,
        queue: str | None = None,
        only: object = None,
        until: object = None,
        commit: bool = False,
    ) -> Ran:
        """Let the worker run until it is idle; return how many tasks ran, and how they ended.

        ``until`` is looked at while it runs, so more may have run when it comes true. ``commit``
        adds nothing: the worker needs real transactions, and they run their hooks.
        """
        __tracebackhide__ = True
        if only is not None:
            needs_step_mode("drain(only=…)", "a worker takes all messages of a queue")
        self._world.refresh()
        check_drain(self._world, queue, only, limit)
        is_over = bool if until is None else self._reads.ends(until)
        ran = self._count(queue=queue, is_over=is_over, limit=limit)
        if until is not None and not is_over():
            raise GuardError(
                "drain(until=…): nothing is left to run, and it is not reached."
            )
        return ran

    def advance(
        self, delta: timedelta | None = None, *, beat: bool = False, **parts: float
    ) -> Ran:
        """Really wait, if that is within the timeout, while the worker runs what is due."""
        __tracebackhide__ = True
        if beat:
            needs_step_mode("advance(beat=True)", "no beat runs beside the worker")
        seconds = seconds_of("advance", delta, parts)
        self._check_wait("advance()", seconds)
        return self._count(seconds=seconds)

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
        """Send a signature, run it and its retries, and return what it returns."""
        __tracebackhide__ = True
        self._world.refresh()
        if self._world.not_received:
            needs_step_mode("run() beside other messages", "a worker takes those first")
        result = send_for_run(
            signature,
            stamps,
            retries=retries,
            eta=eta,
            headers=headers,
            root_id=root_id,
            parent_id=parent_id,
        )
        if getattr(result, "ignored", False):
            needs_step_mode(
                "run() of a task that stores no result", "nobody sees its value"
            )
        return result.get()

    def run_each_send(self) -> None:
        """From now on run a task before the call that sends it returns."""
        self._run.attachment.drain_each_send(self.drain)

    @property
    def now(self) -> datetime:
        """The time, in UTC: a real worker has no other."""
        return as_datetime(time.time())

    def states(self, result: Any) -> StatePath:
        """The states that an AsyncResult of this result, or id, would have shown, in order."""
        found = story.path(self._world, self._seen(result))
        found.circumstances = OfStates(self._world, found.transitions, self._changed)
        return found

    def history(self, result: Any) -> list[Transition]:
        """What the worker told and stored of a task."""
        self._world.catch_up()
        return story.history(self._world, self._seen(result))

    @property
    def failures(self) -> list[Failure]:
        """Tasks whose last run failed, in the order of their sending. They count as seen."""
        self._world.catch_up()
        found = story.failures(self._world)
        self._world.seen.update(each.id for each in found)
        return found

    def verify(self) -> None:
        """Raise GuardError for what the test must not leave behind; called at its end."""
        world = self._world
        world.catch_up()
        breaches = [*world.breaches, *warn(world.doubts)]
        unseen, left = story.unseen(world), story.leftover(world)
        rest = verdict(
            self.settings, breaches, (), world.errors, unseen, left, self.app.tasks
        )
        if rest:
            secrets.learn(world.sends)
            rest = secrets.masked_text(rest)
        if text := "\n\n".join(filter(None, [self.misused(), rest])):
            raise GuardError(text)

    def account(self, said: str = "") -> str:
        """What the tasks did, and what went wrong, but for what is ``said`` already."""
        return told(self.record(), said)

    def record(self, *, brief: bool = False) -> Record:
        """The same as values; a ``brief`` one is enough to count."""
        self._world.catch_up()
        return record_of(self._world, brief=brief)

    def revoke(self, result: Any, *, terminate: bool = False) -> None:
        """Revoke a task, or all of a group, as ``app.control.revoke`` does."""
        self._run.start(self._conf)
        self.app.control.revoke(
            ids_of(result), terminate=terminate, reply=True, limit=1, timeout=30
        )

    def expire(self, result: Any) -> None:
        """Drop a stored result, or all of a group, as if ``result_expires`` had passed."""
        self._world.refresh()
        for task_id in ids_of(result):
            story.expire(self._world, task_id)

    def forget(self, result: Any) -> None:
        """Forget a result, as ``AsyncResult.forget`` does."""
        for task_id in ids_of(result):
            self.app.AsyncResult(task_id).forget()

    def conf(self, **overrides: Any) -> Changed:
        """Override settings here and, with a new worker, there."""
        if not overrides:
            return Changed(lambda: None)
        __tracebackhide__ = True
        known = [*self.app.conf]
        for name in overrides:
            check_name(name, known, "setting")
        try:
            json.dumps(overrides)
        except TypeError:
            needs_step_mode("conf()", "a setting that is no JSON can't reach the worker")
        undo, before = ExitStack(), self._conf
        undo.callback(setattr, self, "_conf", before)
        undo.callback(self._run.attachment.change_settings(overrides))
        self._conf = {**before, **overrides}
        self._undo.callback(undo.close)
        return Changed(undo.close)

    def _seen(self, result: Any) -> str:
        task_id = id_of(result)
        self._world.refresh()
        self._world.seen.add(task_id)
        return task_id

    def _drive(self, **how: Any) -> int:
        __tracebackhide__ = True
        return self._driver.drive(self._conf, **how)

    def _count(self, **how: Any) -> Ran:
        __tracebackhide__ = True
        before = len(self._world.log)
        ran = self._drive(**how)
        self._world.catch_up()
        return Ran(ran, self._world.log.since(before))

    def _check_wait(self, what: str, seconds: float) -> None:
        __tracebackhide__ = True
        if seconds > self.settings.timeout:
            wait = timedelta(seconds=round(seconds))
            needs_step_mode(f"{what} needs virtual time", f"a real worker waits for {wait}")

    def _clear(self) -> None:
        """Leave nothing behind for the next test."""
        self._world.refresh()
        if ids := ids_in(self._world.log, self._world.sends):
            self._run.clear(ids)
