"""What ``inspect().stats()`` shows of a worker: a prefork one with one process."""

from __future__ import annotations

import os
from typing import Any, cast

from celery.worker import WorkController
from celery.worker import state as worker_state
from kombu import Connection

from pytest_celery_guard.world.world import World


def stats(world: World, app: Any) -> dict[str, Any]:
    """The answer: celery.worker.WorkController.stats, with the broker that the app is told."""
    return {
        "total": dict(worker_state.total_count),
        "pid": os.getpid(),
        "clock": str(app.clock),
        "uptime": round(world.clock.offset),
        "pool": pool(),
        "broker": broker(world.real_broker),
        "prefetch_count": app.conf.worker_prefetch_multiplier,
        "rusage": rusage(),
    }


def pool() -> dict[str, Any]:
    """As celery.concurrency.prefork.TaskPool has it."""
    return {
        "implementation": "celery.concurrency.prefork:TaskPool",
        "max-concurrency": 1,
        "processes": [os.getpid()],
        "max-tasks-per-child": "N/A",
        "put-guarded-by-semaphore": False,
        "timeouts": [0, 0],
    }


def broker(url: str) -> dict[str, Any]:
    """Where the app connects to without the guard; no connection is made."""
    found: dict[str, Any] = Connection(url).info()
    found.pop("password", None)
    return found


def rusage() -> Any:
    """What this process has used, where the platform tells."""
    try:
        return WorkController.rusage(cast("Any", None))  # asks nothing of the worker
    except NotImplementedError:
        return "N/A"
