"""A message is delivered twice, or late: no broker promises more than "at least once"."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from pytest_celery_guard.basics.clock import seconds_of
from pytest_celery_guard.errors import GuardError
from pytest_celery_guard.faults.telling import told
from pytest_celery_guard.sends.messages import Message
from pytest_celery_guard.turns.choosing import ids_of, wanted_by
from pytest_celery_guard.world import story
from pytest_celery_guard.world.engine import StepMode, in_step_mode
from pytest_celery_guard.world.played import Impatience
from pytest_celery_guard.world.world import World


class DeliversAgain(StepMode):
    """What a handle has to let the broker deliver otherwise."""

    @in_step_mode
    def redeliver(self, result: Any) -> None:
        """Let the broker deliver a task, or all of a group, once more, at the front.

        As after a connection that was lost before the acknowledgement: the worker finds
        ``redelivered`` in ``request.delivery_info``. Raises GuardError for one that still waits.
        """
        __tracebackhide__ = True
        for message in [_delivered(self._world, each) for each in ids_of(result)]:
            deliver_again(self._world, message)
        self._world.faults.add(told("redeliver", result))

    @in_step_mode
    def duplicate(self, result: Any) -> None:
        """Put a second copy of a task's message, or of all of a group, into its queue.

        As after a publisher that never heard that the broker had it, and sent it again: both
        copies have one task id, and none is marked. Raises GuardError for one never sent.
        """
        __tracebackhide__ = True
        for message in [_any_of(self._world, each) for each in ids_of(result)]:
            self._world.messages.put(self._world.copy_of(message, redelivered=False))
        self._world.faults.add(told("duplicate", result))

    @in_step_mode
    def redeliver_unacked(self, delta: timedelta | None = None, **parts: float) -> None:
        """From now on deliver again what is not acknowledged in time, as Redis does.

        The time is the app's ``visibility_timeout`` of ``broker_transport_options``, one hour
        unless set, or the one given: ``redeliver_unacked(minutes=30)``.
        """
        __tracebackhide__ = True
        seconds = self._world.visibility_timeout
        if delta is not None or parts:
            seconds = seconds_of("redeliver_unacked", delta, parts)
        impatience = Impatience(told("redeliver_unacked", seconds=seconds), seconds=seconds)
        self._world.faults.faults.append(impatience)
        self._world.faults.impatience = impatience

    @in_step_mode
    def delay_delivery(
        self, what: object, delta: timedelta | None = None, **parts: float
    ) -> None:
        """Hold back messages that wait, for some virtual time: ``delay_delivery(charge, hours=1)``.

        ``what`` is a task, a name, a result, or a list of them. Raises GuardError when none
        of their messages waits.
        """
        __tracebackhide__ = True
        seconds = seconds_of("delay_delivery", delta, parts)
        messages = list(_taken(self._world, what))
        if not messages:
            raise GuardError(f"{told('delay_delivery', what)}: it has no waiting message.")
        for message in messages:
            self._world.worker.hold_back(message, seconds)
        self._world.faults.add(told("delay_delivery", what, seconds=seconds))


def deliver_again(world: World, message: Message) -> None:
    """Put a message back in front, marked as delivered before."""
    world.messages.put_back(world.copy_of(message, redelivered=True))


def _delivered(world: World, task_id: str) -> Message:
    __tracebackhide__ = True
    if task_id not in world.delivered:
        name = story.task_name(world, task_id)
        raise GuardError(
            f"redeliver: {name} was never delivered, so it can't be delivered again. Run it"
            " first, or use duplicate(result) to put a second copy into its queue."
        )
    return world.delivered[task_id]


def _any_of(world: World, task_id: str) -> Message:
    __tracebackhide__ = True
    waiting = {each.task_id: each for each in world.messages}
    found = waiting.get(task_id) or world.delivered.get(task_id)
    if found is None:
        raise GuardError(f"duplicate: no task was sent with the id {task_id}.")
    return found


def _taken(world: World, what: object) -> Iterator[Message]:
    wanted = wanted_by(None, what) or (lambda *_: True)
    while message := world.messages.take(
        lambda each: wanted(each.task_id, each.task, each.queue)
    ):
        yield message
