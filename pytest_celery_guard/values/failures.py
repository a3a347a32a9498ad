"""Tasks that failed, as the worker told it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from pytest_celery_guard.basics.secrets import masked_told
from pytest_celery_guard.values.log import Transition


@dataclass(frozen=True, slots=True, repr=False)
class Failure:
    """A task whose last run failed.

    ``exception`` is its repr, ``traceback`` its text, ``at`` a moment of the virtual clock.
    """

    id: str
    task: str
    exception: str
    traceback: str
    at: datetime

    def __repr__(self) -> str:
        told = f"id={self.id!r}, task={self.task!r}, exception={self.exception!r}"
        return masked_told(f"Failure({told}, at={self.at!r})")


def failure_of(transitions: Iterable[Transition], task: str) -> Failure | None:
    """The failure that a task's history ends with, if it does."""
    known = list(transitions)
    told = [each for each in known if each.source == "worker"]
    if not told or told[-1].state != "FAILURE":
        return None
    last = told[-1]
    stored = [each for each in known if each.source == "stored" and each.state == "FAILURE"]
    # The backend has the exception itself; the worker's event only has a text of it.
    exception = repr(stored[-1].meta) if stored else str(last.meta)
    return Failure(last.task_id, task, exception, last.traceback or "", last.at)
