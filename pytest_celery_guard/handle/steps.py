"""The engine of step mode: a worker in the test's thread, which runs when the test says so."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from pytest_celery_guard.backends import kept_results
from pytest_celery_guard.backends.app_results import AppResults
from pytest_celery_guard.basics.undo import Undo
from pytest_celery_guard.commits.noticed import Noticed
from pytest_celery_guard.faults.reordering import seed_of
from pytest_celery_guard.handle.attach import Attachment
from pytest_celery_guard.options.settings import DEFAULT, Settings
from pytest_celery_guard.turns.alone import run_alone
from pytest_celery_guard.turns.choosing import wanted_by
from pytest_celery_guard.turns.until import drain_until
from pytest_celery_guard.values.states import StatePath
from pytest_celery_guard.world.engine import Drain
from pytest_celery_guard.world.world import World


class Steps:
    """An app, and what it is attached to.

    ``attachment`` is one that is kept from test to test; else it goes with the guard.
    """

    def __init__(
        self, app: Any, hostname: str = "", attachment: Attachment | None = None
    ) -> None:
        self.app = app
        self._hostname = hostname
        self._is_its_own = attachment is None
        self._attachment = attachment or Attachment(app, hostname)
        self._noticed = Noticed()
        self._settings = DEFAULT  # until a test begins

    def __str__(self) -> str:
        return f": {len(self.world.sends)} sent, {len(self.world.messages)} waiting"

    @property
    def world(self) -> World:
        """What the test and the worker share."""
        return self._attachment.world

    @property
    def ledger(self) -> World:
        """The same: it tells of the test's tasks."""
        return self._attachment.world

    def check_step_mode(self, name: str) -> None:
        """All is fine: this is step mode."""

    def enter(self, undo: Undo, settings: Settings) -> None:
        """Attach the app, until ``undo`` is closed."""
        if self._attachment.is_disposed:  # of a guard that is used again
            self._attachment = Attachment(self.app, self._hostname)
        self._attachment.enter(allow_broker=settings.allow_broker)
        if self._is_its_own:
            undo.callback(self._attachment.dispose)
        undo.callback(self._attachment.leave)

    def begin_part(self, undo: Undo, settings: Settings) -> None:
        """Keep all that is there; when ``undo`` is closed, all is as it is now."""
        kept_results.forget_after(undo)
        self._attachment.begin_part(undo, allow_broker=settings.allow_broker)

    def begin(self, undo: Undo, settings: Settings, *, is_shared: bool) -> None:
        """Begin a test: the hooks of setUpTestData are no test's."""
        worker = self.world.worker
        undo.callback(self._end, self._settings, worker.limit, self.world.app_results)
        self._settings = settings
        worker.limit = settings.limit
        self.world.faults.reorder(seed_of(settings.seed))
        self._noticed.forget()
        if not is_shared:
            self._noticed.notice(undo, commit=settings.commit)

    def _end(self, settings: Settings, limit: int, results: Any) -> None:
        self._settings, self.world.worker.limit = settings, limit
        self.world.app_results = results
        self._noticed.forget()

    def go(self, undo: Undo, settings: Settings) -> None:
        """Start the worker, let it sleep virtually, and store results in the app's tables."""
        if settings.worker_signals:
            self._attachment.start_worker()
        if settings.virtual_sleep:
            self._attachment.sleep_virtually(undo)
        store = settings.store
        self.world.app_results = (
            None if store == "guard" else AppResults(self.app, must=store == "app")
        )

    def keep_hooks(self) -> None:
        """Remember what waits for a commit: a TestCase rolls back before its verdict."""
        self._noticed.keep()

    def unfired(self) -> list[str]:
        """The hooks that would send a task and that no one has run, in words."""
        return self._noticed.unfired()

    def check_each_send(self, undo: Undo, level: str) -> None:
        """Hold what is sent against the contract."""
        self._attachment.check_each_send(undo, level)

    def drain_each_send(self, undo: Undo) -> None:
        """Run a task before the call that sends it returns."""
        self._attachment.drain_each_send(undo)

    def change_settings(self, overrides: dict[str, Any]) -> Callable[[], None]:
        """Override settings, also those that tasks keep a copy of; return the way back."""
        return self._attachment.change_settings(overrides)

    def step(self) -> bool:
        """Run one task; False when none is due."""
        return self.world.worker.step()

    def drain(self, asked: Drain) -> int:
        """Run what is due, and what that sends; return how many tasks ran."""
        __tracebackhide__ = True
        wanted = wanted_by(asked.queue, asked.only)
        worker = self.world.worker
        with self._noticed.committing(worker, asked.commit):
            if asked.until is None:
                return worker.drain(asked.limit, wanted)
            limit = asked.limit or self._settings.limit
            return drain_until(self.world, asked.until, limit, wanted)

    def advance(self, seconds: float, *, beat: bool) -> int:
        """Skip virtual time, running each task at its moment; return how many ran."""
        __tracebackhide__ = True
        if beat:
            from pytest_celery_guard.beat.beat import beat_of

            schedule = beat_of(self.world, self._settings.contract)
            return schedule.advance(seconds, self._settings.limit)
        return self.world.worker.advance(seconds)

    def run(self, send: Callable[[], Any]) -> Any:
        """Send one task, run it and its retries, and return what it returns."""
        __tracebackhide__ = True
        return run_alone(self.world, send, self._settings.limit)

    def look_at_timer(self) -> None:
        """The timer is here."""

    def revoke(self, task_ids: Sequence[str], *, terminate: bool) -> None:
        """Revoke tasks, as ``app.control.revoke`` does."""
        self.app.control.revoke(task_ids, terminate=terminate)

    def remarks(self) -> str:
        """Nothing: the tasks ran in this process."""
        return ""

    def of_sends(self) -> None:
        """Nothing: they came when the test said so."""

    def of_states(self, path: StatePath) -> None:
        """Nothing: they came when the test said so."""
