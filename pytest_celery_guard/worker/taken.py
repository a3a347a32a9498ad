"""What a worker takes, holds and drops: messages by their queue, their tag and their task."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from celery.worker import state as worker_state
from kombu.utils.functional import maybe_list
from kombu.utils.json import loads

from pytest_celery_guard.sends.messages import Message
from pytest_celery_guard.worker.unacked import Unacked
from pytest_celery_guard.world.world import World


def has_revoked(task_id: str, headers: Mapping[str, Any]) -> bool:
    """Whether a task was revoked, by its id or by a stamp of its message."""
    if task_id in worker_state.revoked:
        return True
    stamps = headers.get("stamps") or {}
    return any(
        not set(values_of(stamps.get(name))).isdisjoint(values_of(revoked))
        for name, revoked in worker_state.revoked_stamps.items()
    )


def values_of(stamp: Any) -> list[Any]:
    """A stamp may be one value or a list of them."""
    return list(maybe_list(stamp) or ())


class TellsOfMessages:
    """What a worker can be asked about messages."""

    consumer: Any
    _world: World
    has_revoked = staticmethod(has_revoked)

    def reads(self, queue: str) -> bool:
        """Whether the worker takes messages from a queue."""
        return bool(self.consumer.task_consumer.consuming_from(queue))

    def has_unacked(self, message: Message) -> bool:
        """Whether a message was received, and neither acknowledged nor rejected."""
        tag = loads(message.raw)["properties"]["delivery_tag"]
        return Unacked(self._world, message, tag).is_unacked()
