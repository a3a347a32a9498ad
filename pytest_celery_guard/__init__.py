"""Runs Celery tasks in the test's own thread, through Celery's real worker code.

The names below are looked up when they are first used: importing this package, as pytest does
in every run, must not import Celery.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pytest_celery_guard.errors import WorkerCrashed as WorkerCrashed
    from pytest_celery_guard.errors import WorkerKilled as WorkerKilled
    from pytest_celery_guard.handle.guard import CeleryGuard as CeleryGuard

__all__ = ["CeleryGuard", "WorkerCrashed", "WorkerKilled"]

_HOMES = {
    "CeleryGuard": "pytest_celery_guard.handle.guard",
    "WorkerCrashed": "pytest_celery_guard.errors",
    "WorkerKilled": "pytest_celery_guard.errors",
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)
