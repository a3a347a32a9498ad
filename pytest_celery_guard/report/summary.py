"""The lines at the end of a run, and which of the apps' tasks ran in at least one test."""

from __future__ import annotations

from collections.abc import Iterator

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
        yield f"{counted(len(run.crashed), 'test')} crashed, and what was sent is unknown"


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


NAMED = 10
"""So many tasks are named that never ran."""


def percent(run: Run) -> float:
    """The share of the registered tasks that ran; 0 when no test told of any."""
    known = len(run.registered)
    return 100 * (known - len(run.never_ran())) / known if known else 0.0


def complaint(run: Run, least: float) -> str:
    """One line for a run whose share is too low; empty for one that is fine."""
    reached = percent(run)
    if reached >= least:
        return ""
    # 79.96 must not be shown as 80.
    begin = f"{int(reached * 10) / 10:g}% of the tasks ran, {least:g}% are required"
    if not run.registered:
        return f"{begin}: no test used the guard"
    return f"{begin}; never ran: {listed(run.never_ran())}"


def listed(names: list[str]) -> str:
    """The first few names, and how many more there are."""
    more = len(names) - NAMED
    return ", ".join([*names[:NAMED], *([f"and {more} more"] if more > 0 else [])])
