"""Tasks run in a real worker, a process of its own."""

from __future__ import annotations

from typing import Any

import pytest

from pytest_celery_guard.handle.guard import CeleryGuard
from pytest_celery_guard.options.settings import Settings, settings_of
from pytest_celery_guard.real_worker.engine import RealWorker
from pytest_celery_guard.real_worker.processes.address import address_of
from pytest_celery_guard.real_worker.run import Run
from pytest_celery_guard.real_worker.skipping import skip

RUNS: pytest.StashKey[dict[tuple[int, str, str], Run]] = pytest.StashKey()
"""The runs of a session, by app and address."""


def begin(item: pytest.Item, app: Any, options: dict[str, Any]) -> CeleryGuard:
    """A handle whose tasks run in a worker. Skips the test where no broker is named."""
    settings = settings_of(options)
    if not settings.broker:
        skip("worker mode needs --celery-guard-broker=redis://… or amqp://…")
    engine = RealWorker(run_of(item.config, app, settings), settings, item)
    guard = CeleryGuard(app, engine=engine, **options)
    guard.enter()
    return guard


def run_of(config: pytest.Config, app: Any, settings: Settings) -> Run:
    """The run of this app at this address: begun for the first test, ended with the session."""
    runs = config.stash.setdefault(RUNS, {})
    key = id(app), settings.broker, settings.backend
    if key not in runs:
        runs[key] = Run(app, address_of(settings.broker, settings.backend))
        config.add_cleanup(runs[key].close)
    return runs[key]
