"""All that happened to the tasks of one test, in order, from three sources."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING, Literal, NamedTuple

from pytest_celery_guard.basics.secrets import masked_told

if TYPE_CHECKING:
    from pytest_celery_guard.sends.send import Send

Source = Literal["sent", "worker", "stored", "dropped"]


class Transition(NamedTuple):
    """One moment in a task's life.

    ``source`` tells who knows of it: the broker (``sent``), the worker's own events
    (``worker``), the result backend (``stored``: readable by an ``AsyncResult``), or a result
    that is gone (``dropped``: expired or forgotten). ``at`` is a moment of the virtual clock, in
    UTC. ``meta`` is the stored result, progress or exception; ``traceback`` is its text.
    ``retry`` is the message that a RETRY has sent: its arguments, its eta, its number of retries.
    """

    task_id: str
    state: str
    at: datetime
    source: Source
    meta: object = None
    traceback: str | None = None
    retry: Send | None = None

    def __repr__(self) -> str:
        fields = zip(self._fields, self, strict=True)
        told = ", ".join(f"{name}={value!r}" for name, value in fields)
        return masked_told(f"Transition({told})")


class Log:
    """Transitions in the order they happened, found again by task id."""

    def __init__(self) -> None:
        self._all: list[Transition] = []
        self._of: dict[str, list[Transition]] = {}

    def __iter__(self) -> Iterator[Transition]:
        return iter(self._all)

    def since(self, before: int) -> list[Transition]:
        """What has happened since so many transitions were there."""
        return self._all[before:]

    def __len__(self) -> int:
        return len(self._all)

    def add(self, transition: Transition) -> None:
        """Note what just happened."""
        self._all.append(transition)
        self._of.setdefault(transition.task_id, []).append(transition)

    def of(self, task_id: str) -> list[Transition]:
        """What happened to one task."""
        return self._of.get(task_id, [])

    def ids(self) -> list[str]:
        """Ids of all tasks that something happened to, the first one first."""
        return list(self._of)

    def clear(self) -> None:
        """Forget everything."""
        self._all.clear()
        self._of.clear()
