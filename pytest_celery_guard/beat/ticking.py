"""One entry of a schedule, asked for its moments as beat asks it, on a clock of its own."""

from __future__ import annotations

from copy import copy
from datetime import datetime, timezone
from typing import Any

from pytest_celery_guard.basics.clock import SAME_MOMENT, as_datetime
from pytest_celery_guard.errors import GuardError
from pytest_celery_guard.values.due import Due

SHORTEST = 0.001
"""Seconds between two looks at an entry that is not due and does not say when it will be."""

LONGEST = 300.0
"""As celery.beat.DEFAULT_MAX_INTERVAL: for a schedule of the user's that gives no number."""


def whole(moment: float) -> float:
    """A moment in whole microseconds, as schedules see it.

    Between two of them it would be rounded to either: a schedule that is a microsecond too early
    is not due yet, and the next look would be late, with all that follow.
    """
    return round(moment, 6)


def duplicate(value: Any) -> Any:
    """A copy with the same attributes: Celery's own ways to copy leave some out."""
    made = object.__new__(type(value))
    vars(made).update(vars(value))
    return made


class Ticking:
    """An entry of celery.beat. Its schedule finds the moment that is being looked at to be now."""

    def __init__(self, entry: Any, moment: float) -> None:
        self._moment = self._not_before = whole(moment)
        self._take(entry)

    @property
    def entry(self) -> Any:
        """The entry as it is now."""
        return self._entry

    def next_until(self, begin: float, end: float) -> float | None:
        """The first moment that it is due at, in epoch seconds; None if there is none by then."""
        __tracebackhide__ = True
        self._moment = max(whole(begin), self._not_before)
        while self._moment <= end + SAME_MOMENT:
            is_due, wait = self._ask()
            if is_due:
                break
            self._moment = whole(self._moment + max(wait, SHORTEST))
        self._not_before = self._moment
        return self._moment if self._moment <= end + SAME_MOMENT else None

    def fire(self, moment: float) -> Due:
        """Go on from a moment at which it was due; return what is sent."""
        entry, self._moment = self._entry, whole(moment)
        args, kwargs, options = entry.args or (), entry.kwargs or {}, entry.options or {}
        due = Due(entry.name, entry.task, tuple(args), {**kwargs}, {**options}, self._now())
        self._take(next(entry))
        return due

    def in_vain(self) -> Ticking:
        """The same entry, to see what will become due: nothing of it is kept."""
        entry = duplicate(self._entry)
        if hasattr(entry, "model"):
            entry.model = copy(entry.model)
            entry.model.save = lambda *args, **kwargs: None
        return Ticking(entry, self._not_before)

    def _take(self, entry: Any) -> None:
        """Take an entry, and let its schedule look at this clock."""
        self._entry, self._schedule = entry, duplicate(entry.schedule)
        entry.schedule, self._schedule.nowfun = self._schedule, self._now
        if hasattr(entry, "clock"):
            entry.clock = self._now

    def _now(self) -> datetime:
        zone = getattr(self._schedule, "tz", timezone.utc)
        return as_datetime(self._moment).astimezone(zone)

    def _ask(self) -> tuple[bool, float]:
        __tracebackhide__ = True
        try:
            is_due, wait = self._entry.is_due()
        except Exception as error:
            raise GuardError(
                f"the schedule of the entry {self._entry.name!r} fails in beat: {error!r}"
            ) from error
        return bool(is_due), wait if isinstance(wait, int | float) else LONGEST
