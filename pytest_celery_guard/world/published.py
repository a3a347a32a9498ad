"""What is published, and which broker holds it: the part of a world that senders meet."""

from __future__ import annotations

import os
import time
from collections import deque
from collections.abc import Callable
from queue import Empty
from typing import Any

from kombu.utils.json import dumps

from pytest_celery_guard.basics.callers import line_of_the_user
from pytest_celery_guard.basics.clock import Clock, as_datetime
from pytest_celery_guard.errors import RealBrokerError
from pytest_celery_guard.explain import refusals
from pytest_celery_guard.findings.findings import Findings
from pytest_celery_guard.sends.decoding import task_in
from pytest_celery_guard.sends.messages import (
    Message,
    Messages,
    again,
)
from pytest_celery_guard.sends.send import Send
from pytest_celery_guard.values.log import (
    Log,
    Source,
    Transition,
)
from pytest_celery_guard.values.retries import is_retry, sent_since
from pytest_celery_guard.world.parts import Worker

FAILED_STATES = frozenset({"FAILURE", "REVOKED"})
"""As celery.states.PROPAGATE_STATES: a read raises for them."""


class Published(Findings):
    """Takes messages from producers, and notes each send and each change of a task.

    ``failed`` counts the failures that were stored. ``latest`` has the message of each task that
    was sent last.
    """

    worker: Worker
    clock: Clock
    messages: Messages
    others: Messages
    log: Log
    latest: dict[str, Send]
    failed: int
    process: int
    _rank: Callable[[str, int | None], int]
    _replies: dict[str, deque[str]]
    _queues: dict[str, str]
    _offsets: dict[object, float]
    _begun: dict[str, Send]

    def record(
        self,
        task_id: str,
        state: str,
        source: Source,
        meta: object = None,
        traceback: str | None = None,
    ) -> None:
        """Note a transition, now."""
        now, retry = as_datetime(self.clock.now()), None
        if state == "ACCEPTED":
            if task_id in self.latest:
                self._begun[task_id] = self.latest[task_id]
        elif state == "RETRY":
            retry = sent_since(self.latest.get(task_id), self._begun.get(task_id))
        elif source == "stored":
            self.failed += state in FAILED_STATES
        self.log.add(Transition(task_id, state, now, source, meta, traceback, retry))

    def publish(
        self, queue: str, message: dict[str, Any], raw: str, delay: float = 0.0
    ) -> None:
        """Take what a producer sends: a task, a remote command, or the answer to one.

        The broker holds it back for ``delay`` seconds. Raises RealBrokerError in a process that the
        test has forked, which has a world of its own.
        """
        if os.getpid() != self.process:
            raise RealBrokerError(refusals.forked(line_of_the_user()))
        if ".reply." in queue:
            self._replies.setdefault(queue, deque()).append(raw)
        elif queue.endswith(".pidbox"):
            self.worker.obey(queue, raw)  # a worker listens to remote control at all times
        else:
            self._accept(self._note_send(queue, message, raw), delay)

    def lose(self, message: dict[str, Any], raw: str, why: str) -> None:
        """Take note of a message that was sent, and that no queue got."""
        if any(task_in(message)):
            self.lost[self._note_send("", message, raw).task_id] = why

    def take(self, queue: str) -> str:
        """The next message of a queue, for who reads it beside the worker. Raises Empty."""
        if self._replies.get(queue):
            return self._replies[queue].popleft()
        for box in (self.others, self.messages):
            if message := box.take(lambda each: each.queue == queue):
                return message.raw
        raise Empty

    def in_queue(self, queue: str) -> list[Message]:
        """The messages of a queue, the next one first."""
        waiting = (*self.others, *self.messages)
        return [message for message in waiting if message.queue == queue]

    def purge(self, queue: str) -> int:
        """Drop all messages of a queue; return how many there were."""
        return self.others.purge(queue) + self.messages.purge(queue)

    def put_back(
        self, delivery_tag: str, message: dict[str, Any], *, at_end: bool = False
    ) -> None:
        """Requeue a delivered message at the front of its queue, or at its end."""
        returned = self._message(self._queues[delivery_tag], message, dumps(message))
        box = self._box_of(returned)
        (box.put if at_end else box.put_back)(returned)

    def queue_of(self, delivery_tag: str) -> str:
        """The queue that a message was in."""
        return self._queues[delivery_tag]

    def move(self, delivery_tag: str, queue: str, message: dict[str, Any]) -> None:
        """Put a delivered message, which the broker has changed, into another queue."""
        moved = self._message(queue, message, dumps(message))
        tag, copy = again(moved, redelivered=False)
        self._queues[tag], self._offsets[tag] = queue, self._offsets[delivery_tag]
        self._box_of(copy).put(copy)

    def copy_of(self, message: Message, *, redelivered: bool) -> Message:
        """A message once more, as the broker delivers it again or got it twice."""
        tag, copy = again(message, redelivered=redelivered)
        self._queues[tag] = message.queue
        self._offsets[tag] = message.offset
        return copy

    def offset_of(self, key: object) -> float:
        """How far the clock was ahead when a message, known by its delivery tag, was sent."""
        return self._offsets.get(key, 0.0)

    def _accept(self, message: Message, delay: float) -> None:
        if delay > 0:
            self.worker.hold_back(message, delay)
        else:
            self._box_of(message).put(message)

    def _box_of(self, message: Message) -> Messages:
        """Where a message waits: a worker leaves one that is no task in a queue of others."""
        is_mine = message.is_task or self.worker.reads(message.queue)
        return self.messages if is_mine else self.others

    def _note_send(self, queue: str, message: dict[str, Any], raw: str) -> Message:
        headers, properties = message.get("headers") or {}, message["properties"]
        tag, offset = properties["delivery_tag"], self.clock.offset
        self._queues[tag] = queue
        self._offsets[tag] = offset
        # A retry has the id and the expiry of the first send, and keeps its offset.
        self._offsets.setdefault((headers.get("id"), headers.get("expires")), offset)
        waiting = self._message(queue, message, raw)
        send = Send(waiting, as_datetime(time.time()))
        self.latest[waiting.task_id] = send
        if waiting.task_id and not is_retry(headers, send, self.log):
            self.sends.append(send)
            self.record(waiting.task_id, "PENDING", "sent")
        return waiting

    def _message(self, queue: str, message: dict[str, Any], raw: str) -> Message:
        properties = message["properties"]
        rank = self._rank(queue, properties.get("priority"))
        task, task_id = task_in(message)
        offset = self._offsets[properties["delivery_tag"]]
        return Message(queue, raw, task_id, task, rank, offset)
