"""What the journal tells of one test: sends, states, and what is still to be received."""

from __future__ import annotations

import base64
import threading
import time
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from pytest_celery_guard.basics.clock import Clock, as_datetime
from pytest_celery_guard.findings.allowed import Allowed
from pytest_celery_guard.findings.doubts import Doubt
from pytest_celery_guard.findings.external import External
from pytest_celery_guard.findings.findings import Findings
from pytest_celery_guard.findings.misuse import Misuse
from pytest_celery_guard.real_worker.processes.journal import Entry, Journal
from pytest_celery_guard.real_worker.processes.sends import message_of
from pytest_celery_guard.real_worker.stand_ins import Stored, WaitingWorker
from pytest_celery_guard.sends.messages import Message
from pytest_celery_guard.sends.send import Send
from pytest_celery_guard.values.log import (
    Log,
    Source,
    Transition,
)
from pytest_celery_guard.values.retries import Retries, is_retry
from pytest_celery_guard.values.sent import Sent
from pytest_celery_guard.values.states import READY_STATES, last_stored
from pytest_celery_guard.watching.places import Place
from pytest_celery_guard.watching.sends import ignores_result, note_send
from pytest_celery_guard.world.played import Played

POLL = 0.01
"""Seconds between two looks into the journal."""

TELLING_SECONDS = 2
"""How long a busy worker may take from a stored result to its own word of it."""


class Drain(NamedTuple):
    """When it was, in epoch seconds, and whether it waited for what had its time later."""

    begin: float
    end: float
    waits: bool


class Observed(Findings):
    """Has the parts of a World that tell what became of tasks, and what this process did wrong.

    ``ran`` counts the tasks that a pool process took. ``entries`` counts all that was read.
    ``worker`` knows what waits in the worker, as of the last time that it was asked. ``lock``:
    one thread at a time reads the journal and drives the worker. ``drains`` are those that ran
    all that was due.
    """

    def __init__(self, app: Any, journal: Journal, backend: Any) -> None:
        self.app = app
        self.log = Log()
        self.sends: list[Send] = []
        self.errors: list[str] = []
        self.overruns: list[str] = []  # a worker ends what takes too long
        self.breaches: list[str] = []
        self.misuses: dict[Misuse, list[str]] = {}
        self.doubts: list[Doubt] = []
        self.allowed = Allowed()
        self.external = External()
        self.senders: dict[str, Place | None] = {}
        self.ignored: set[str] = set()
        self.seen: set[str] = set()
        self.read: set[str] = set()
        self.store = Stored(backend)
        self.clock = Clock()  # real time: nothing is skipped
        self.faults = Played()  # none: they are for step mode
        self.worker = WaitingWorker()
        self.lock = threading.RLock()
        self.drains: list[Drain] = []
        self.ran = 0
        self.entries = 0
        self._journal = journal
        self._backend = backend
        self._to_receive: Counter[str] = Counter()
        self.latest: dict[str, Send] = {}
        self.delivered: dict[str, Message] = {}
        self.lost: dict[str, str] = {}
        self._retries = Retries()
        self._messages: dict[str, Message] = {}

    def look_at(self, task_id: str) -> None:
        """The test knows of a failure now."""
        self.seen.add(task_id)

    def refresh(self) -> None:
        """Take in what was written since."""
        with self.lock:
            for entry in self._journal.read():
                self.entries += 1
                getattr(self, f"_{entry.kind}")(entry)

    def catch_up(self) -> None:
        """Take in all there is to know of tasks that are over: the worker tells last."""
        deadline = time.monotonic() + TELLING_SECONDS
        self.refresh()
        while any(map(is_untold, map(self.log.of, self.log.ids()))):
            if time.monotonic() > deadline:
                return
            time.sleep(POLL)
            self.refresh()

    def published(self, message: Mapping[str, Any]) -> None:
        """Called with each message that this process has sent."""
        note_send(self, message)
        self.refresh()

    def is_finished(self, task_id: str) -> bool:
        """Whether the result of a task is stored."""
        self.refresh()
        return last_stored(self.log.of(task_id)) in READY_STATES

    def was_asked_for(self, task_id: str, at: datetime) -> bool:
        """Whether the test has asked for what a task did at a moment."""
        moment, waited = at.timestamp(), self.waited(task_id)
        return any(
            each.begin <= moment <= each.end and (each.waits or not waited)
            for each in self.drains
        )

    def waited(self, task_id: str) -> bool:
        """Whether a task waited for its time before its last run."""
        send = self.latest.get(task_id)
        return send is not None and send.eta is not None

    @property
    def messages(self) -> list[Message]:
        """What waits in the broker."""
        return [self._messages[send.id] for send in self.not_received]

    @property
    def not_received(self) -> list[Send]:
        """Messages that no worker has taken, but for those of other services."""
        waiting = (
            self.latest[each] for each, count in self._to_receive.items() if count > 0
        )
        return [each for each in waiting if not self.is_elsewhere(each.task)]

    @property
    def queues(self) -> set[str]:
        """All queues that a message for this app went to."""
        sends = self.latest.values()
        return {each.queue for each in sends if not self.is_elsewhere(each.task)}

    @property
    def queues_elsewhere(self) -> set[str]:
        """The queues that only messages for other services went to."""
        sends = self.latest.values()
        elsewhere = {each.queue for each in sends if self.is_elsewhere(each.task)}
        return elsewhere - self.queues

    def record(
        self, task_id: str, state: str, source: Source, meta: object = None, /
    ) -> None:
        """Note that a result is gone."""
        self._journal.write(source, task_id)
        self.refresh()

    def _sent(self, entry: Entry) -> None:
        message = message_of(entry)
        send = Send(message, as_datetime(entry.at))
        self._messages[send.id] = message
        self._to_receive[send.id] += 1
        self.latest[send.id] = send
        if ignores_result(self.app, send.headers):
            self.ignored.add(send.id)
        if is_retry(send.headers, send, self.log):
            self._retries.add(send)
        else:
            self.sends.append(send)
            self._record(entry, "PENDING", "sent")

    def _received(self, entry: Entry) -> None:
        self._to_receive[entry.task_id] -= 1

    def _requeued(self, entry: Entry) -> None:
        self._to_receive[entry.task_id] += 1

    def _told(self, entry: Entry) -> None:
        if entry.task_id not in self._messages:  # a straggler of the test before
            return
        state, more = entry.more["state"], entry.more
        self.ran += state == "ACCEPTED"
        self._record(entry, state, "worker", more["meta"], more["traceback"])

    def _stored(self, entry: Entry) -> None:
        value = base64.b64decode(entry.more["meta"])
        meta = self._backend.meta_from_decoded(self._backend.decode(value))
        self._record(
            entry, entry.more["state"], "stored", meta["result"], meta["traceback"]
        )

    def _dropped(self, entry: Entry) -> None:
        self._record(entry, "PENDING", "dropped")

    def _error(self, entry: Entry) -> None:
        self.errors.append(entry.more["text"])

    def _record(
        self,
        entry: Entry,
        state: str,
        source: Source,
        meta: object = None,
        traceback: str | None = None,
    ) -> None:
        at, task_id = as_datetime(entry.at), entry.task_id
        retry = self._retries.next_of(task_id, source) if state == "RETRY" else None
        self.log.add(Transition(task_id, state, at, source, meta, traceback, retry))


def is_untold(transitions: Sequence[Transition]) -> bool:
    """Whether a task has run, its result is stored, and the worker has still to say so."""
    if last_stored(transitions) not in READY_STATES:
        return False
    told = [each.state for each in transitions if each.source == "worker"]
    return bool(told) and told[-1] == "ACCEPTED"


def ids_in(log: Log, sent: Sent | Iterable[Send]) -> set[str]:
    """All tasks that a test knows of."""
    return {*log.ids(), *(send.id for send in sent)}
