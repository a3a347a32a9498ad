"""The part of the plugin that tells of a whole run; pytest gets it where it is asked for.

A verbose run asks for it, too, and may have no test that uses the guard. So the rest is
imported when a test tells of something.
"""

from __future__ import annotations

from collections.abc import Generator
from functools import cached_property
from typing import TYPE_CHECKING, Any

import pytest

from pytest_celery_guard.active import active_guard

if TYPE_CHECKING:
    from pytest_celery_guard.report.asked import Asked
    from pytest_celery_guard.report.ending import Ending
    from pytest_celery_guard.report.telling import Telling

NAME = "celery_guard_report"

ATTRIBUTE = "celery_guard"
"""What a test's report has for us: reports also come from workers of pytest-xdist."""

PHASES = ("setup", "call", "teardown")
"""A report of another one is that of pytest-xdist on a worker that died."""


def report(config: pytest.Config) -> Reporting:
    """Tell of a run, at its end."""
    reporting: Reporting | None = config.pluginmanager.get_plugin(NAME)
    if reporting is None:
        reporting = Reporting(config)
        config.pluginmanager.register(reporting, NAME)
    return reporting


class Reporting:
    """Asks each test what its tasks did, and tells of all of them at the end."""

    def __init__(self, config: pytest.Config) -> None:
        self._config = config
        self._parts = Parts(config)

    def read_options(self) -> None:
        """Raises UsageError for a wrong one."""
        if not is_worker(self._config):
            _ = self._parts.ending

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(
        self, item: pytest.Item, call: pytest.CallInfo[None]
    ) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        """Give the report what the test's tasks did, while the guard knows it."""
        guard = active_guard(item)
        is_over = call.when == "call" or (call.when == "setup" and call.excinfo is not None)
        if guard is None or not is_over:
            return (yield)
        told = self._parts.telling.told(guard, item)
        report = yield
        setattr(report, ATTRIBUTE, told)
        return report

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Take what a test has told, in this process or in a worker."""
        if is_worker(self._config):
            return
        if (told := getattr(report, ATTRIBUTE, None)) is not None:
            self._parts.ending.add(report, told)
        elif report.failed and report.when == "teardown":
            self._parts.ending.failed_after(report)
        elif report.failed and report.when not in PHASES:
            self._parts.ending.crashed(report)

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """Write the reports, and fail a run that leaves too many tasks out."""
        if self._has_told and not session.config.option.collectonly:
            self._parts.ending.finish(session)

    def pytest_terminal_summary(self, terminalreporter: Any) -> None:
        """A few lines about the run."""
        if self._has_told and not self._config.option.collectonly:
            self._parts.ending.write_summary(terminalreporter)

    def pytest_unconfigure(self, config: pytest.Config) -> None:
        """Say at the very end why the run failed, if it did for us."""
        terminal = config.pluginmanager.get_plugin("terminalreporter")
        if self._has_told and terminal is not None:
            self._parts.ending.write_errors(terminal)

    @property
    def _has_told(self) -> bool:
        """Whether there is something to say: an option asks for it, or a test has told."""
        return "ending" in vars(self._parts)


class Parts:
    """What is imported and made when it is asked for.

    It is kept apart since pytest 8.0 reads every property of a plugin, in search of fixtures.
    """

    def __init__(self, config: pytest.Config) -> None:
        self._config = config

    @cached_property
    def asked(self) -> Asked:
        """What the options ask for. Raises UsageError for a wrong one."""
        from pytest_celery_guard.report.asked import asked

        return asked(self._config)

    @cached_property
    def telling(self) -> Telling:
        """What a test tells of its tasks."""
        from pytest_celery_guard.report.telling import Telling

        return Telling(self.asked)

    @cached_property
    def ending(self) -> Ending:
        """What is written at the end of the run."""
        from pytest_celery_guard.report.ending import Ending

        return Ending(self.asked, self._config.rootpath.name)


def is_worker(config: pytest.Config) -> bool:
    """Whether this process runs tests for another one, as with pytest-xdist."""
    return hasattr(config, "workerinput")
