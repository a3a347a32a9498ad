"""A message that the worker has and has not acknowledged, while the broker loses patience."""

from __future__ import annotations

from typing import NamedTuple

from pytest_celery_guard.private import kombu as private_kombu
from pytest_celery_guard.sends.messages import Message
from pytest_celery_guard.world.world import World


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
