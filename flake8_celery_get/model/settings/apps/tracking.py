"""Whether a worker records that a task has started."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flake8_celery_get.model.settings.answers import Answer, NotSet, SetTo
from flake8_celery_get.model.values.values import AS_APP, NO, YES, Handle

if TYPE_CHECKING:
    from flake8_celery_get.model.flow.surroundings import Surroundings
    from flake8_celery_get.model.settings.apps.apps import App, Apps

_SETTING = "task_track_started"
_SENT = frozenset({"sent", "rebuilt", "known"})


class Tracking:
    """What is known of ``track_started`` in a whole project."""

    def __init__(self, world: Surroundings, apps: Apps) -> None:
        self._world = world
        self._apps = apps
        self._is_off_everywhere: bool | None = None

    def is_off(self, handle: Handle) -> bool:
        """Whether the start of a handle's task is surely never recorded."""
        says = handle.options
        if handle.origin not in _SENT or says.ignores == YES:
            return False  # an ignored result is another mistake
        if not handle.task:
            return handle.origin == "rebuilt" and self._off_everywhere()
        if says.tracks == AS_APP:
            owners = self._apps.owners(says.app)
            return bool(owners) and all(map(_is_off, owners))
        return says.tracks == NO

    def _off_everywhere(self) -> bool:
        """Whether no task of the project is tracked, and it does have tasks of its own."""
        if self._is_off_everywhere is None:
            project = self._world.project
            self._is_off_everywhere = (
                any(True for _ in self._apps)
                and all(map(_is_off, self._apps))
                and not any(True for _ in project.mentioning({"track_started"}))
                and self._has_tasks()
            )
        return self._is_off_everywhere

    def _has_tasks(self) -> bool:
        records = self._world.project.records
        return any(
            self._world.is_task(symbol)
            for path, record in records.items()
            if record.celery and not self._world.is_test(path)
            for symbol in self._world.scope(path).functions.values()
        )


def _is_off(app: App) -> bool:
    return _says_no(app.setting(_SETTING))


def _says_no(answer: Answer) -> bool:
    if isinstance(answer, SetTo):
        return answer.value is False and not (answer.may_differ or answer.is_start)
    return isinstance(answer, NotSet)
