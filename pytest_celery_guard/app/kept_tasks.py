"""What a worker writes onto the app's tasks, and what stood there before."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from typing import Any

from celery.app.task import Task

WRITTEN = ("__trace__", "rate_limit", "time_limit", "soft_time_limit")
"""The tracer, made for each run, and the limits that remote control changes."""


def has_own_strategy(task: Any) -> bool:
    """Whether a task's messages are taken by code of its own, as those of celery-batches are."""
    return bool(task.Strategy != Task.Strategy)


def is_of_batches(task: Any) -> bool:
    """Whether a task's class is one of celery-batches."""
    return any(each.__module__.startswith("celery_batches") for each in type(task).__mro__)


class KeptTasks:
    """Remembers these attributes of tasks, and puts them back."""

    def __init__(self, app: Any) -> None:
        self._app = app
        self._kept: dict[str, tuple[Any, dict[str, Any]]] = {}
        self._collecting: list[Any] = []

    def keep(self, task: Any) -> None:
        """Remember a task, unless it is remembered already."""
        if task.name not in self._kept:
            self._kept[task.name] = task, own_attributes(task)

    def keep_all(self) -> None:
        """Remember every task of the app."""
        for task in self._app.tasks.values():
            self.keep(task)

    def note_strategy(self, task: Any) -> None:
        """A worker has begun to take the messages of a task, which may collect them."""
        if has_own_strategy(task) and task not in self._collecting:
            self._collecting.append(task)

    def begin_anew(self) -> None:
        """Let tasks with a Strategy of their own forget what they have collected.

        A new worker process makes its tasks anew, too.
        """
        for task in self._collecting:
            with suppress(TypeError):  # the application has made it, with arguments
                task.__init__()
        self._collecting.clear()

    def keep_written(self) -> Callable[[], None]:
        """Remember what is written on them now; return the way back, to be gone many times."""
        kept = dict(self._kept)
        written = {name: own_attributes(task) for name, (task, _) in kept.items()}

        def way_back() -> None:
            self.put_back()
            self._kept.update(kept)
            for name, (task, _) in kept.items():
                vars(task).update(written[name])

        return way_back

    def put_back(self) -> None:
        """Make the remembered tasks what they were."""
        for task, own in self._kept.values():
            for name in WRITTEN:
                vars(task).pop(name, None)
            vars(task).update(own)
        self._kept.clear()


def own_attributes(task: Any) -> dict[str, Any]:
    """Those that are on a task itself, not on its class."""
    return {name: vars(task)[name] for name in WRITTEN if name in vars(task)}
