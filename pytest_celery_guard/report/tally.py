"""How many tasks were sent, ran, were retried, failed and were revoked.

What a test's process tells of them is text, for a worker of pytest-xdist.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from pytest_celery_guard.account.record import (
    GONE,
    NEVER_SENT,
    STARTED,
    Moment,
    Record,
    SentTask,
)


class Tally(NamedTuple):
    """Counts of tasks, each of them once: ``ran`` at least once, ``failed`` in its last run.

    ``read`` and ``unread`` are stored results that somebody read, and that nobody did.
    """

    sent: int = 0
    ran: int = 0
    retried: int = 0
    failed: int = 0
    revoked: int = 0
    read: int = 0
    unread: int = 0

    def __or__(self, other: Tally) -> Tally:
        """Both together."""
        return Tally(*map(int.__add__, self, other))


Tallies = Mapping[str, Tally]
"""Tallies by the names of tasks."""


def tallies_of(record: Record) -> dict[str, Tally]:
    """What became of the tasks that were sent, by their names."""
    states: list[list[str]] = [[] for _ in record.tasks]
    for moment in record.moments:
        states[moment.task].append(moment.what)
    found: dict[str, Tally] = {}
    for task, went in zip(record.tasks, states, strict=True):
        if task.name != NEVER_SENT:
            tally = _tally(went, task.result)
            found[task.name] = found.get(task.name, Tally()) | tally
    return found


def _tally(went: list[str], result: str) -> Tally:
    states = [each for each in went if each != GONE]
    return Tally(
        sent=1,
        ran=STARTED in states,
        retried="RETRY" in states,
        failed=states[-1] == "FAILURE",
        revoked="REVOKED" in states,
        read=result == "read",
        unread=result == "unread",
    )


def together(all_of_them: Iterable[Tallies]) -> dict[str, Tally]:
    """The tallies of several tests, by the names of tasks."""
    found: dict[str, Tally] = {}
    for tallies in all_of_them:
        for name, tally in tallies.items():
            found[name] = found.get(name, Tally()) | tally
    return found


def total(tallies: Tallies) -> Tally:
    """All tasks together."""
    found = Tally()
    for tally in tallies.values():
        found |= tally
    return found


class Told(NamedTuple):
    """What the tasks of one test did.

    ``registered`` are the app's own tasks that this process has not named before.
    """

    tallies: dict[str, Tally]
    registered: tuple[str, ...] = ()
    record: Record = Record()


def encoded(told: Told) -> str:
    """As JSON; the tuples become lists without names, which keeps it small."""
    return json.dumps(told, separators=(",", ":"))


def decoded(text: str) -> Told:
    """Read it again."""
    tallies, registered, record = json.loads(text)
    by_name = {name: Tally(*tally) for name, tally in tallies.items()}
    return Told(by_name, tuple(registered), _record(record))


def _record(values: Any) -> Record:
    tasks, moments, *texts, end, left_out = values
    made = (
        tuple(SentTask(*each) for each in tasks),
        tuple(Moment(*each) for each in moments),
    )
    problems, findings, faults = map(tuple, texts)
    return Record(*made, problems, findings, faults, end, left_out)
