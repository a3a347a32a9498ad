"""Tasks that this test knows nothing of: sent while no guard was on, or in an earlier test."""

from __future__ import annotations

from collections.abc import Collection
from itertools import islice
from typing import Any

from celery.signals import before_task_publish

from pytest_celery_guard.basics.callers import line_of_the_user

KEPT = 100
"""So many ids are remembered of each kind, the latest ones: a run may send millions."""

_places: dict[str, str] = {}
"""Where each task was sent from that no guard has seen."""

_of_tests: dict[str, None] = {}
"""Ids of tasks that were sent in tests that are over."""

_guards = 0


def remember() -> None:
    """From now on, to the end of the process, note each send that no guard sees."""
    before_task_publish.connect(_note, weak=False, dispatch_uid=__name__)


def is_on(change: int) -> None:
    """One guard more, or one less."""
    global _guards
    _guards += change


def is_over(task_ids: Collection[str]) -> None:
    """A test is over that sent these tasks."""
    latest = islice(task_ids, max(0, len(task_ids) - KEPT), None)
    _of_tests.update(dict.fromkeys(latest))
    forget_oldest(_of_tests)


def place_of(task_id: str) -> str | None:
    """The line that sent a task while no guard was on; None if it is not known."""
    return _places.get(task_id)


def is_of_another_test(task_id: str) -> bool:
    """Whether a task was sent in a test that is over."""
    return task_id in _of_tests


def forget_oldest(known: dict[str, Any]) -> None:
    """Keep as many as are to be kept."""
    while len(known) > KEPT:
        del known[next(iter(known))]


def _note(headers: Any = None, body: Any = None, **_: object) -> None:
    if _guards:
        return
    told = headers if headers and "id" in headers else body  # protocol 1 has it in the body
    task_id = told.get("id") if isinstance(told, dict) else None
    if task_id:
        _places[str(task_id)] = line_of_the_user()
        forget_oldest(_places)
