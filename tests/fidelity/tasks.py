"""Tasks that cases of several themes share; a case with a task of its own holds it itself."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from tests.fidelity.stage import app, note, task

if TYPE_CHECKING:
    from celery import Task


@task()
def add(x: int, y: int) -> int:
    return x + y


@task()
def total(numbers: list[int]) -> int:
    return sum(numbers)


@task()
def echo(*args: object) -> list[object]:
    return list(args)


@task()
def nothing(*args: object) -> None:
    return None


@task()
def boom(*args: object) -> None:
    raise ValueError("boom")


@task(bind=True)
def request_of(self: Task, *names: str) -> dict[str, object]:
    """Tell attributes of the own request."""
    return {name: getattr(self.request, name) for name in names}


def be_known(running: Task, seconds: float = 5.0) -> None:
    """Wait until the worker knows that this task runs: its pool starts a task before telling."""
    worker, until = running.request.hostname, time.monotonic() + seconds
    while time.monotonic() < until:
        told = app.control.inspect([worker], timeout=seconds).active()[worker]
        if running.request.id in [entry["id"] for entry in told]:
            return
        time.sleep(0.05)
    raise TimeoutError(f"{worker} does not tell of {running.request.id}")


@task()
def errback(request: Task, error: Exception, traceback: object) -> None:
    """Note a failure at the failed task; with three arguments it runs at once, in its process."""
    note(request.id, f"errback {error!r}")


@task()
def old_errback(failed_id: str) -> None:
    """Note a failure at the failed task; with one argument it is sent as a task."""
    note(failed_id, "old errback")
