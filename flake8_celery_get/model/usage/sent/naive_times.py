"""Times without a time zone that are given to a send.

A worker takes each of them for UTC, whatever the app's time zone is
(`maybe_make_aware` in celery/utils/time.py).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from flake8_celery_get.model.flow.listener import Listener
from flake8_celery_get.model.noticed.notes import Note
from flake8_celery_get.model.sends.naive_now import NAIVE_NOW
from flake8_celery_get.model.values.arguments import with_unpacked
from flake8_celery_get.model.values.parts import options
from flake8_celery_get.model.values.values import (
    AppValue,
    External,
    Method,
    Signature,
    TaskValue,
    Value,
)

if TYPE_CHECKING:
    from flake8_celery_get.model.flow.frame import Frame
    from flake8_celery_get.model.flow.surroundings import Surroundings
    from flake8_celery_get.model.values.arguments import Given
    from flake8_celery_get.source import code

_TIMES = frozenset({"eta", "expires"})
_TAKES_TIMES = frozenset(
    {"apply_async", "apply_async_on_commit", "retry", "send_task", "set", "signature"}
)
_IS_UTC = re.compile(
    rb"""(?m)^\s*TIME_ZONE\s*=\s*["'](?:Etc/)?(?:UTC|GMT)["']|enable_utc\b\W{1,4}False"""
    rb"""|ENABLE_UTC\b\W{1,4}False|environ\[["']TZ["']\]"""
)
"""Text that sets the local time of all processes to UTC, or Celery to local time."""


@dataclass(frozen=True, slots=True)
class NaiveTime(Note):
    """A local time without a time zone that a send gets as ``option``."""

    option: str


@dataclass(slots=True)
class Times(Listener):
    """Hears of each send that is given a time."""

    found: dict[NaiveTime, set[bool]] = field(default_factory=dict)

    def called(
        self, frame: Frame, function: Value, given: tuple[Given, ...], node: code.Call
    ) -> None:
        """A call was evaluated."""
        for argument in with_unpacked(given, frame.scope.path):
            if argument.name in _TIMES and any(argument.at):
                is_send = all(_takes_times(frame, option) for option in options(function))
                is_naive = all(each == NAIVE_NOW for each in options(argument.value))
                path, within = frame.scope.path, frame.within
                note = NaiveTime(path, argument.at, within, argument.name)
                self.found.setdefault(note, set()).add(is_send and is_naive)

    def naive(self, world: Surroundings) -> Iterator[NaiveTime]:
        """The times that a worker takes for UTC, and that are local."""
        if any(not world.is_test(path) for path in world.project.celery_files(_IS_UTC)):
            return
        if self._is_utc_elsewhere(world):
            return
        for note, said in self.found.items():
            if said == {True}:
                yield note

    def _is_utc_elsewhere(self, world: Surroundings) -> bool:
        """Whether settings of Django that say nothing of Celery set local time to UTC."""
        project = world.project
        return bool(self.found) and any(
            _IS_UTC.search(project.source(path).text.encode())
            for path in project.mentioning({"TIME_ZONE"})
        )


def _takes_times(frame: Frame, function: Value) -> bool:
    if isinstance(function, External):
        name = function.path.rpartition(".")[2]
        return name == "apply_async" and frame.world.may_be_task(frame.scope, function.path)
    return (
        isinstance(function, Method)
        and function.name in _TAKES_TIMES
        and isinstance(function.owner, (TaskValue, Signature, AppValue))
    )
