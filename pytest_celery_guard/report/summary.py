"""The lines at the end of a run."""

from __future__ import annotations

from collections.abc import Iterator

from pytest_celery_guard.report.coverage import listed
from pytest_celery_guard.report.run import Run
from pytest_celery_guard.report.tally import together, total


def summary(run: Run) -> Iterator[str]:
    """How much was sent and ran."""
    count = run.total()
    parts = [counted(len(run.tests), "test"), f"{counted(count.sent, 'task')} sent"]
    parts.append(f"{count.ran} ran")
    parts += [f"{count.retried} retried"] if count.retried else []
    parts += [_failed(run, count.failed)] if count.failed else []
    parts += [f"{count.revoked} revoked"] if count.revoked else []
    yield ", ".join(parts)
    if run.crashed:
        yield f"{counted(len(run.crashed), 'test')} crashed, and could not tell what was sent"


def never_sent(run: Run) -> Iterator[str]:
    """The apps' tasks that no test sent, in a line."""
    never = [name for name, tally in run.tallies().items() if not tally.sent]
    if never:
        known = counted(len(run.registered), "task")
        yield f"{len(never)} of {known} never sent: {listed(never)}"


def _failed(run: Run, failed: int) -> str:
    """A task may fail in a test that passes: that is what the test expects."""
    passed = (test.told.tallies for test in run.tests.values() if test.outcome == "passed")
    expected = total(together(passed)).failed
    if expected == failed:
        return f"{failed} failed as expected"
    note = f" ({expected} as expected)" if expected else ""
    return f"{failed} failed{note}"


def counted(number: int, noun: str) -> str:
    """``1 task``, ``2 tasks``."""
    return f"{number} {noun}{'' if number == 1 else 's'}"
