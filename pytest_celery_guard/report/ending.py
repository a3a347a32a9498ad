"""The end of a run: the reports, the share of tasks that ran, and a few lines."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from pytest_celery_guard.report.asked import WrongReportError, write
from pytest_celery_guard.report.run import Case, Run
from pytest_celery_guard.report.summary import complaint, never_sent, summary
from pytest_celery_guard.report.tally import decoded

if TYPE_CHECKING:
    from pytest_celery_guard.report.asked import Asked

JUDGED = frozenset({pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED})
"""Ends of a run that has run its tests."""


class Ending:
    """Takes in what all tests tell. ``project`` names the run in its reports."""

    def __init__(self, asked: Asked, project: str) -> None:
        self._asked = asked
        self._project = project
        self._run = Run()
        self._has_failed_subtest: set[str] = set()
        self._written: list[Path] = []
        self._wrong: list[str] = []

    def add(self, report: pytest.TestReport, told: str) -> None:
        """Take in a test, or what it has told so far where a subtest ends."""
        outcome = outcome_of(report)
        if hasattr(report, "context") and report.failed:
            self._has_failed_subtest.add(report.nodeid)
        if outcome == "passed" and report.nodeid in self._has_failed_subtest:
            outcome = "failed"
        self._run.add(Case(report.nodeid, outcome, report.duration, decoded(told)))

    def failed_after(self, report: pytest.TestReport) -> None:
        """A test failed when its fixtures ended."""
        if (known := self._run.tests.get(report.nodeid)) is not None:
            known.outcome = "error"

    def crashed(self, report: pytest.TestReport) -> None:
        """A test's process died, and could tell of nothing."""
        self._run.crashed.append(report.nodeid)

    def finish(self, session: pytest.Session) -> None:
        """Write the reports, and fail a run that leaves too many tasks out."""
        for path in self._asked.paths:
            self._write(path)
        is_over = session.exitstatus in JUDGED
        if is_over and self._asked.least is not None:
            self._wrong += filter(None, [complaint(self._run, self._asked.least)])
        if is_over and self._wrong:
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def write_summary(self, terminal: Any) -> None:
        """Print the lines of the summary."""
        for line in self._summary() if self._run.tests else ():
            terminal.write_line(f"celery-guard: {line}")
        for path in self._written:
            terminal.write_line(f"celery-guard: report written to {path}")

    def write_errors(self, terminal: Any) -> None:
        """Print what is wrong, after everything else."""
        for wrong in self._wrong:
            terminal.write_line(f"ERROR: celery-guard: {wrong}", red=True, bold=True)

    def _summary(self) -> Iterator[str]:
        yield from summary(self._run)
        if self._asked.paths or self._asked.least is not None:
            yield from never_sent(self._run)  # of no interest where one test runs with -v

    def _write(self, path: Path) -> None:
        try:
            write(path, self._run, self._project)
        except WrongReportError as error:
            self._wrong.append(str(error))
        else:
            self._written.append(path)


def outcome_of(report: pytest.TestReport) -> str:
    """passed, failed, skipped, xfailed, xpassed, or error where the test did not begin."""
    if hasattr(report, "wasxfail"):
        return "xpassed" if report.passed else "xfailed"
    return "error" if report.failed and report.when != "call" else report.outcome
