"""Options of tasks that ``task_annotations`` changes.

https://docs.celeryq.dev/en/stable/userguide/configuration.html#task-annotations
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from flake8_celery_get.model.settings.answers import NotSet
from flake8_celery_get.model.settings.modules import ABSENT
from flake8_celery_get.model.settings.names import every_name, names_of
from flake8_celery_get.model.usage.written.values import values_of_app
from flake8_celery_get.model.values.mappings import entries_of
from flake8_celery_get.model.values.values import Items, Literal, Value

if TYPE_CHECKING:
    from flake8_celery_get.model.settings.apps.apps import App, Apps

_SETTING = "task_annotations"
_ADDS = re.compile(rb"(?i)annotations(?:\[|\.(?:setdefault|update)\()")
"""Text that adds an annotation to those that are set."""


class Annotations:
    """Tells whether annotations may give a task other options than its decorator does."""

    def __init__(self, apps: Apps) -> None:
        self._apps = apps
        self._known: dict[App, list[Value] | None] = {}

    def may_set(self, app: App | None, task: str, options: frozenset[str]) -> bool:
        """Whether one of the options may be set, for the task or, where it has no name, for any.

        ``"*"`` is the task that stands for all.
        """
        apps = [app] if app is not None else self._apps
        return any(_sets(self._of(each), task, options) for each in apps)

    def _of(self, app: App) -> list[Value] | None:
        if app not in self._known:
            self._known[app] = self._read(app)
        return self._known[app]

    def _read(self, app: App) -> list[Value] | None:
        """All that is set for an app; None where nobody can tell."""
        world = self._apps.world
        names = every_name(_SETTING) | names_of(_SETTING, app.namespace)
        is_named = any(True for _ in world.project.mentioning(set(names)))
        if not is_named or isinstance(app.setting(_SETTING), NotSet):
            return []  # what can't be read need not speak of it
        values = [value for value, _ in values_of_app(world, app, _SETTING)]
        found = [value for value in values if value != ABSENT]
        is_added_to = any(not world.is_test(p) for p in world.project.celery_files(_ADDS))
        return None if is_added_to or not found else found


def _sets(annotations: list[Value] | None, task: str, options: frozenset[str]) -> bool:
    if annotations is None:
        return True
    parts = [part for value in annotations for part in _parts(value)]
    return any(_part_sets(part, task, options) for part in parts)


def _parts(value: Value) -> Iterator[Value]:
    """The mappings in a list, or the only one there is; nothing of None."""
    if isinstance(value, Items) and value.kind == "sequence":
        yield from value.values
    elif value != Literal(None):
        yield value


def _part_sets(part: Value, task: str, options: frozenset[str]) -> bool:
    entries = entries_of(part)
    if entries is None:
        return True
    return any(
        _gives(entry.value, options)
        for entry in entries
        if entry.name is None or _is_for(entry.name, task)
    )


def _is_for(name: str, task: str) -> bool:
    """Whether an annotation is for a task, whatever folder its module is imported from."""
    if name == "*" or name == task:
        return True
    return task != "*" and (
        not task or name.endswith(f".{task}") or task.endswith(f".{name}")
    )


def _gives(value: Value, options: frozenset[str]) -> bool:
    entries = entries_of(value)
    return entries is None or any(e.name is None or e.name in options for e in entries)
