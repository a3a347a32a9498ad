"""The values of one test's result backend, with the moments at which they expire."""

from __future__ import annotations

from pytest_celery_guard.basics.clock import Clock


class Store:
    """Keys and values that live until their time is over on the virtual clock."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._values: dict[str, tuple[bytes | str | int, float | None]] = {}

    def get(self, key: str) -> bytes | str | int | None:
        """The value of a key; None when there is none or its time is over."""
        value, until = self._values.get(key, (None, None))
        if until is not None and until <= self._clock.now():
            del self._values[key]
            return None
        return value

    def set(self, key: str, value: bytes | str | int, seconds: float | None) -> None:
        """Keep a value for some seconds; None or 0 means for ever."""
        self._values[key] = (value, self._until(seconds))

    def expire(self, key: str, seconds: float | None) -> None:
        """Give a key, if it is there, a new time to live."""
        if key in self._values:
            self._values[key] = (self._values[key][0], self._until(seconds))

    def increase(self, key: str) -> int:
        """Add one to a counter, which starts at 0, and return it."""
        value, until = self._values.get(key, (0, None))
        self._values[key] = (int(value) + 1, until)
        return int(value) + 1

    def delete(self, key: str) -> None:
        """Drop a key, if it is there."""
        self._values.pop(key, None)

    def clear(self) -> None:
        """Drop everything."""
        self._values.clear()

    def _until(self, seconds: float | None) -> float | None:
        return self._clock.now() + seconds if seconds else None
