"""Tasks whose results are stored, and which no code of the project can read.

Told by every place that names the task: one that can hand a handle, or the task itself, to
someone else settles that its result may be read.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from flake8_celery_get.model.noticed.notes import Note
from flake8_celery_get.model.settings.answers import SetTo
from flake8_celery_get.model.usage.mentions import CALLED, ELSE, KEPT, SENT, Mentions
from flake8_celery_get.model.usage.tasks import Defined, place_of_name
from flake8_celery_get.model.values.values import AS_APP, NO

if TYPE_CHECKING:
    from flake8_celery_get.model.flow.surroundings import Surroundings
    from flake8_celery_get.model.settings.apps.apps import Apps
    from flake8_celery_get.model.settings.apps.stored import Storage

_READERS = frozenset(
    {
        "AsyncResult", "GroupResult", "ResultSet", "ResultBase", "TaskResult",
        "allow_join_result", "celery_progress", "django_celery_results", "get_result",
        "get_task_meta", "result_from_tuple",
    }
)  # fmt: skip
"""Who mentions one of these may read the result of any task."""

_SHOWN_ELSEWHERE = frozenset({"", "disabled", "django-db"})
"""Schemes of backends that keep nothing, or whose results have an admin of their own."""

_TELLS_ITS_ID = re.compile(r"\bupdate_state\b|\brequest\.|\brequest\b\s*[,)]|\.replace\(")
"""Code of a task that may hand its id on, or show how far it is."""


@dataclass(frozen=True, slots=True)
class Unread(Note):
    """A task whose results nobody reads."""

    task: str


def unread_tasks(
    world: Surroundings, tasks: Iterable[Defined], apps: Apps, storage: Storage
) -> Iterator[Unread]:
    """The tasks that are sent, store their results, and are never asked for one."""
    if any(not world.is_test(path) for path in world.project.mentioning(set(_READERS))):
        return
    wanted = [task for task in tasks if _stores(task, apps, storage)]
    wanted = [task for task in wanted if not _TELLS_ITS_ID.search(_text(task))]
    uses = _uses(world, wanted)
    for task in wanted:
        symbol = task.symbol
        if uses[symbol.name] in ({SENT}, {SENT, CALLED}):
            yield Unread(symbol.scope.path, place_of_name(symbol), symbol, symbol.name)


def _uses(world: Surroundings, tasks: Iterable[Defined]) -> dict[str, set[str]]:
    """What is done with each task, by its function's name; two of one name are mixed up."""
    found: dict[str, set[str]] = {}
    names: dict[str, str] = {}
    for task in tasks:
        name = task.symbol.name
        found[name] = {ELSE} if name in found else set()
        names[name] = task.name
    mentions = Mentions(names)
    for path in world.project.mentioning(mentions.words):
        # A test may look at whatever it likes, as long as it reads no result.
        for name, use in mentions.inside(world.scope(path)):
            if use == KEPT or not world.is_test(path):
                found[name].add(use)
    return found


def _text(task: Defined) -> str:
    return task.symbol.definition.text(task.symbol.scope.source.lines)


def _stores(task: Defined, apps: Apps, storage: Storage) -> bool:
    """Whether results are stored without anyone having said so of this task."""
    options = task.options
    if (
        not (task.is_own and task.name)
        or options.ignores != AS_APP
        or storage.options(options).ignores != NO
    ):
        return False
    app = apps.get(options.app)
    backend = app.setting("result_backend") if app is not None else None
    if not isinstance(backend, SetTo) or not isinstance(backend.value, str):
        return False
    return backend.value.partition(":")[0] not in _SHOWN_ELSEWHERE
