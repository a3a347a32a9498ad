"""A pool of one: the test's own thread, reporting as the prefork pool does."""

from __future__ import annotations

import os
import time
import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from typing import Any

import billiard
from billiard.einfo import ExceptionInfo, ExceptionWithTraceback
from celery.concurrency.base import BasePool
from celery.exceptions import Terminated, WorkerLostError
from celery.result import denied_join_result

from pytest_celery_guard.commits.transactions import in_another_process
from pytest_celery_guard.errors import WorkerKilled
from pytest_celery_guard.explain import running
from pytest_celery_guard.private import celery as private
from pytest_celery_guard.turns.killing import HardLimitPassed
from pytest_celery_guard.turns.time_limits import (
    Limits,
    einfo_of,
    time_limits,
)
from pytest_celery_guard.watching.frames import ENTRIES
from pytest_celery_guard.watching.places import Place, entered
from pytest_celery_guard.world.own_runs import noted_run, runs_task
from pytest_celery_guard.world.world import World

Callback = Callable[..., Any]

NOTHING = nullcontext()
"""In place of what most tasks don't need: a generator for each would take longer."""


class InThreadPool(BasePool):
    """Runs a request at once. ``terminated`` is the signal that revoke() sent to it."""

    def __init__(self, world: World, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.world = world
        self.terminated: Any = None
        self._limits: tuple[Any, Any] = (None, None)

    def on_start(self) -> None:
        """Read the settings, as a worker does when it starts: reading one takes 6 us."""
        conf = self.app.conf
        self._limits = conf.task_soft_time_limit, conf.task_time_limit

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
        worker, (of_all_soft, of_all_hard) = self.world.worker, self._limits
        worker.count += 1
        if accept_callback:
            accept_callback(os.getpid(), time.monotonic())
        worker.consumer.perform_pending_operations()  # an early ack counts at once
        soft, hard = soft_timeout or of_all_soft, timeout or of_all_hard
        limits = None
        if soft or hard:
            limits = Limits(self.world, soft, hard, timeout_callback, error_callback)
        try:
            # As in a worker's process: a .get() in the task raises Celery's own error.
            with (
                denied_join_result(),
                in_another_process(),
                private.joins_denied_here(),
                entered(place_of(args)),
                time_limits(limits, self._names(args[0])) if limits else NOTHING,
                self._no_warning_of_played_faults() if self._is_played() else NOTHING,
                noted_run(self.world, args[0]) if runs_task(args) else NOTHING,
            ):
                report, outcome = callback, as_sent(target(*args, **(kwargs or {})))
                if limits is not None:
                    self._check(limits, place_of(args).name)
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

    def _is_played(self) -> bool:
        """Whether the test plays that something is down."""
        faults = self.world.faults
        return faults.backend is not None or faults.broker is not None

    @contextmanager
    def _no_warning_of_played_faults(self) -> Iterator[None]:
        with warnings.catch_warnings():
            # Celery warns of what it can't store or send, and the test knows of that.
            warnings.filterwarnings(
                "ignore", "Exception raised outside body", RuntimeWarning
            )
            yield

    def _check(self, limits: Limits, task: str) -> None:
        """The task has returned: perhaps too late, or it has caught what was to end it."""
        if limits.is_over:
            raise HardLimitPassed
        if found := limits.overrun():
            told = running.overran(task, *found, are_real=limits.are_real)
            self.world.overruns.append(told)

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


def as_sent(outcome: Any) -> Any:
    """What the worker gets from its process, by pickle: a retry arrives as itself, not wrapped."""
    match outcome:
        case (1, ExceptionInfo(exception=ExceptionWithTraceback(exc=error)) as info, _):
            info.exception = error
    return outcome


def place_of(args: Sequence[Any]) -> Place:
    """The task that a call of the pool runs: its name and id, or the task itself and no id.

    A Strategy of a task's own may run one body for many messages.
    """
    task, *rest = args or ("",)
    if isinstance(task, str):
        return Place("task", task, *rest[:1])
    return Place("task", str(getattr(task, "name", task)))


ENTRIES.add(InThreadPool.on_apply.__code__)
