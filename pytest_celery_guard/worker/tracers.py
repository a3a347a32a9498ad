"""What runs the body of each task, and stores its result: Celery's own tracer."""

from __future__ import annotations

import logging
from typing import Any

from celery import signals
from celery.app import trace


class Tracers:
    """Keeps a tracer for each task, until a test changes what the tracer has captured.

    A worker makes one of each when it starts. Under the guard a test may patch a task, connect
    a receiver or change a setting between two runs, and the next run follows that.
    """

    def __init__(self, app: Any, hostname: str) -> None:
        self._app = app
        self._hostname = hostname
        self._kept: dict[str, tuple[tuple[Any, ...], Any]] = {}

    def of(self, task: Any) -> Any:
        """The tracer of a task, as the task is now."""
        now = captured(task, self._app.conf)
        before, tracer = self._kept.get(task.name, (None, None))
        if before != now:
            tracer = self.new(task)
            self._kept[task.name] = now, tracer
        return tracer

    def clear(self) -> None:
        """Keep none."""
        self._kept.clear()

    def new(self, task: Any) -> Any:
        """A tracer made now."""
        return trace.build_tracer(
            task.name, task, self._app.loader, self._hostname, app=self._app
        )


def captured(task: Any, conf: Any) -> tuple[Any, ...]:
    """What ``build_tracer`` reads once, from Celery 5.3 to 5.7 (celery/app/trace.py)."""
    return (
        (task.run, task.__call__, task.before_start, task.on_success, task.after_return),
        (task.acks_late, task.ignore_result, task.track_started, task.resultrepr_maxsize),
        signals.task_prerun.receivers,
        signals.task_postrun.receivers,
        signals.task_success.receivers,
        trace.logger.isEnabledFor(logging.INFO),
        conf.changes.copy(),
    )
