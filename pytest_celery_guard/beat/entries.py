"""The entries of an app's schedule: those of its settings, and the rows of django-celery-beat."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from inspect import signature
from typing import Any, Protocol, runtime_checkable

from celery.beat import ScheduleEntry

from pytest_celery_guard.basics.meant import closest, did_you_mean
from pytest_celery_guard.beat import rows
from pytest_celery_guard.errors import GuardError


@runtime_checkable
class Timetable(Protocol):
    """Any schedule, also one of the user's own."""

    def is_due(self, last_run_at: datetime) -> object:
        """Whether it is time, and when to ask again."""


DATABASE_SCHEDULER = "django_celery_beat"
"""In the setting ``beat_scheduler``: all entries are rows."""

TYPES: Mapping[str, tuple[tuple[type, ...], str]] = {
    "task": ((str,), "the name of a task"),
    "schedule": (
        (int, float, timedelta, Timetable),
        "a number of seconds, a timedelta, a crontab or another schedule",
    ),
    "args": ((Iterable,), "a list or a tuple"),
    "kwargs": ((Mapping,), "a dict"),
    "options": ((Mapping,), "a dict"),
}
"""What parts of an entry may be."""

KEYS = ("task", "schedule", "args", "kwargs", "options", "relative")
"""Those that the documentation names."""

TAKEN = frozenset(signature(ScheduleEntry).parameters)
"""All that beat takes."""


def entries_of(app: Any, now: datetime) -> Iterator[tuple[object, Any]]:
    """Each entry, new at this moment, with what has to be the same for it to be no other one.

    As beat does, an entry of the settings wins over a row of its name. Raises GuardError for one
    that beat can't read.
    """
    __tracebackhide__ = True
    configured = app.conf.beat_schedule or {}
    if not isinstance(configured, Mapping):
        raise GuardError(
            f"beat_schedule is {configured!r}, but it must be a dict of entries."
        )
    are_rows = has_rows() and DATABASE_SCHEDULER in str(app.conf.beat_scheduler)
    for name, spec in configured.items():
        parts, is_on = rows.of_setting(name, spec) if are_rows else (spec, True)
        if is_on:
            yield (name, repr(spec)), entry_of(app, name, parts, now)
    if has_rows():
        yield from rows.entries_of(app, now, set(configured), must=are_rows)


def has_rows() -> bool:
    """Whether django-celery-beat is one of the project's Django apps."""
    if "django.apps" not in sys.modules:
        return False
    from django.apps import apps

    return bool(apps.ready) and bool(apps.is_installed("django_celery_beat"))


def entry_of(app: Any, name: str, spec: Any, now: datetime) -> Any:
    """An entry as beat makes it of a setting."""
    __tracebackhide__ = True
    if why := wrong_in(app, spec):
        raise GuardError(cant_read(name, why))
    try:
        entry = ScheduleEntry(
            **{**dict(spec), "name": name, "last_run_at": now, "app": app}
        )
    except Exception as error:
        raise GuardError(cant_read(name, str(error))) from error
    if entry.schedule is None or not entry.task:
        missing = "schedule" if entry.schedule is None else "task"
        raise GuardError(cant_read(name, f"it has no {missing}"))
    check_pause(name, entry.schedule)
    return entry


def check_pause(name: str, schedule: Any) -> None:
    """Raise GuardError for a schedule of no seconds, or fewer: beat would only send that entry."""
    every = getattr(schedule, "run_every", None)
    if isinstance(every, timedelta) and every <= timedelta():
        raise GuardError(
            f"the schedule of the entry {name!r} of beat_schedule is {every.total_seconds():g}"
            " seconds, so beat would send it again and again without a pause."
        )


def wrong_in(app: Any, spec: Any) -> str:
    """What is wrong with the keys of an entry and their types; empty if nothing is."""
    if isinstance(spec, ScheduleEntry):
        return ""
    if not isinstance(spec, Mapping):
        return f"it is {spec!r}, but it must be a dict"
    for key in spec:
        if key not in TAKEN:
            hint = did_you_mean(closest(str(key), KEYS), f" It has {', '.join(KEYS)}")
            return f"it has the unknown key {key!r}.{hint}"
    for key, (kinds, told) in TYPES.items():
        value = spec.get(key)
        if value is not None and not isinstance(value, kinds):
            name = getattr(value, "name", None)
            hint = f".{did_you_mean(name)}" if name in app.tasks else ""
            return f"its {key} is {value!r}, but it must be {told}{hint}"
    return ""


def cant_read(name: str, why: str) -> str:
    """What beat would log as it starts."""
    return f"beat can't read the entry {name!r} of beat_schedule: {why}"
