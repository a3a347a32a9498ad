"""Which app is current: ``shared_task`` goes to the guard's, whatever was imported or made last."""

from __future__ import annotations

from contextlib import ExitStack
from typing import Any

from pytest_celery_guard import private
from pytest_celery_guard.restoring import Shared


def make_current(undo: ExitStack, app: Any) -> None:
    """Make an app the current one of this thread, and the default of all others.

    Of several guards, the latest one that is still on has its way.
    """
    undo.callback(_settle)
    _apps.join(undo, app)
    private.set_current_apps(app, app)


def _keep(undo: ExitStack) -> None:
    undo.callback(private.set_current_apps, *private.current_apps())


_apps = Shared[Any](_keep)


def _settle() -> None:
    if _apps.members:
        latest = _apps.members[-1]
        private.set_current_apps(latest, latest)
