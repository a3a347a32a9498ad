"""The part of the plugin that runs tests twice; pytest gets it only when it is asked for."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import pytest
from _pytest.runner import runtestprotocol

from pytest_celery_guard.errors import GuardError
from pytest_celery_guard.parity import summary
from pytest_celery_guard.parity.causes import ONCE, Evidence, cause_of
from pytest_celery_guard.parity.outcome import Difference, Outcome, outcome_of

if TYPE_CHECKING:
    from pytest_celery_guard.guard import CeleryGuard

OUTPUT = "celery_guard_parity"
"""What a process of pytest-xdist hands to the first one."""

SETUP_STATE = "_setupstate"
"""pytest.Session: what is set up, in pytest 8 and 9. The hook for it can't be called twice."""

OURS = frozenset({"celery_guard", "celery_eager"})
"""A test that has one of these fixtures is there already."""

Guarded = Callable[[pytest.FixtureRequest], AbstractContextManager["CeleryGuard"]]


class Parity:
    """Runs each test that sends a task once more, with the guard in place of eager mode.

    ``guarded`` turns the guard on for a test. What pytest reports is the first run.
    """

    def __init__(self, config: pytest.Config, guarded: Guarded, *, strict: bool) -> None:
        self._config = config
        self._guarded = guarded
        self._is_strict = strict
        self._is_on = False
        self._evidence = Evidence("")
        self._no_app = ""
        self._compared = 0
        self._differences: list[Difference] = []

    @pytest.fixture(autouse=True)
    def celery_guard_parity(self, request: pytest.FixtureRequest) -> Iterator[None]:
        """The guard, in the second run of a test."""
        if not self._is_on:
            yield
            return
        with ExitStack() as stack:
            try:
                guard = stack.enter_context(self._guarded(request))
            except (GuardError, pytest.fail.Exception) as error:
                self._no_app = str(error)
                pytest.skip(self._no_app)
            yield
            self._evidence = evidence_of(guard)

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_protocol(
        self, item: pytest.Item, nextitem: pytest.Item | None
    ) -> object:
        """Run a test, and if it sent a task, run it again."""
        if not isinstance(item, pytest.Function) or OURS & {*item.fixturenames}:
            return None
        place = {"nodeid": item.nodeid, "location": item.location}
        item.ihook.pytest_runtest_logstart(**place)
        with sends() as sent:
            reports = runtestprotocol(item, log=False, nextitem=beside(item))
        if sent:
            self._compare(item, outcome_of(reports))
        last = torn_down(item, nextitem)
        if last.failed and not reports[-1].failed:
            reports[-1] = last
        for report in reports:
            item.ihook.pytest_runtest_logreport(report=report)
        item.ihook.pytest_runtest_logfinish(**place)
        return True

    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """Hand over what a process of pytest-xdist found; fail the run if that is asked for."""
        if hasattr(self._config, "workeroutput"):
            found = [asdict(each) for each in self._differences]
            self._config.workeroutput[OUTPUT] = self._compared, found, self._no_app
        elif self._is_strict and summary.matters(self._differences):
            session.exitstatus = session.exitstatus or pytest.ExitCode.TESTS_FAILED

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: Any) -> None:
        """Take what a process of pytest-xdist found."""
        if found := getattr(node, "workeroutput", {}).get(OUTPUT):
            compared, differences, no_app = found
            self._compared += compared
            self._differences += [Difference(**each) for each in differences]
            self._no_app = self._no_app or no_app

    def pytest_terminal_summary(self, terminalreporter: Any) -> None:
        """Tell what differs."""
        terminalreporter.section(summary.title(self._compared, self._differences))
        for line in summary.lines(self._differences, self._no_app):
            terminalreporter.write_line(line)

    def _compare(self, item: pytest.Item, eager: Outcome) -> None:
        known, self._is_on = self._no_app, True
        self._no_app = ""
        try:
            guard = outcome_of(runtestprotocol(item, log=False, nextitem=beside(item)))
        finally:
            self._is_on = False
        if self._no_app:
            return
        self._no_app = known
        self._compared += 1
        if guard.kind == eager.kind:
            return
        again = outcome_of(runtestprotocol(item, log=False, nextitem=beside(item)))
        wrong = guard if guard.text else eager
        cause = cause_of(self._evidence._replace(text=wrong.text))
        name = cause.name if again.kind == eager.kind else ONCE.name
        self._differences.append(
            Difference(item.nodeid, eager.kind, guard.kind, wrong.first_line, name)
        )


def beside(item: pytest.Item) -> Any:
    """What to tear down to: all that other tests of the same place share stays.

    pytest asks the next item for nothing but its parents.
    """
    return item.parent


def torn_down(item: pytest.Item, nextitem: pytest.Item | None) -> pytest.TestReport:
    """End the fixtures that this test shared with others, and with no test that follows."""
    stack = getattr(item.session, SETUP_STATE)
    call = pytest.CallInfo.from_call(lambda: stack.teardown_exact(nextitem), "teardown")
    report: pytest.TestReport = item.ihook.pytest_runtest_makereport(item=item, call=call)
    return report


def evidence_of(guard: CeleryGuard) -> Evidence:
    """What a test's tasks did."""
    record = guard.record()
    states = frozenset(moment.what for moment in record.moments)
    waits = any(task.due is not None for task in record.tasks)
    nests = any(task.parent >= 0 for task in record.tasks)
    ignores = any(send.headers.get("ignore_result") for send in guard.sent)
    return Evidence("", states, waits, nests, ignores)


@contextmanager
def sends() -> Iterator[list[str]]:
    """The names of tasks that are sent, or run eagerly, meanwhile."""
    from celery.signals import before_task_publish, task_prerun

    names: list[str] = []

    def note(sender: Any = None, **_: object) -> None:
        names.append(str(getattr(sender, "name", sender)))

    signals = before_task_publish, task_prerun
    for signal in signals:
        signal.connect(note, weak=False)
    try:
        yield names
    finally:
        for signal in signals:
            signal.disconnect(note)
