"""What the worker tells of each task, written into the log; also sent, if code listens."""

from __future__ import annotations

from functools import cached_property
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
    """Has what Celery's consumer asks of celery.events.EventDispatcher.

    ``groups`` are those that remote control has enabled.
    """

    enabled = True

    def __init__(self, world: World, consumer: Any) -> None:
        self._world = world
        self._consumer = consumer
        self.groups = {"worker"}

    def send(self, type: str, uuid: str | None = None, **fields: Any) -> None:
        """Note an event of a task; the worker's own ones are of no interest."""
        state = STATES.get(type)
        if state and uuid:
            meta = fields.get("exception") or fields.get("result")
            self._world.record(uuid, state, "worker", meta, fields.get("traceback"))
            if self._is_heard(uuid):
                self._dispatcher.send(type, uuid=uuid, **fields)

    def begin_anew(self) -> None:
        """Forget what remote control has enabled."""
        self.groups = {"worker"}

    def flush(self, *args: Any, **kwargs: Any) -> None:
        """Nothing is buffered; the same holds for the rest of the interface."""

    close = enable = disable = extend_buffer = flush

    def _is_heard(self, task_id: str) -> bool:
        """Whether the worker sends events of a task, and a receiver is connected."""
        table = self._consumer.task_consumer.channel.get_table(self._exchange)
        if not table or task_id not in self._world.latest:
            return False
        app = self._consumer.app
        task = app.tasks.get(self._world.latest[task_id].task)
        is_on = app.conf.worker_send_task_events or "task" in self.groups
        return is_on and getattr(task, "send_events", True)

    @cached_property
    def _exchange(self) -> str:
        name: str = self._consumer.app.conf.event_exchange
        return name

    @cached_property
    def _dispatcher(self) -> Any:
        consumer = self._consumer
        return consumer.app.events.Dispatcher(
            consumer.connection, hostname=consumer.hostname
        )
