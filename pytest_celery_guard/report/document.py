"""A run for programs: one JSON document."""

from __future__ import annotations

import json
from importlib.metadata import version
from typing import Any

from pytest_celery_guard.account.record import Moment, SentTask
from pytest_celery_guard.report import summary
from pytest_celery_guard.report.run import Case, Run
from pytest_celery_guard.report.tally import Tally

FORMAT_VERSION = 1


def render(run: Run, project: str) -> str:
    """The document as text: each item of a list has a line, so that two can be compared."""
    fields = document(run, project).items()
    return (
        "{\n" + ",\n".join(f'"{name}": {_lines(value)}' for name, value in fields) + "\n}\n"
    )


def _lines(value: Any) -> str:
    if isinstance(value, list) and value:
        return "[\n" + ",\n".join(map(json.dumps, value)) + "\n]"
    return json.dumps(value)


def document(run: Run, project: str) -> dict[str, Any]:
    """A run as data for JSON. All but ``seconds`` is the same when nothing else is other."""
    tallies = run.tallies()
    return {
        "version": FORMAT_VERSION,
        "tool": f"celery-guard {version('celery-guard')}",
        "project": project,
        "total": _tally(run.total()),
        "coverage": {
            "percent": round(summary.percent(run), 2),
            "never_ran": run.never_ran(),
        },
        "tasks": [_task(name, tally, run) for name, tally in tallies.items()],
        "unread_results": run.unread(),
        "findings": run.findings(),
        "crashed": sorted(run.crashed),
        "tests": [_test(test) for test in run.in_order()],
    }


def _task(name: str, tally: Tally, run: Run) -> dict[str, Any]:
    return {"name": name, "registered": name in run.registered, **_tally(tally)}


def _tally(tally: Tally) -> dict[str, int]:
    return {name: int(value) for name, value in tally._asdict().items()}


def _test(test: Case) -> dict[str, Any]:
    record = test.told.record
    return {
        "id": test.id,
        "outcome": test.outcome,
        "seconds": round(test.seconds, 3),
        "end": record.end,
        "problems": list(record.problems),
        "findings": list(record.findings),
        "faults": list(record.faults),
        "left_out": record.left_out,
        "tasks": [_sent(task) for task in record.tasks],
        "events": [_event(moment) for moment in record.moments],
    }


def _sent(task: SentTask) -> dict[str, Any]:
    given = {name: value for name, value in task._asdict().items() if value not in _NOTHING}
    return {"name": task.name, "arguments": task.arguments, **given}


def _event(moment: Moment) -> dict[str, Any]:
    return {name: value for name, value in moment._asdict().items() if value != ""}


_NOTHING = ("", None, -1)
