"""Pytest plugin of the guard's half: no broker, no worker, no waiting.

The suite's conftest takes its fixtures by name from ``celery.contrib.pytest``, so ours stand
there before it is imported. The client's app and the worker's app are one.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from typing import Any

import celery.contrib.pytest as celery_fixtures
import pytest

from fidelity.waiting import Waiting
from pytest_celery_guard import CeleryGuard

# A limit that no task reaches: under a limit the guard makes a task's sleep virtual.
FAR_AWAY = 3600.0


@pytest.fixture
def celery_session_app(celery_app: Any) -> Any:
    """The app of the test: a worker that lives for one test needs no app of its own."""
    return celery_app


@pytest.fixture
def celery_session_worker(
    celery_app: Any, celery_includes: Iterable[str], celery_class_tasks: Iterable[Any]
) -> Iterator[CeleryGuard]:
    """The guard in place of a worker, with the tasks that the worker would know."""
    for module in celery_includes:
        celery_app.loader.import_task_module(module)
    for task in celery_class_tasks:
        celery_app.register_task(task)
    celery_app.finalize()
    # After that: tasks have no limit of their own, as under `celery worker --time-limit`.
    celery_app.conf.task_time_limit = FAR_AWAY
    with CeleryGuard(
        celery_app,
        allow_failures=True,
        allow_leftover=True,
        contract="off",
        allow=["CEL101"],  # one test reads results in tasks that it runs with apply()
    ) as guard:
        yield guard


@pytest.fixture(autouse=True)
def worker_beside_the_test(
    celery_session_worker: CeleryGuard,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Also for tests that ask for no worker: in Celery's runs one is always there."""
    Waiting(celery_session_worker).stand_in(monkeypatch)
    # What a worker does to all loggers when it starts.
    caplog.set_level(os.environ["WORKER_LOGLEVEL"])


celery_fixtures.celery_session_app = celery_session_app
celery_fixtures.celery_session_worker = celery_session_worker
