"""What a read of a result does in the test's process: it lets the worker run first."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from celery.exceptions import TimeoutError as ResultTimeoutError

from pytest_celery_guard.errors import PollsForeverError, WouldBlockForeverError
from pytest_celery_guard.explain import reads
from pytest_celery_guard.real_worker.driving import Driver
from pytest_celery_guard.turns.choosing import ids_of
from pytest_celery_guard.watching.polls import PATIENCE
from pytest_celery_guard.world import story

Drive = Callable[..., int]


class Reads:
    """The reads of one test.

    ``drive`` takes the arguments of Driver.drive. ``check_wait`` gets the seconds that a read
    would have to wait, and raises when these are too many.
    """

    def __init__(
        self,
        observed: Any,
        driver: Driver,
        drive: Drive,
        check_wait: Callable[[str, float], None],
    ) -> None:
        self._observed = observed
        self._driver = driver
        self._drive = drive
        self._check_wait = check_wait
        self._asked: dict[str, tuple[int, int]] = {}
        observed.worker.run_due_until = self.run_due_until
        observed.worker.run_until = self.run_until

    def look(self, task_id: str, is_ready: bool) -> None:
        """A look at a state. Raises PollsForeverError for a loop that nothing can end."""
        __tracebackhide__ = True
        self._observed.seen.add(task_id)
        self._observed.read.add(task_id)
        if is_ready:
            return
        asked_at, times = self._asked.get(task_id, (0, 0))
        times = times + 1 if asked_at == self._observed.ran else 1
        self._asked[task_id] = self._observed.ran, times
        if times > PATIENCE:
            raise PollsForeverError(f"task {task_id}", PATIENCE)

    def let_run(self, ids: list[str], timeout: float | None) -> None:
        """Let the worker run until these tasks are done, and wait for those with an eta."""
        __tracebackhide__ = True

        def missing() -> list[str]:
            return [each for each in ids if not self._is_ready(each)]

        self.run_until(lambda: not missing(), timeout, lambda: self.why_never(missing()[0]))
        self._observed.refresh()

    def run_due_until(self, ready: Callable[[], bool]) -> None:
        """Let the worker run what is due, until ``ready``."""
        __tracebackhide__ = True
        if not ready():
            self._drive(is_over=ready)

    def run_until(
        self, ready: Callable[[], bool], timeout: float | None, why: Callable[[], str]
    ) -> None:
        """Let the worker run, and wait for what has its time later, until ``ready``.

        Raises celery.exceptions.TimeoutError when what is left comes after ``timeout`` seconds,
        and WouldBlockForeverError, which says ``why``, when nothing is left.
        """
        __tracebackhide__ = True
        deadline = time.time() + (timeout or 0)
        while not ready():
            self._drive(is_over=ready)
            if ready():
                return
            if self._has_moved():
                continue
            dues = [each.due.timestamp() for each in story.scheduled(self._observed)]
            if timeout is not None and (not dues or min(dues) > deadline):
                raise ResultTimeoutError("The operation timed out: nothing is left to run.")
            if not dues:
                raise WouldBlockForeverError(why())
            self._check_wait("a read of a task that is due later", min(dues) - time.time())
            self._drive(end=min(dues))

    def why_never(self, task_id: str) -> str:
        """Why the result of a task can't come."""
        if why := story.follows_in_vain(self._observed, task_id):
            return why
        path = story.path(self._observed, task_id)
        history = self._observed.log.of(task_id)
        return reads.why_never(task_id, path.task, history, None, path.unknown)

    def _has_moved(self) -> bool:
        """Whether the time of some task has come since the worker was idle."""
        entries, is_busy = self._observed.entries, self._driver.ask()
        self._observed.refresh()
        return is_busy or bool(self._observed.entries != entries)

    def ends(self, until: object) -> Callable[[], bool]:
        """Whether a function is true, or all these results are there."""
        if callable(until):
            return lambda: bool(until())
        ids = ids_of(until)
        return lambda: all(map(self._is_ready, ids))

    def _is_ready(self, task_id: str) -> bool:
        backend: Any = self._observed.app.backend
        return bool(backend.is_ready(task_id))
