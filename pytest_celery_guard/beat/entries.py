"""The entries of an app's schedule: those of its settings, and the rows of django-celery-beat."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from celery.beat import ScheduleEntry

from pytest_celery_guard.beat import rows
from pytest_celery_guard.errors import GuardError

DATABASE_SCHEDULER = "django_celery_beat"
"""In the setting ``beat_scheduler``: all entries are rows."""


def entries_of(app: Any, now: datetime) -> Iterator[tuple[object, Any]]:
    """Each entry, new at this moment, with what has to be the same for it to be no other one.

    As beat does, an entry of the settings wins over a row of its name. Raises GuardError for one
    that beat can't read.
    """
    __tracebackhide__ = True
    configured = app.conf.beat_schedule or {}
    for name, spec in configured.items():
        yield (name, repr(spec)), entry_of(app, name, spec, now)
    if has_rows():
        must = DATABASE_SCHEDULER in str(app.conf.beat_scheduler)
        yield from rows.entries_of(app, now, set(configured), must=must)


def has_rows() -> bool:
    """Whether django-celery-beat is one of the project's Django apps."""
    if "django.apps" not in sys.modules:
        return False
    from django.apps import apps

    return bool(apps.ready) and bool(apps.is_installed("django_celery_beat"))


def entry_of(app: Any, name: str, spec: Any, now: datetime) -> Any:
    """An entry as beat makes it of a setting."""
    __tracebackhide__ = True
    try:
        entry = ScheduleEntry(
            **{**dict(spec), "name": name, "last_run_at": now, "app": app}
        )
    except Exception as error:
        raise GuardError(cant_read(name, str(error))) from error
    if entry.schedule is None or not entry.task:
        missing = "schedule" if entry.schedule is None else "task"
        raise GuardError(cant_read(name, f"it has no {missing}"))
    return entry


def cant_read(name: str, why: str) -> str:
    """What beat would log as it starts."""
    return f"beat can't read the entry {name!r} of beat_schedule: {why}"
