"""The tasks of an app that are its own."""

from __future__ import annotations

import sys
from typing import Any

from pytest_celery_guard.app.local_functions import is_local
from pytest_celery_guard.watching.frames import is_library

CELERYS = "celery."
"""Celery's built-in tasks are called so."""


def own_tasks(app: Any) -> set[str]:
    """The names of an app's tasks, without Celery's, and without those a test has defined.

    Those of installed packages are left out, too, unless the project itself is installed.
    """
    found = {
        name: task
        for name, task in app.tasks.items()
        if not name.startswith(CELERYS) and not is_local(getattr(task, "run", None))
    }
    own = {name for name, task in found.items() if not is_library(file_of(task))}
    return own or set(found)


def file_of(task: Any) -> str:
    """The file of the module that has a task; empty for a module without one."""
    return getattr(sys.modules.get(task.__module__), "__file__", None) or ""
