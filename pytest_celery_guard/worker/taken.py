"""What a worker takes, holds and drops: messages by their queue, their tag and their task."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from celery.worker import state as worker_state
from kombu.utils.functional import maybe_list
from kombu.utils.json import loads

from pytest_celery_guard.basics.restoring import put_back
from pytest_celery_guard.private import kombu as private_kombu
from pytest_celery_guard.sends.messages import Message
from pytest_celery_guard.world import story
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


def keep_revoked() -> Callable[[], None]:
    """Remember what is revoked now; return the way back to it, which can be gone many times."""
    revoked, stamps = list(worker_state.revoked), dict(worker_state.revoked_stamps)

    def way_back() -> None:
        worker_state.revoked.clear()
        worker_state.revoked.update(revoked)
        put_back(worker_state.revoked_stamps, stamps)

    return way_back


def values_of(stamp: Any) -> list[Any]:
    """A stamp may be one value or a list of them."""
    return list(maybe_list(stamp) or ())


class Unacked(NamedTuple):
    """What happens to a delivered message when its time is over."""

    world: World
    message: Message
    delivery_tag: str

    def __call__(self) -> None:
        """Deliver it again if the worker still has it: both run in the end."""
        impatience = self.world.faults.impatience
        if impatience is not None and self.is_unacked():
            impatience.struck += 1
            self.world.messages.put_back(self.world.copy_of(self.message, redelivered=True))

    def is_unacked(self) -> bool:
        """Whether the worker has neither acknowledged nor rejected it."""
        channel = self.world.worker.consumer.task_consumer.channel
        return private_kombu.is_unacked(channel, self.delivery_tag)


class TellsOfMessages:
    """What a worker can be asked about messages."""

    consumer: Any
    _world: World
    has_revoked = staticmethod(has_revoked)

    def reads(self, queue: str) -> bool:
        """Whether the worker takes messages from a queue, be it for a bootstep of the app."""
        return private_kombu.has_consumer(self.consumer.connection.transport, queue)

    def has_unacked(self, message: Message) -> bool:
        """Whether a message was received, and neither acknowledged nor rejected."""
        tag = loads(message.raw)["properties"]["delivery_tag"]
        return Unacked(self._world, message, tag).is_unacked()

    def holds_one_for_later(self) -> bool:
        """Whether a Strategy of a task's own has a message whose time is still to come."""
        now = self._world.clock.now()
        return any(
            (story.due_of(each) or now) > now and self.has_unacked(each)
            for each in self._world.delivered.values()
        )
