"""The rows of django-celery-beat as entries on the virtual clock."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from datetime import datetime, timedelta, timezone
from functools import lru_cache
from typing import Any

from pytest_celery_guard.backends.app_results import NOT_ALLOWED

BEATS_OWN = frozenset({"name", "task", "args", "kwargs"})
"""Fields of a row that a setting has by the same name."""

LONG_AGO = timedelta(days=365 * 30)
"""As django_celery_beat.schedulers: so an entry runs at its start_time, and does not wait."""


def entries_of(
    app: Any, now: datetime, configured: set[str], *, must: bool
) -> Iterator[tuple[object, Any]]:
    """The rows that are enabled and have no name of a configured entry.

    None where the test may not use the database, unless they ``must`` be read.
    """
    from django_celery_beat.models import PeriodicTask

    try:
        models = list(
            PeriodicTask.objects.filter(enabled=True).exclude(name__in=configured)
        )
    except NOT_ALLOWED:
        if must:
            raise
        return
    for model in models:
        yield of_row(model), entry_of(app, model, now)


def of_setting(name: str, spec: Any) -> tuple[Any, bool]:
    """An entry of the settings without the fields of the row that it becomes; whether it is on.

    A row of its name keeps what the setting does not have.
    """
    from django_celery_beat.models import PeriodicTask

    known = spec if isinstance(spec, Mapping) else {}
    own = {each.name for each in PeriodicTask._meta.concrete_fields} - BEATS_OWN
    parts = {key: value for key, value in known.items() if key not in own}
    is_off = PeriodicTask.objects.filter(name=name, enabled=False)
    is_on = known["enabled"] if "enabled" in known else not is_off.exists()
    return (parts if known else spec), bool(is_on)


def of_row(model: Any) -> object:
    """What makes a row another entry when it is changed."""
    own = {"last_run_at", "total_run_count", "date_changed", "no_changes"}
    fields = (each.attname for each in model._meta.concrete_fields)
    values = tuple(getattr(model, each) for each in fields if each not in own)
    return values, repr(model.schedule)


def entry_of(app: Any, model: Any, now: datetime) -> Any:
    """A row as beat's entry; one that never ran is new at this moment."""
    if not model.last_run_at:
        model.last_run_at = now - LONG_AGO if model.start_time else now
    return entry_class()(model, app=app)


def keep(entry: Any) -> None:
    """Write that a row ran, as beat does."""
    from django.core.exceptions import ObjectDoesNotExist

    if hasattr(entry, "model"):
        with suppress(ObjectDoesNotExist):  # its task has deleted it
            entry.save()


@lru_cache(maxsize=1)
def entry_class() -> Any:
    """The class of entries, made once django-celery-beat can be imported."""
    from django.conf import settings
    from django_celery_beat.schedulers import ModelEntry

    class VirtualEntry(ModelEntry):
        """A row whose time is that of ``clock``."""

        clock: Callable[[], datetime] | None = None

        def _default_now(self) -> datetime:
            now = datetime.now(timezone.utc) if self.clock is None else self.clock()
            if getattr(settings, "DJANGO_CELERY_BEAT_TZ_AWARE", True):
                return now.astimezone(self.app.timezone)
            return now.astimezone(timezone.utc).replace(tzinfo=None)

        def __next__(self) -> Any:
            following = super().__next__()
            following.app = self.app
            return following

    return VirtualEntry
