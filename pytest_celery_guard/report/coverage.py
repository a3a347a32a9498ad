"""Which of the apps' tasks ran in at least one test."""

from __future__ import annotations

from pytest_celery_guard.report.run import Run

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
