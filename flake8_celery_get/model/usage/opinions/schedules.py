"""What schedules leave to chance: the timezone, runs that overlap, messages that pile up."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from flake8_celery_get.model.flow.frame import Frame
from flake8_celery_get.model.noticed.notes import Note
from flake8_celery_get.model.sends.sent_tasks import definition_of
from flake8_celery_get.model.settings.answers import NotSet, SetTo
from flake8_celery_get.model.settings.django import OfDjango
from flake8_celery_get.model.usage.crontabs import Crontab
from flake8_celery_get.model.usage.written.numbers import number_of
from flake8_celery_get.model.usage.written.said_options import said_options
from flake8_celery_get.model.values.definitions import FunctionSymbol
from flake8_celery_get.model.values.values import AS_APP
from flake8_celery_get.source import code

if TYPE_CHECKING:
    from flake8_celery_get.model.flow.surroundings import Surroundings
    from flake8_celery_get.model.sends.beat import Scheduled
    from flake8_celery_get.model.settings.apps.apps import App, Apps
    from flake8_celery_get.model.usage.tasks import Defined

_EVERY = re.compile(r"\*/(\d+)")
_LOCAL = frozenset({"hour", "day_of_week", "day_of_month", "month_of_year"})
"""Fields of a crontab that mean another moment in another timezone."""


@dataclass(frozen=True, slots=True)
class ZonelessSchedule(Note):
    """A ``crontab`` whose hours are those of UTC, as nobody has chosen a timezone."""


@dataclass(frozen=True, slots=True)
class OverlappingSchedule(Note):
    """An entry that is due after ``every`` seconds, of a task that may run for ``limit``."""

    task: str
    every: int
    limit: int


@dataclass(frozen=True, slots=True)
class UnexpiringSchedule(Note):
    """An entry of a schedule whose messages never expire."""

    task: str


def zoneless_schedules(
    apps: Apps, crontabs: Iterable[Crontab]
) -> Iterator[ZonelessSchedule]:
    """The schedules of a project whose apps have no timezone; Django brings one of its own."""
    found = list(apps)
    if not found or any(map(_takes_django, found)):
        return
    if all(isinstance(app.setting("timezone"), NotSet) for app in found):
        for crontab in crontabs:
            if not _LOCAL.isdisjoint(crontab.fields):
                yield ZonelessSchedule(crontab.path, crontab.at, None)


def _takes_django(app: App) -> bool:
    return any(isinstance(source, OfDjango) for _, source in app.sources)


def overlapping_schedules(
    world: Surroundings, apps: Apps, tasks: Iterable[Defined], entries: Iterable[Scheduled]
) -> Iterator[OverlappingSchedule]:
    """The entries that are due again before their task has to end."""
    for entry, task in _with_tasks(tasks, entries):
        every = _seconds(world, entry)
        limit = _limit(apps, task)
        if every is not None and limit is not None and 0 < every < limit:
            yield OverlappingSchedule(
                entry.path, entry.at, None, task.symbol.name, round(every), round(limit)
            )


def unexpiring_schedules(
    tasks: Iterable[Defined], entries: Iterable[Scheduled]
) -> Iterator[UnexpiringSchedule]:
    """The entries whose messages are good for ever."""
    for entry, task in _with_tasks(tasks, entries):
        if entry.expires == AS_APP and task.options.expires == AS_APP:
            yield UnexpiringSchedule(entry.path, entry.at, None, task.symbol.name)


def _with_tasks(
    tasks: Iterable[Defined], entries: Iterable[Scheduled]
) -> Iterator[tuple[Scheduled, Defined]]:
    by_symbol = {task.symbol: task for task in tasks}
    by_name = {task.name: task for task in by_symbol.values() if task.name}
    for entry in entries:
        definition = definition_of(entry.task)
        task = by_name.get(entry.task.name)
        if isinstance(definition, FunctionSymbol):
            task = by_symbol.get(definition)
        if task is not None:
            yield entry, task


def _seconds(world: Surroundings, entry: Scheduled) -> float | None:
    """How much time lies between two runs; None where that is not the same each time."""
    frame, when = Frame(world, world.scope(entry.path)), entry.when
    if not isinstance(when, code.Call) or code.last_name(when.function) == "timedelta":
        return number_of(frame, when)
    name = code.last_name(when.function)
    if name == "schedule" and when.arguments:
        return number_of(frame, when.arguments[0].value)
    return _of_crontab(when) if name == "crontab" else None


def _of_crontab(call: code.Call) -> float | None:
    fields = {argument.name: argument.value for argument in call.arguments}
    if not fields:
        return 60
    minute = fields.get("minute")
    value = minute.value if isinstance(minute, code.Constant) else None
    found = _EVERY.fullmatch(str(value)) if set(fields) == {"minute"} else None
    if value == "*":
        return 60
    return 60.0 * int(found[1]) if found is not None else None


def _limit(apps: Apps, task: Defined) -> float | None:
    frame, said = said_options(apps.world, task)
    for option in ("time_limit", "soft_time_limit"):
        if option in said:
            return number_of(frame, said[option].value)
    app = apps.get(task.options.app)
    answer = app.setting("task_time_limit") if app is not None else None
    value = answer.value if isinstance(answer, SetTo) and not answer.may_differ else None
    return float(value) if isinstance(value, (int, float)) else None
