"""The tasks of an app that are its own."""

from __future__ import annotations

from typing import Any

from pytest_celery_guard.local_functions import is_local

CELERYS = "celery."
"""Celery's built-in tasks are called so."""


def own_tasks(app: Any) -> set[str]:
    """The names of an app's tasks, without Celery's, and without those a test has defined."""
    return {
        name
        for name, task in app.tasks.items()
        if not name.startswith(CELERYS) and not is_local(getattr(task, "run", None))
    }
