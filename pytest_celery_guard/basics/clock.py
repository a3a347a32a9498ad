"""The worker's clock: process time plus what the test has skipped.

Publishers stay on process time; the worker runs ahead by an offset. So nothing of Celery or
of the user's code is patched, and time-machine and freezegun move both clocks.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from datetime import datetime, timedelta, timezone
from math import isfinite

from pytest_celery_guard.basics.meant import closest, did_you_mean

PARTS = ("weeks", "days", "hours", "minutes", "seconds", "milliseconds", "microseconds")
"""The arguments of a timedelta."""

TOO_LONG = ("months", "month", "years", "year")
"""What a timedelta can't be told in, though the names look like those of its arguments."""

SAME_MOMENT = 1e-5
"""An eta is text with microseconds, and epoch seconds are floats: both round, in seconds."""


class Clock:
    """Process time plus ``offset`` seconds."""

    __slots__ = ("offset",)

    def __init__(self) -> None:
        self.offset = 0.0

    def now(self) -> float:
        """Seconds since the epoch, as the worker sees them."""
        # Looked up at each call: time-machine and freezegun put their own function there.
        return time.time() + self.offset

    def is_within(self, moment: float, offset: float) -> bool:
        """Whether a moment in epoch seconds is reached when so much has been skipped."""
        return moment - (time.time() + offset) <= SAME_MOMENT

    def skip_to(self, moment: float) -> None:
        """Move forward to a moment in epoch seconds; never backwards."""
        self.offset += max(0.0, moment - self.now())


def as_datetime(moment: float) -> datetime:
    """An aware UTC datetime for epoch seconds."""
    return datetime.fromtimestamp(moment, timezone.utc)


def seconds_of(method: str, delta: timedelta | None, parts: Mapping[str, float]) -> float:
    """Seconds of a timedelta, or of its arguments. Raises TypeError, or ValueError below 0."""
    __tracebackhide__ = True
    if not isinstance(delta, timedelta | None):
        raise TypeError(
            f"{method} takes a timedelta or its parts: {method}(seconds={delta!r})"
        )
    if delta is None and not parts:
        raise TypeError(f"{method}() needs a time, such as {method}(minutes=1)")
    for name in parts:
        if name not in PARTS:
            close = closest(name, PARTS) if name not in TOO_LONG else None
            hint = did_you_mean(close, f" It has {', '.join(PARTS)}.", shown=str)
            raise TypeError(f"{method}({name}=…): a timedelta has no such part.{hint}")
        if isinstance(parts[name], bool) or not isinstance(parts[name], int | float):
            raise TypeError(f"{method}({name}={parts[name]!r}): it must be a number.")
        if not isfinite(parts[name]):
            raise ValueError(f"{method}({name}={parts[name]}): it must be a finite number.")
    seconds = ((delta or timedelta()) + timedelta(**parts)).total_seconds()
    if seconds < 0:
        raise ValueError(f"{method}: time goes forward only, not by {seconds} seconds")
    return seconds
