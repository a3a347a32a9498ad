"""The map for programs: one JSON document."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flake8_celery_get import __version__
from flake8_celery_get.cli.reports.document import dumped

if TYPE_CHECKING:
    from flake8_celery_get.model.picture.shape import (
        App,
        Caller,
        Cycle,
        Picture,
        Place,
        Send,
        Setting,
        Step,
        Task,
        Wait,
    )

FORMAT_VERSION = 1


def document(picture: Picture) -> dict[str, object]:
    """Return the picture as JSON-able data; lines count from 1."""
    return {
        "version": FORMAT_VERSION,
        "tool": f"celery-guard {__version__}",
        "project": picture.name,
        "apps": [_app(app) for app in picture.apps],
        "tasks": [_task(task) for task in picture.tasks],
        "callers": [_caller(caller) for caller in picture.callers],
        "sends": [_send(send) for send in picture.sends],
        "waits": [_wait(wait) for wait in picture.waits],
        "cycles": [_cycle(cycle) for cycle in picture.cycles],
    }


def render(picture: Picture) -> str:
    """Return the document as text."""
    return dumped(document(picture))


def _place(place: Place | None) -> dict[str, object]:
    return {
        "path": place.path if place else None,
        "line": place.line if place else None,
    }


def _app(app: App) -> dict[str, object]:
    return {
        "id": app.id,
        "label": app.label,
        **_place(app.place),
        "broker": _setting(app.broker),
        "backend": _setting(app.backend),
    }


def _setting(setting: Setting) -> dict[str, object]:
    return {
        "state": setting.state,
        "value": setting.value or None,
        "may_differ": setting.may_differ,
    }


def _task(task: Task) -> dict[str, object]:
    return {
        "id": task.id,
        "name": task.name,
        "label": task.label,
        **_place(task.place),
        "app": task.app or None,
        "ignores_result": task.ignores_result,
        "tracks_started": task.tracks_started,
    }


def _caller(caller: Caller) -> dict[str, object]:
    return {
        "id": caller.id,
        "kind": caller.kind,
        "name": caller.name,
        "label": caller.label,
        **_place(caller.place),
        "when": caller.when or None,
    }


def _send(send: Send) -> dict[str, object]:
    return {
        "from": send.sender,
        "to": send.task,
        **_place(send.place),
        "through": [_step(step) for step in send.through],
        "sent_at": _place(send.sent_at),
    }


def _wait(wait: Wait) -> dict[str, object]:
    return {
        "from": wait.waiter,
        "to": wait.task or None,
        **_place(wait.place),
        "through": [_step(step) for step in wait.through],
        "read_at": _place(wait.read_at),
        "polls": wait.polls,
        "inside_task": wait.in_task,
    }


def _step(step: Step) -> dict[str, object]:
    return {"name": step.name, **_place(step.place)}


def _cycle(cycle: Cycle) -> dict[str, object]:
    return {"kind": "wait" if cycle.waits else "send", "tasks": list(cycle.tasks)}
