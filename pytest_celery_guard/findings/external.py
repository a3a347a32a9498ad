"""Tasks of other services: their messages stay in the broker, and that is fine."""

from __future__ import annotations

from collections.abc import Iterable
from fnmatch import fnmatchcase

from pytest_celery_guard.errors import WrongForAppError


class External:
    """The names of such tasks, as patterns: ``billing.*``."""

    def __init__(self) -> None:
        self._patterns: list[str] = []

    def __bool__(self) -> bool:
        return bool(self._patterns)

    def __contains__(self, name: object) -> bool:
        return any(fnmatchcase(str(name), each) for each in self._patterns)

    def set(self, patterns: Iterable[str], own: Iterable[str]) -> None:
        """Take these patterns. Raises WrongForAppError for one that fits an own task."""
        __tracebackhide__ = True
        self._patterns[:] = patterns_in(patterns)
        for name in own if self else ():  # an app may have a thousand tasks
            if name in self and not name.startswith("celery."):
                pattern = next(each for each in self._patterns if fnmatchcase(name, each))
                raise WrongForAppError("external", pattern, own_task(name, pattern))

    def clear(self) -> None:
        """There are none."""
        self._patterns.clear()


def patterns_in(patterns: Iterable[str]) -> list[str]:
    """Patterns as a list; a text names them with commas or blanks between."""
    if isinstance(patterns, str):
        return patterns.replace(",", " ").split()
    return list(patterns)


def own_task(name: str, pattern: str) -> str:
    """What to write in place of a pattern for a task that the app has itself."""
    return (
        f"celery_guard's option external is {pattern!r}, and the app has the task {name} itself,"
        f" which would never run. Name other tasks, or write celery_guard.stub({name!r}) for it."
    )
