"""Tasks that a test defines in its own body: they go with the test."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from types import CellType
from typing import Any

from pytest_celery_guard.app.local_functions import is_local
from pytest_celery_guard.private import celery as private


class LocalTasks:
    """Remembers what was registered before a test."""

    def __init__(self, app: Any) -> None:
        self._app = app
        self._names = set(app.tasks)
        self._finalizers = private.finalizers()

    def put_back(self) -> None:
        """Forget the tasks that were defined inside a function since.

        A task of a module that was imported since stays: the module stays imported too.
        """
        new = set(self._app.tasks) - self._names
        if new:
            # A shared task is registered with every app that is alive.
            for app in [*private.live_apps(), self._app]:
                drop_local_tasks(app, new)
        private.drop_finalizers(self._finalizers, finalizes_local_task)


@contextmanager
def forgotten() -> Iterator[None]:
    """Forget the tasks that are defined inside functions meanwhile, whatever app has them."""
    before = [LocalTasks(app) for app in private.live_apps() if app.finalized]
    finalizers = private.finalizers()
    try:
        yield
    finally:
        for each in before:
            each.put_back()
        private.drop_finalizers(finalizers, finalizes_local_task)


def drop_local_tasks(app: Any, names: set[str]) -> None:
    """Forget those of these tasks that were defined inside a function."""
    for name in names:
        if app.finalized and is_local(getattr(app.tasks.get(name), "run", None)):
            del app.tasks[name]


def finalizes_local_task(finalizer: Any) -> bool:
    """Whether what ``shared_task`` left for later apps makes a task of a local function."""
    cells = getattr(finalizer, "__closure__", None) or ()
    return any(map(is_local, map(contents, cells)))


def contents(cell: CellType) -> object:
    """What a closure holds of a name; None before the name is bound."""
    try:
        return cell.cell_contents
    except ValueError:
        return None
