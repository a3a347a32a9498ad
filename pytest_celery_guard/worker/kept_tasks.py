"""What a worker writes onto the app's tasks, and what stood there before."""

from __future__ import annotations

from typing import Any

WRITTEN = ("__trace__", "rate_limit", "time_limit", "soft_time_limit")
"""The tracer, made for each run, and the limits that remote control changes."""


class KeptTasks:
    """Remembers these attributes of tasks, and puts them back."""

    def __init__(self, app: Any) -> None:
        self._app = app
        self._kept: dict[str, tuple[Any, dict[str, Any]]] = {}

    def keep(self, task: Any) -> None:
        """Remember a task, unless it is remembered already."""
        if task.name not in self._kept:
            own = {name: vars(task)[name] for name in WRITTEN if name in vars(task)}
            self._kept[task.name] = task, own

    def keep_all(self) -> None:
        """Remember every task of the app."""
        for task in self._app.tasks.values():
            self.keep(task)

    def put_back(self) -> None:
        """Make the remembered tasks what they were."""
        for task, own in self._kept.values():
            for name in WRITTEN:
                vars(task).pop(name, None)
            vars(task).update(own)
        self._kept.clear()
