"""The queues that a project declares, and the places that name one.

https://docs.celeryq.dev/en/stable/userguide/routing.html
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from flake8_celery_get.model.noticed.notes import Note
from flake8_celery_get.model.settings.answers import NotSet, SetTo
from flake8_celery_get.model.settings.given import text
from flake8_celery_get.model.usage.names.declared_queues import queues_at, text_of
from flake8_celery_get.model.usage.names.named import written_at
from flake8_celery_get.model.usage.names.typos import typo_of
from flake8_celery_get.model.usage.written.said_options import said_options
from flake8_celery_get.model.usage.written.values import values_written
from flake8_celery_get.model.values.arguments import with_unpacked
from flake8_celery_get.model.values.mappings import entries_of
from flake8_celery_get.model.values.values import Items, Value

if TYPE_CHECKING:
    from flake8_celery_get.model.settings.apps.apps import Apps
    from flake8_celery_get.model.usage.sent.sends import Sends
    from flake8_celery_get.model.usage.tasks import Defined
    from flake8_celery_get.model.values.values import Place


@dataclass(frozen=True, slots=True)
class UnknownQueue(Note):
    """A queue that nobody declares; ``meant`` is one that comes close.

    ``raises``: the app makes no queue that is missing.
    """

    name: str
    meant: str
    raises: bool


def unknown_queues(
    apps: Apps, tasks: Iterable[Defined], sends: Sends
) -> Iterator[UnknownQueue]:
    """The names of queues that are surely a mistake."""
    answers = [app.setting("task_create_missing_queues") for app in apps]
    raises = all(isinstance(each, SetTo) and each.value is False for each in answers)
    listed = _listed(apps)
    default = _default(apps) if listed is not None else None
    if listed is None or default is None:
        return
    # Where no queue is listed, Celery declares the default one, and creates it otherwise.
    declared = listed if listed and raises else listed | default
    for name, place in dict.fromkeys(_named(apps, tasks, sends)):
        meant = typo_of(name, declared)
        at = written_at(apps.world, name, place)
        if name not in declared and (meant or raises) and at is not None:
            yield UnknownQueue(place[0], at, None, name, meant, raises)


def _listed(apps: Apps) -> set[str] | None:
    """All queues of all apps; None where none is set, or one can't be read."""
    found: set[str] = set()
    places = [place for _, place in values_written(apps, "task_queues") if any(place[1])]
    for place in places:
        names = queues_at(apps.world, place)
        if names is None:
            return None
        found |= names
    return found if places else None


def _default(apps: Apps) -> set[str] | None:
    """The queues of tasks that name none; None where one can't be read."""
    found = {"celery"}
    for app in apps:
        default = app.setting("task_default_queue")
        if isinstance(default, SetTo) and isinstance(default.value, str):
            found.add(default.value)
        elif not isinstance(default, NotSet):
            return None
    return found


def _named(
    apps: Apps, tasks: Iterable[Defined], sends: Sends
) -> Iterator[tuple[str, Place]]:
    """Every text that names a queue: in sends, in decorators, in settings."""
    for found in sends.certain():
        for sent in found:
            for argument in with_unpacked(sent.given, sent.path):
                name = text(argument.value) if argument.name == "queue" else None
                if name:
                    yield name, (sent.path, sent.at)
    for task in tasks:
        frame, said = said_options(apps.world, task)
        name = text_of(frame, said["queue"].value) if "queue" in said else None
        if name:
            yield name, (task.symbol.scope.path, said["queue"].at)
    yield from _in_settings(apps)


def _in_settings(apps: Apps) -> Iterator[tuple[str, Place]]:
    for value, _ in values_written(apps, "task_routes"):
        yield from _in_routes(value)
        yield from _by_pattern(value)
    for value, _ in values_written(apps, "beat_schedule"):
        for entry in entries_of(value) or ():
            for part in entries_of(entry.value) or ():
                if part.name == "options":
                    yield from _in_routes(part.value)


def _by_pattern(value: Value) -> Iterator[tuple[str, Place]]:
    """The routes that are nothing but the name of a queue: ``{"proj.*": "reports"}``."""
    for entry in entries_of(value) or ():
        name = text(entry.value)
        if name and entry.place[0]:
            yield name, entry.place
    if isinstance(value, Items) and value.kind == "sequence":
        for item in value.values:
            yield from _by_pattern(item)


def _in_routes(value: Value) -> Iterator[tuple[str, Place]]:
    for entry in entries_of(value) or ():
        name = text(entry.value) if entry.name == "queue" else None
        if name and entry.place[0]:
            yield name, entry.place
        yield from _in_routes(entry.value)
    if isinstance(value, Items) and value.kind == "sequence":
        for item in value.values:
            yield from _in_routes(item)
