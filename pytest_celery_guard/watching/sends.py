"""Remembers of each send where it was made, and whether its result will be stored."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

from pytest_celery_guard.private import celery as private
from pytest_celery_guard.sends.decoding import body_of
from pytest_celery_guard.watching import places
from pytest_celery_guard.watching.places import Place
from pytest_celery_guard.watching.reads import Watched, note_here


class Remembering(Watched, Protocol):
    """A world that remembers."""

    ignored: set[str]
    senders: dict[str, Place | None]


def note_send(world: Remembering, message: Mapping[str, Any]) -> None:
    """Called with each message that is published."""
    headers = message.get("headers") or {}
    task_id = headers.get("id") or message["properties"].get("correlation_id")
    if not task_id:
        return
    world.senders.setdefault(task_id, places.note_sent(task_id))
    if ignores_result(world.app, headers):
        world.ignored.add(task_id)
        if polls_chords(world.app) and body_of(message)["embed"].get("chord"):
            note_here(world, "CEL205", "unfinished")
    else:
        world.ignored.discard(task_id)


def ignores_result(app: Any, headers: Mapping[str, Any]) -> bool:
    """Whether the worker will store nothing for a message, not even a failure."""
    task = app.tasks.get(headers.get("task"))
    told = headers.get("ignore_result")
    own = getattr(task, "ignore_result", None)
    if getattr(task, "store_errors_even_if_ignored", False):
        return False
    if private.message_decides_to_ignore():
        return bool(own if told is None else told)
    return bool(own or told)


def polls_chords(app: Any) -> bool:
    """Whether the result backend needs a stored result of each part of a chord."""
    scheme = str(app.backend_cls or app.conf.result_backend).partition("://")[0]
    return scheme.startswith("db+") or scheme in {"file", "filesystem"}
