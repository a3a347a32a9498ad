"""The engine of worker mode: what step mode does, as far as a worker lets others see it."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any, NoReturn

from pytest_celery_guard.basics.undo import Undo
from pytest_celery_guard.commits.noticed import note_transactions
from pytest_celery_guard.errors import GuardError
from pytest_celery_guard.explain.real_worker import looked_at
from pytest_celery_guard.options.settings import Settings
from pytest_celery_guard.real_worker.circumstances import OfSends, OfStates
from pytest_celery_guard.real_worker.driving import Driver
from pytest_celery_guard.real_worker.looked_at import looked_at_here
from pytest_celery_guard.real_worker.observed import Observed, ids_in
from pytest_celery_guard.real_worker.reads import Reads
from pytest_celery_guard.real_worker.run import Run
from pytest_celery_guard.real_worker.skipping import (
    changed_here,
    keep_in_reach,
    needs_step_mode,
)
from pytest_celery_guard.values.states import StatePath
from pytest_celery_guard.world.engine import Drain


class RealWorker:
    """A run's worker, for one test.

    Between drains the worker takes no messages, so that a test sees the same before and after
    one as in step mode. What only step mode can do skips the test.
    """

    def __init__(self, run: Run, settings: Settings, item: Any) -> None:
        self.app = run.app
        self._run = run
        self._item = item
        self._timeout = settings.timeout
        self._conf: dict[str, Any] = {}
        backend = run.attachment.backend
        self.ledger = Observed(self.app, run.journal, backend)
        self._changed = changed_here(self.app, item, run.lacks)
        self._driver = Driver(run, self.ledger, settings.timeout, settings.limit)
        self._reads = Reads(self.ledger, self._driver, self._drive, self._check_wait)

    def __str__(self) -> str:
        return f" at {self._run.address.broker}"

    @property
    def world(self) -> NoReturn:
        """Skips the test."""
        needs_step_mode("the world", "a worker in another process has none")

    def check_step_mode(self, name: str) -> None:
        """Skip the test."""
        __tracebackhide__ = True
        needs_step_mode(f"celery_guard.{name}", "a worker in another process has none")

    def enter(self, undo: Undo, settings: Settings) -> None:
        """Send to the run's broker, until ``undo`` is closed; nothing is left on the servers."""
        if settings.store == "app":
            needs_step_mode('store="app"', "a worker's results are kept in Redis")
        self._run.journal.read()  # what the test before left
        attachment = self._run.attachment
        attachment.backend.reads = self._reads
        check = keep_in_reach(self.app, self._item)
        attachment.enter(check, self.ledger, allow_broker=settings.allow_broker)
        undo.callback(attachment.leave)
        undo.callback(self._clear)

    def begin_part(self, undo: Undo, settings: Settings) -> None:
        """Skip the test: its worker keeps what an outer test changes."""
        self.check_step_mode("begin_part")

    def begin(self, undo: Undo, settings: Settings, *, is_shared: bool) -> None:
        """The ledger is new, and so are the settings of the driver."""
        note_transactions(undo)

    def go(self, undo: Undo, settings: Settings) -> None:
        """A real worker sends its signals and sleeps by itself."""

    def keep_hooks(self) -> None:
        """The worker needs real transactions, and they run their hooks."""

    def unfired(self) -> list[str]:
        """None, for the same reason."""
        return []

    def check_each_send(self, undo: Undo, level: str) -> None:
        """Hold what this process sends against the contract."""
        self._run.attachment.check_each_send(undo, level)

    def drain_each_send(self, undo: Undo) -> None:
        """Run a task before the call that sends it returns."""
        self._run.attachment.drain_each_send(undo, self._drain_all)

    def change_settings(self, overrides: dict[str, Any]) -> Callable[[], None]:
        """Override settings here and, with a new worker, there; return the way back."""
        __tracebackhide__ = True
        try:
            json.dumps(overrides)
        except TypeError:
            needs_step_mode("conf()", "a setting that is no JSON can't reach the worker")
        undo, before = Undo(), self._conf
        undo.callback(setattr, self, "_conf", before)
        undo.callback(self._run.attachment.change_settings(overrides))
        self._conf = {**before, **overrides}
        return undo.close

    def step(self) -> bool:
        """Skip the test."""
        __tracebackhide__ = True
        needs_step_mode("step()", "a worker takes the next message when it likes")

    def drain(self, asked: Drain) -> int:
        """Let the worker run until it is idle; return how many tasks ran.

        ``until`` is looked at while it runs, so more may have run when it comes true. ``commit``
        adds nothing: the worker needs real transactions, and they run their hooks.
        """
        __tracebackhide__ = True
        if asked.only is not None:
            needs_step_mode("drain(only=…)", "a worker takes all messages of a queue")
        is_over = bool if asked.until is None else self._reads.ends(asked.until)
        ran = self._drive(queue=asked.queue, is_over=is_over, limit=asked.limit)
        if asked.until is not None and not is_over():
            raise GuardError(
                "drain(until=…): nothing is left to run, and the condition is not met."
            )
        return ran

    def advance(self, seconds: float, *, beat: bool) -> int:
        """Really wait, if that is within the timeout, while the worker runs what is due."""
        __tracebackhide__ = True
        if beat:
            needs_step_mode("advance(beat=True)", "no beat runs beside the worker")
        self._check_wait("advance()", seconds)
        return self._drive(seconds=seconds)

    def run(self, send: Callable[[], Any]) -> Any:
        """Send one task, let the worker run it and its retries, and return what it returns."""
        __tracebackhide__ = True
        self.ledger.refresh()
        if self.ledger.not_received:
            needs_step_mode("run() beside other messages", "a worker takes those first")
        result = send()
        if getattr(result, "ignored", False):
            needs_step_mode(
                "run() of a task that stores no result", "nobody sees its value"
            )
        return result.get()

    def look_at_timer(self) -> None:
        """Ask the worker what waits in it."""
        self._driver.ask()

    def revoke(self, task_ids: Sequence[str], *, terminate: bool) -> None:
        """Revoke tasks, and wait for the worker's answer."""
        self._run.start(self._conf)
        self.app.control.revoke(
            task_ids, terminate=terminate, reply=True, limit=1, timeout=30
        )

    def remarks(self) -> str:
        """What the test looks at here, and its tasks have changed in the worker's process."""
        log = self.ledger.log
        ran = {each.task_id for each in log if each.state == "ACCEPTED"}
        tasks = [each.task for each in self.ledger.sends if each.id in ran]
        return looked_at(looked_at_here(self.app, tasks, self._item))

    def of_sends(self) -> OfSends:
        """Which of them came unasked, and what the worker could not see."""
        return OfSends(self.ledger, self.ledger.sends, self._changed)

    def of_states(self, path: StatePath) -> OfStates:
        """The same of the states of a task."""
        return OfStates(self.ledger, path.transitions, self._changed)

    def _drain_all(self) -> None:
        self.drain(Drain())
        self.ledger.catch_up()

    def _drive(self, **how: Any) -> int:
        __tracebackhide__ = True
        return self._driver.drive(self._conf, **how)

    def _check_wait(self, what: str, seconds: float) -> None:
        __tracebackhide__ = True
        if seconds > self._timeout:
            wait = timedelta(seconds=round(seconds))
            needs_step_mode(f"{what} needs virtual time", f"a real worker waits for {wait}")

    def _clear(self) -> None:
        """Leave nothing behind for the next test."""
        self.ledger.refresh()
        if ids := ids_in(self.ledger.log, self.ledger.sends):
            self._run.clear(ids)
