"""Lets the worker take messages until nothing is left to do, then keeps it from more."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from pytest_celery_guard.errors import GuardError, StillBusyError
from pytest_celery_guard.real_worker.observed import POLL, Drain, Observed
from pytest_celery_guard.real_worker.run import Run

NOTHING: dict[str, Any] = {"under_way": {}, "scheduled": []}
"""The answer of a worker that is idle, or not there."""


class Driver:
    """Drives the worker of a run for one test.

    ``timeout``: so many seconds may pass in which nothing happens. ``limit``: so many tasks in
    one drive are an endless loop.
    """

    def __init__(self, run: Run, observed: Observed, timeout: float, limit: int) -> None:
        self._run = run
        self._observed = observed
        self._timeout = timeout
        self._limit = limit
        self._busy = NOTHING

    def drive(
        self,
        conf: dict[str, Any],
        *,
        queue: str | None = None,
        end: float = 0.0,
        seconds: float = 0.0,
        is_over: Callable[[], bool] = bool,
        limit: int | None = None,
    ) -> int:
        """Run what is due before ``end``, in epoch seconds, or until ``is_over``.

        ``seconds`` begin when the worker is there. Returns how many tasks ran. Raises GuardError
        when the worker is stuck, and StillBusyError after ``limit`` tasks; it is ended then.
        """
        __tracebackhide__ = True
        with self._observed.lock:
            before, began = self._observed.ran, time.time()
            self._run.start(conf)
            end = max(end, time.time() + seconds if seconds else 0.0)
            try:
                self._drive(queue, end, is_over, before + (limit or self._limit))
                self._run.listen(set())
            except BaseException:
                self._run.stop()
                raise
            if is_over is bool:
                self._observed.drains.append(Drain(began, time.time(), waits=end > 0))
            return self._observed.ran - before

    def ask(self) -> bool:
        """Learn what waits in the worker, and whether it does something."""
        self._busy = self._run.busy() if self._run.is_up else NOTHING
        self._observed.worker.told(self._busy["scheduled"])
        return bool(self._busy["under_way"])

    def _drive(
        self, queue: str | None, end: float, is_over: Callable[[], bool], limit: int
    ) -> None:
        __tracebackhide__ = True
        observed, listening = self._observed, set[str]()
        entries, moved = -1, time.monotonic()
        while True:
            observed.refresh()
            if observed.entries != entries:
                entries, moved = observed.entries, time.monotonic()
            queues = {*observed.queues, *self._run.app.amqp.queues}
            wanted = {queue} if queue else queues - observed.queues_elsewhere
            if wanted != listening:
                self._run.listen(wanted)
                listening = wanted
            if is_over() or self._is_idle(wanted, end):
                return
            if observed.ran > limit:
                raise StillBusyError(f"{limit} tasks ran and more are waiting.")
            if not self._run.is_up:
                raise GuardError(f"celery_guard's worker has ended:\n{self._run.log()}")
            if time.monotonic() - moved > self._timeout and time.time() >= end:
                raise GuardError(self._why_stuck(wanted))
            time.sleep(POLL)

    def _is_idle(self, queues: set[str], end: float) -> bool:
        """Whether all is received and done: what the worker sends is told before it is done."""
        observed = self._observed
        if time.time() < end or any(e.queue in queues for e in observed.not_received):
            return False
        entries, is_busy = observed.entries, self.ask()
        observed.refresh()
        is_due = any(each["due"] <= end for each in self._busy["scheduled"])
        return entries == observed.entries and not (is_busy or is_due)

    def _why_stuck(self, queues: set[str]) -> str:
        what = [f"{name} ({task_id}) runs" for task_id, name in self._under_way()]
        what += [
            f"{send!r} is not received"
            for send in self._observed.not_received
            if send.queue in queues
        ]
        return (
            f"nothing happened in the worker for {self._timeout:g} seconds, and it is not idle:"
            f" {'; '.join(what) or 'a task waits for its time'}. A task that takes longer needs"
            " --celery-guard-timeout=SECONDS."
        )

    def _under_way(self) -> list[tuple[str, str]]:
        return [*self._busy["under_way"].items()]
