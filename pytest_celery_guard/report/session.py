"""The part of the plugin that tells of a whole run; pytest gets it only when it is asked for."""

from __future__ import annotations

from collections.abc import Generator
from typing import TYPE_CHECKING, Any

import pytest

from pytest_celery_guard.report.asked import asked
from pytest_celery_guard.report.coverage import complaint
from pytest_celery_guard.report.destinations import WrongReportError, write
from pytest_celery_guard.report.registered import own_tasks
from pytest_celery_guard.report.run import Case, Run
from pytest_celery_guard.report.sending import Told, decoded, encoded
from pytest_celery_guard.report.shortening import shortened
from pytest_celery_guard.report.summary import summary
from pytest_celery_guard.report.tally import tallies_of, total

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from pytest_celery_guard.guard import CeleryGuard

ATTRIBUTE = "celery_guard"
"""What a test's report has for us: reports also come from workers of pytest-xdist."""


class Reporting:
    """Asks each test what its tasks did, and tells of all of them at the end.

    ``guard_of`` finds the guard of a test.
    """

    def __init__(
        self, config: pytest.Config, guard_of: Callable[[pytest.Item], CeleryGuard | None]
    ) -> None:
        self._config = config
        self._guard_of = guard_of
        self._paths, self._least, self._has_properties = asked(config)
        self._run = Run()
        self._named: set[str] = set()
        self._written: list[Path] = []
        self._wrong: list[str] = []

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(
        self, item: pytest.Item, call: pytest.CallInfo[None]
    ) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        """Give the report what the test's tasks did, while the guard knows it."""
        guard = self._guard_of(item)
        told = None
        if guard is not None and (call.when == "call" or call.excinfo is not None):
            told = None if call.when == "teardown" else self._told(guard, item)
        report = yield
        if told is not None:
            setattr(report, ATTRIBUTE, encoded(told))
        return report

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Take what a test has told, in this process or in a worker."""
        known = self._run.tests.get(report.nodeid)
        if (text := getattr(report, ATTRIBUTE, None)) is not None:
            test = Case(report.nodeid, outcome_of(report), report.duration, decoded(text))
            self._run.add(test)
        elif known is not None and report.when == "teardown" and report.failed:
            known.outcome = "error"
        elif report.when not in {"setup", "call", "teardown"} and report.failed:
            self._run.crashed.append(
                report.nodeid
            )  # pytest-xdist tells of a dead worker so

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """Write the reports, and fail a run that leaves too many tasks out."""
        if is_worker(self._config) or session.config.option.collectonly:
            return
        for path in self._paths:
            self._write(path)
        is_over = session.exitstatus in {pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED}
        if is_over and self._least is not None:
            self._wrong += filter(None, [complaint(self._run, self._least)])
        if is_over and self._wrong:
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def pytest_terminal_summary(self, terminalreporter: Any) -> None:
        """A few lines about the run."""
        if self._config.option.collectonly:
            return
        if self._run.tests:
            for line in summary(self._run):
                terminalreporter.write_line(f"celery-guard: {line}")
        for path in self._written:
            terminalreporter.write_line(f"celery-guard: report written to {path}")
        for wrong in self._wrong:
            terminalreporter.write_line(f"celery-guard: {wrong}", red=True, bold=True)

    def _write(self, path: Path) -> None:
        try:
            write(path, self._run, self._config.rootpath.name)
        except WrongReportError as error:
            self._wrong.append(str(error))
        else:
            self._written.append(path)

    def _told(self, guard: CeleryGuard, item: pytest.Item) -> Told:
        record = guard.record(brief=not self._paths)
        tallies = tallies_of(record)
        if self._has_properties:
            counts = total(tallies)
            for name in ("sent", "ran", "retried", "failed", "revoked"):
                item.user_properties.append((f"celery_{name}", getattr(counts, name)))
        new = own_tasks(guard.app) - self._named
        self._named |= new
        kept = shortened(record) if self._paths else record._replace(tasks=(), moments=())
        return Told(tallies, tuple(sorted(new)), kept)


def is_worker(config: pytest.Config) -> bool:
    """Whether this process runs tests for another one, as with pytest-xdist."""
    return hasattr(config, "workerinput")


def outcome_of(report: pytest.TestReport) -> str:
    """passed, failed, skipped, xfailed, xpassed, or error where the test did not begin."""
    if hasattr(report, "wasxfail"):
        return "xpassed" if report.passed else "xfailed"
    return "error" if report.failed and report.when != "call" else report.outcome
