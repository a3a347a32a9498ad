"""What the worker tells of each task, written into the log in place of a broker."""

from __future__ import annotations

from typing import Any

from pytest_celery_guard.world.world import World

STATES = {
    "task-received": "RECEIVED",
    "task-started": "ACCEPTED",
    "task-succeeded": "SUCCESS",
    "task-failed": "FAILURE",
    "task-retried": "RETRY",
    "task-revoked": "REVOKED",
    "task-rejected": "REJECTED",
}
"""Celery's event types. ACCEPTED: a pool process took the task, tracked or not."""


class Events:
    """Has what Celery's consumer asks of celery.events.EventDispatcher."""

    enabled = True
    groups: frozenset[str] = frozenset()

    def __init__(self, world: World) -> None:
        self._world = world

    def send(self, type: str, uuid: str | None = None, **fields: Any) -> None:
        """Note an event of a task; the worker's own ones are of no interest."""
        state = STATES.get(type)
        if state and uuid:
            meta = fields.get("exception") or fields.get("result")
            self._world.record(uuid, state, "worker", meta, fields.get("traceback"))

    def flush(self, *args: Any, **kwargs: Any) -> None:
        """Nothing is buffered; the same holds for the rest of the interface."""

    close = enable = disable = extend_buffer = flush
