"""Reads a world: what was sent, and what became of it."""

from __future__ import annotations

import reprlib
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Literal

from pytest_celery_guard.account.record import (
    GONE,
    NEVER_SENT,
    OVER,
    SENT,
    STARTED,
    Moment,
    Record,
    SentTask,
    after,
)
from pytest_celery_guard.basics import secrets
from pytest_celery_guard.basics.clock import as_datetime
from pytest_celery_guard.explain.exceptions import first_line
from pytest_celery_guard.explain.misuses import in_one_line
from pytest_celery_guard.sends.decoding import moment
from pytest_celery_guard.world import story

if TYPE_CHECKING:
    from pytest_celery_guard.sends.send import Send
    from pytest_celery_guard.values.log import Transition
    from pytest_celery_guard.world.ledger import Ledger

NAMES = {"PENDING": SENT, "ACCEPTED": STARTED}
"""Words for what the log has as a state, and is none."""


def record_of(world: Ledger, *, brief: bool = False) -> Record:
    """All that happened in a test so far; a ``brief`` record knows no arguments and queues."""
    return _Reading(world, brief).record()


class _Reading:
    """Gives each task its place, in the order in which they are met."""

    def __init__(self, world: Ledger, brief: bool) -> None:
        self._world = world
        self._is_brief = brief
        self._default_queue = world.app.conf.task_default_queue
        self._began = next((each.at for each in world.log), as_datetime(world.clock.now()))
        self._places: dict[str, int] = {}
        self._tasks: list[SentTask] = []
        self._alone: set[str] = set()

    def record(self) -> Record:
        """Read the log, then what still waits."""
        if not self._is_brief:
            secrets.learn(self._world.sends)
        moments = tuple(self._moments())
        for task_id, due in self._waiting().items():
            at = self._place(task_id)
            self._tasks[at] = self._tasks[at]._replace(due=due)
            if not self._is_brief:
                again = self._other_arguments(at, self._world.latest.get(task_id))
                self._tasks[at] = self._tasks[at]._replace(retry_arguments=again)
        problems = map(secrets.masked_text, (*self._world.breaches, *self._problems()))
        end = self._seconds(as_datetime(self._world.clock.now()))
        faults = tuple(self._world.faults.told()) if self._tasks else ()
        findings = tuple(self._findings())
        return Record(tuple(self._tasks), moments, tuple(problems), findings, faults, end)

    def _problems(self) -> Iterator[str]:
        yield from self._world.errors
        yield from self._world.overruns
        failures = "".join(each.exception for each in story.failures(self._world))
        if hint := self._world.worker.starting.hint(failures):
            yield hint

    def _findings(self) -> Iterator[str]:
        yield from map(in_one_line, self._world.misuses)
        yield from (each.text for each in self._world.doubts)

    def _moments(self) -> Iterator[Moment]:
        sends = iter(self._world.sends)
        last: dict[str, Transition] = {}
        for each in self._world.log:
            if each.source == "sent":
                yield self._sent(next(sends), each)
            elif each.state != "RECEIVED" and not _told_twice(last.get(each.task_id), each):
                last[each.task_id] = each
                yield self._moment(each)

    def _sent(self, send: Send, each: Transition) -> Moment:
        note = "" if self._is_brief else self._described(send, each)
        if self._is_brief:
            self._tasks.append(SentTask(send.task, ""))
        self._places[send.id] = len(self._tasks) - 1  # one that replaces another has its id
        return Moment(self._seconds(each.at), len(self._tasks) - 1, SENT, note)

    def _described(self, send: Send, each: Transition) -> str:
        """Add a task; return when it may run, if not at once."""
        headers = send.headers
        arguments = send.arguments
        parent = self._places.get(headers.get("parent_id") or "", -1)
        queue = "" if send.queue == self._default_queue else send.queue
        lost = self._world.lost.get(send.id, "") if not send.queue else ""
        self._tasks.append(SentTask(send.task, arguments, parent, queue))
        if headers.get("group") is None:  # a chord takes its parts' results another way
            self._alone.add(send.id)
        if lost:
            return lost
        eta = moment(headers.get("eta"))
        # The sender's clock is behind the worker's by what was skipped.
        return (
            "" if eta is None else f"for {after(self._seconds(each.at + (eta - send.at)))}"
        )

    def _moment(self, each: Transition) -> Moment:
        what = GONE if each.source == "dropped" else NAMES.get(each.state, each.state)
        traceback = secrets.masked_text(each.traceback or "")
        at, place = self._seconds(each.at), self._place(each.task_id)
        if what == "SUCCESS" and each.source == "stored" and each.task_id in self._alone:
            is_read = each.task_id in self._world.read
            result: Literal["read", "unread"] = "read" if is_read else "unread"
            self._tasks[place] = self._tasks[place]._replace(result=result)
        retry = "" if self._is_brief else self._retry(place, each.retry)
        return Moment(at, place, what, _note(each), traceback, retry)

    def _retry(self, place: int, send: Send | None) -> str:
        """When a retry runs, and with which arguments where they are other than at first."""
        if send is None:
            return ""
        when = f" in {timedelta(seconds=send.countdown)}" if send.countdown else ""
        arguments = self._other_arguments(place, send)
        if arguments is None:
            return f"retry{when}"
        return f"retry{when} with {arguments or 'no arguments'}"

    def _other_arguments(self, place: int, send: Send | None) -> str | None:
        if send is None:
            return None
        arguments = send.arguments
        return None if arguments == self._tasks[place].arguments else arguments

    def _place(self, task_id: str) -> int:
        """The place of a task; one that was never sent gets its own, under its name, or its id."""
        if task_id not in self._places:
            self._places[task_id] = len(self._tasks)
            name = story.follower_name(self._world, task_id) or task_id
            self._tasks.append(SentTask(NEVER_SENT, name))
        return self._places[task_id]

    def _waiting(self) -> dict[str, int]:
        due = {each.id: self._seconds(each.due) for each in story.scheduled(self._world)}
        now = self._seconds(as_datetime(self._world.clock.now()))
        return due | {send.id: now for send in story.leftover(self._world)}

    def _seconds(self, moment: datetime) -> int:
        return round((moment - self._began).total_seconds())


def _told_twice(last: Transition | None, each: Transition) -> bool:
    """Whether the worker and the backend both told of one change."""
    if last is None or last.state != each.state:
        return False
    return last.source != each.source or each.state in OVER


def _note(each: Transition) -> str:
    if each.source == "dropped":
        return "expired" if each.meta == "expired" else ""
    # The worker's events have a text, the result backend has the value itself.
    is_text = each.source == "worker" and isinstance(each.meta, str)
    text = str(each.meta) if is_text else _SHORT.repr(secrets.masked(each.meta))
    return "" if text == "None" else secrets.masked_text(first_line(text))


_SHORT = reprlib.Repr()  # what a task returns can be large, and its own repr can fail
_SHORT.maxstring = _SHORT.maxother = 200
