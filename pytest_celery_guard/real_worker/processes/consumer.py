"""The worker's side: what it receives, does and schedules is told; it takes what it is told to."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from typing import Any

from celery.worker import state as worker_state
from celery.worker.control import control_command
from kombu.message import Message
from kombu.utils.json import loads

from pytest_celery_guard.real_worker.processes.journal import Journal
from pytest_celery_guard.worker.events import STATES


def telling_consumer(base: type, journal: Journal) -> type:
    """A consumer class of the app's, which tells of what it receives."""

    class TellingConsumer(base):
        @property
        def event_dispatcher(self) -> Any:
            """Stands in for the one that sends to the broker."""
            return Events(journal)

        @event_dispatcher.setter
        def event_dispatcher(self, dispatcher: object) -> None:
            """Celery's own steps set it, and set it to None."""

        def create_task_handler(self, *args: Any, **kwargs: Any) -> Callable[..., None]:
            """Tell of each message, whatever becomes of it."""
            handle = super().create_task_handler(*args, **kwargs)

            def received(message: Any) -> None:
                handle(message)
                journal.write("received", str(id_of(message)))

            return received

        def on_decode_error(self, message: Any, exc: Exception) -> None:
            """Celery logs it and drops the message."""
            journal.write("error", text=f"the worker can't decode a message: {exc}")
            super().on_decode_error(message, exc)

        def on_unknown_message(self, body: Any, message: Any) -> None:
            """A message on a task queue that is no task."""
            journal.write(
                "error", text=f"the worker received a message that is not a task: {body!r}"
            )
            super().on_unknown_message(body, message)

        def on_invalid_task(self, body: Any, message: Any, exc: Exception) -> None:
            """A task message whose parts don't fit."""
            journal.write("error", text=f"the worker can't read a task message: {exc}")
            super().on_invalid_task(body, message, exc)

    return TellingConsumer


class Events:
    """Has what Celery's worker asks of celery.events.EventDispatcher; tells the journal."""

    enabled = True
    groups: frozenset[str] = frozenset()
    connection = None

    def __init__(self, journal: Journal) -> None:
        self._journal = journal

    def send(self, type: str, uuid: str | None = None, **fields: Any) -> None:
        """Note an event of a task."""
        if uuid and (state := STATES.get(type)):
            meta = fields.get("exception") or fields.get("result")
            traceback = fields.get("traceback")
            self._journal.write("told", uuid, state=state, meta=meta, traceback=traceback)

    def flush(self, *args: Any, **kwargs: Any) -> None:
        """Nothing is buffered; the same holds for the rest of the interface."""

    close = enable = disable = extend_buffer = flush
    on_enabled = on_disabled = property(lambda self: set())


def id_of(message: Any) -> object:
    """The task id of a delivered message; protocol 1 has it in the body."""
    headers = message.headers or {}
    if "id" in headers:
        return headers["id"]
    try:
        return loads(message.body)["id"]
    except Exception:
        return ""


def tell_of_requeues(journal: Journal) -> None:
    """A message that goes back is received once more."""
    reject, requeue = Message.reject, Message.requeue

    def telling_reject(self: Any, requeue: bool = False) -> Any:
        if requeue:
            journal.write("requeued", str(id_of(self)))
        return reject(self, requeue=requeue)

    def telling_requeue(self: Any) -> Any:
        journal.write("requeued", str(id_of(self)))
        return requeue(self)

    Message.reject, Message.requeue = telling_reject, telling_requeue


@control_command()
def celery_guard_listen(state: Any, queues: Iterable[str]) -> dict[str, str]:
    """Take messages from these queues, and from no others."""
    consumer = state.consumer
    wanted = set(queues)
    for queue in list(consumer.task_consumer.queues):
        if queue.name not in wanted:
            consumer.cancel_task_queue(queue.name)
    for name in sorted(wanted):
        consumer.add_task_queue(name)
    return {"ok": "listens"}


@control_command()
def celery_guard_busy(state: Any) -> dict[str, Any]:
    """Tasks that are under way, by id, and tasks that wait for their time."""
    under_way = {each.id: each.name for each in worker_state.reserved_requests}
    waiting = [
        {"id": request.id, "name": request.name, "due": due}
        for due, request in scheduled(state.consumer.timer)
    ]
    return {"under_way": under_way, "scheduled": waiting}


@control_command()
def celery_guard_hand_over(state: Any) -> dict[str, bool]:
    """Give back what waits for its time; tell whether no message can come any more."""
    consumer = state.consumer
    for request in unscheduled(consumer):
        request.reject(requeue=True)
    return {"rests": not consumer.connection.transport.may_get_more()}


@control_command()
def celery_guard_forget(state: Any) -> dict[str, str]:
    """Drop what waits for its time, and what is revoked: the test is over."""
    for request in unscheduled(state.consumer):
        request.acknowledge()
    worker_state.revoked.clear()
    return {"ok": "forgotten"}


def unscheduled(consumer: Any) -> Iterable[Any]:
    """What waits for its time, and waits no more."""
    for entry in list(consumer.timer.schedule.queue):
        request = request_of(entry)
        if request and not entry.entry.canceled:
            entry.entry.cancel()
            consumer.qos.decrement_eventually()
            yield request


def scheduled(timer: Any) -> Iterable[tuple[float, Any]]:
    """Moments in epoch seconds, and the requests that wait for them."""
    ahead = time.time() - time.monotonic()  # a timer counts in monotonic time
    for entry in list(timer.schedule.queue):
        request = request_of(entry)
        if request and not entry.entry.canceled:
            eta = request.eta
            yield eta.timestamp() if eta else entry.eta + ahead, request


def request_of(entry: Any) -> Any:
    """The request that a timer's entry is for; None for the worker's own business."""
    arguments = getattr(entry.entry, "args", ()) or ()
    first = arguments[0] if arguments else None
    return first if hasattr(first, "info") and hasattr(first, "task_id") else None
