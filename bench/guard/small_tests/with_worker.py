"""The same small test with Celery's own fixtures: an app in memory, a worker in a thread."""

from __future__ import annotations

from typing import Any


def test_task(celery_app: Any, celery_worker: Any) -> None:
    """Send one task, and read its result: as Celery's guide to testing has it."""

    @celery_app.task
    def noop() -> None: ...

    celery_worker.reload()
    assert noop.delay().get(timeout=10) is None
