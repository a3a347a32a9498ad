"""Which app is current: ``shared_task`` goes to the guard's, whatever was imported or made last."""

from __future__ import annotations

from typing import Any

from pytest_celery_guard.basics.restoring import Shared
from pytest_celery_guard.basics.undo import Undo
from pytest_celery_guard.private import celery as private


def make_current(undo: Undo, app: Any, *, beside_others: bool = False) -> None:
    """Make an app the current one of this thread, and the default of all others.

    Of several guards, the latest one that is still on has its way. ``beside_others``: a worker
    of another app may run in a thread, which needs its app to stay the default. The trap of
    Celery's own fixture, which lets nobody use the current app, stays.
    """
    _, default = before = private.current_apps()
    if any(map(private.is_trap, before)):
        return
    is_needed = beside_others and default is not None and not private.is_fallback(default)
    apps = app, default if is_needed else app
    undo.callback(_settle)
    _apps.join(undo, apps)
    private.set_current_apps(*apps)


def _keep(undo: Undo) -> None:
    undo.callback(private.set_current_apps, *private.current_apps())


_apps = Shared[tuple[Any, Any]](_keep)
"""The current and the default app of each guard that is on."""


def _settle() -> None:
    if _apps.members:
        private.set_current_apps(*_apps.members[-1])
