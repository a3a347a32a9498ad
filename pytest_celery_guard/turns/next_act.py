"""What the worker does next: a task whose time has come, or a message that waits."""

from __future__ import annotations

from collections.abc import Callable
from random import Random

from pytest_celery_guard.sends.messages import Message, Messages
from pytest_celery_guard.turns.timer import Scheduled, VirtualTimer
from pytest_celery_guard.world.parts import Wanted

Act = Callable[[], object]


def first_due(
    timer: VirtualTimer, messages: Messages, wanted: Wanted | None
) -> Act | Message | None:
    """The first entry of the timer that is due, else the first message; None without any."""
    entry: Act | None = timer.take_due(_of_scheduled(wanted))
    return messages.take(_of_message(wanted)) if entry is None else entry


def any_due(
    timer: VirtualTimer, messages: Messages, wanted: Wanted | None, order: Random
) -> Act | Message | None:
    """One of all entries that are due and all messages of the first rank, as ``order`` draws."""
    due = list(timer.due(_of_scheduled(wanted)))
    waiting = messages.first(_of_message(wanted))
    if not due and not waiting:
        return None
    at = order.randrange(len(due) + len(waiting))
    if at < len(due):
        entry: Act = timer.take(due[at])
        return entry
    drawn = waiting[at - len(due)]
    return messages.take(lambda each: each is drawn)


def is_meant(wanted: Wanted | None, message: Message) -> bool:
    """Whether a message is for a task that is wanted."""
    return wanted is None or wanted(message.task_id, message.task, message.queue)


def _of_message(wanted: Wanted | None) -> Callable[[Message], bool] | None:
    return None if wanted is None else lambda each: is_meant(wanted, each)


def _of_scheduled(wanted: Wanted | None) -> Callable[[Scheduled], bool] | None:
    if wanted is None:
        return None

    def is_wanted(scheduled: Scheduled) -> bool:
        request = scheduled.request
        queue = request.delivery_info.get("routing_key", "")
        return wanted(request.id, request.name, queue)

    return is_wanted
