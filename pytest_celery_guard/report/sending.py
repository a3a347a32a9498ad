"""What a test's process tells the one that reports: as text, for a worker of pytest-xdist."""

from __future__ import annotations

import json
from typing import Any, NamedTuple

from pytest_celery_guard.report.record import Moment, Record, SentTask
from pytest_celery_guard.report.tally import Tally


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
