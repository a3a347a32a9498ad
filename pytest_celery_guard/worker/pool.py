"""A pool of one: the test's own thread, reporting as the prefork pool does."""

from __future__ import annotations

import os
import time
import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import billiard
from billiard.einfo import ExceptionInfo
from celery.concurrency.base import BasePool
from celery.exceptions import Terminated, WorkerLostError
from celery.result import denied_join_result

from pytest_celery_guard.commits.transactions import in_another_process
from pytest_celery_guard.errors import WorkerKilled
from pytest_celery_guard.explain import running
from pytest_celery_guard.private import celery as private
from pytest_celery_guard.turns.time_limits import (
    HardLimitPassed,
    Limits,
    einfo_of,
    time_limits,
)
from pytest_celery_guard.watching.frames import ENTRIES
from pytest_celery_guard.watching.places import Place, entered
from pytest_celery_guard.world.world import World

Callback = Callable[..., Any]


class InThreadPool(BasePool):
    """Runs a request at once. ``terminated`` is the signal that revoke() sent to it."""

    def __init__(self, world: World, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.world = world
        self.terminated: Any = None

    def on_apply(
        self,
        target: Callback,
        args: Any = (),
        kwargs: Any = None,
        callback: Any = None,
        error_callback: Any = None,
        accept_callback: Any = None,
        timeout_callback: Any = None,
        timeout: float | None = None,
        soft_timeout: float | None = None,
        correlation_id: Any = None,
        **_: Any,
    ) -> None:
        """Accept, run and report one request: the calls of billiard's pool, in its order."""
        conf, worker = self.app.conf, self.world.worker
        worker.count += 1
        if accept_callback:
            accept_callback(os.getpid(), time.monotonic())
        worker.consumer.perform_pending_operations()  # an early ack counts at once
        soft, hard = (
            soft_timeout or conf.task_soft_time_limit,
            timeout or conf.task_time_limit,
        )
        limits = Limits(self.world, soft, hard, timeout_callback, error_callback)
        try:
            # As in a worker's process: a .get() in the task raises Celery's own error.
            with (
                denied_join_result(),
                in_another_process(),
                private.joins_denied_here(),
                entered(place_of(args)),
                time_limits(limits, self._names(args[0]) if limits else {}),
                self._no_warning_of_played_faults(),
            ):
                report, outcome = callback, target(*args, **(kwargs or {}))
                self._note_overrun(args, limits)
        except HardLimitPassed:
            return
        except WorkerKilled as death:
            report, outcome = error_callback, self._lost(death)
        except SystemExit as death:
            report, outcome = error_callback, self._exited(death)
        except Exception:  # the tracer itself failed: a backend that is down, say
            report, outcome = error_callback, ExceptionInfo()
        if report:
            worker.report(report, outcome)

    def grow(self, n: int = 1) -> None:
        """There is one process, whatever remote control asks for."""

    def shrink(self, n: int = 1) -> None:
        """Nor is there one to end."""

    def terminate_job(self, pid: int, signal: Any = None) -> None:
        """Called by revoke(terminate=True): the running task ends when it returns to us."""
        self.terminated = signal

    @contextmanager
    def _no_warning_of_played_faults(self) -> Iterator[None]:
        if self.world.faults.backend is None and self.world.faults.broker is None:
            yield
            return
        with warnings.catch_warnings():
            # Celery warns of what it can't store or send, and the test knows of that.
            warnings.filterwarnings(
                "ignore", "Exception raised outside body", RuntimeWarning
            )
            yield

    def _note_overrun(self, args: Any, limits: Limits) -> None:
        if found := limits.overrun():
            name = place_of(args).name
            self.world.overruns.append(running.overran(name, *found))

    def _names(self, task: Any) -> dict[str, Any]:
        """The globals of the module that a task's body stands in."""
        found = self.app.tasks.get(task, task)
        return getattr(getattr(found, "run", None), "__globals__", {})

    def _lost(self, death: BaseException) -> Any:
        signal, self.terminated = self.terminated, None
        if signal:
            return einfo_of(Terminated(signal))
        return einfo_of(WorkerLostError(f"Worker exited prematurely: {death!r}"))

    def _exited(self, death: SystemExit) -> Any:
        # Billiard 4.3 began to report SystemExit as it is.
        return ExceptionInfo() if billiard.VERSION >= (4, 3) else self._lost(death)


def place_of(args: Sequence[Any]) -> Place:
    """The task that a call of the pool runs: its name and id, or the task itself and no id.

    A Strategy of a task's own may run one body for many messages.
    """
    task, *rest = args or ("",)
    if isinstance(task, str):
        return Place("task", task, *rest[:1])
    return Place("task", str(getattr(task, "name", task)))


ENTRIES.add(InThreadPool.on_apply.__code__)
