"""Where the tasks were sent from that went out while no guard was on."""

from __future__ import annotations

from typing import Any

from celery.signals import before_task_publish

from pytest_celery_guard.callers import line_of_the_user
from pytest_celery_guard.refusals.guarded import ON

KEPT = 10_000
"""So many ids are remembered, the latest ones."""

_places: dict[str, str] = {}


def remember() -> None:
    """From now on, to the end of the process, note each send that no guard sees."""
    before_task_publish.connect(_note, weak=False, dispatch_uid=__name__)


def place_of(task_id: object) -> str | None:
    """The line that sent a task; None if it is not known."""
    return _places.get(str(task_id))


def _note(headers: Any = None, body: Any = None, **_: object) -> None:
    if ON:
        return
    told = headers if headers and "id" in headers else body  # protocol 1 has it in the body
    task_id = told.get("id") if isinstance(told, dict) else None
    if task_id:
        _places[task_id] = line_of_the_user()
        if len(_places) > KEPT:
            del _places[next(iter(_places))]
