"""The part of the plugin that runs tests twice; pytest gets it only when it is asked for."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from typing import Any

import pytest

from pytest_celery_guard.basics.one_line import told_in_one_line
from pytest_celery_guard.errors import GuardError
from pytest_celery_guard.parity import summary
from pytest_celery_guard.parity.causes import ONCE, Evidence, cause_of
from pytest_celery_guard.parity.outcome import Difference, LeftOut, Outcome, outcome_of
from pytest_celery_guard.parity.second_run import SecondRun, TurnOn
from pytest_celery_guard.parity.sending import Sending, sending
from pytest_celery_guard.private.pytest import SETUP_STATE, run_protocol

OUTPUT = "celery_guard_parity"
"""What a process of pytest-xdist hands to the first one."""

OURS = frozenset({"celery_guard", "celery_eager"})
"""A test that has one of these fixtures is there already."""


class Parity:
    """Runs each test in eager mode once more, with the guard in place of eager mode.

    ``turn_on`` has the guard on for a test and an app. What pytest reports is the first run.
    """

    def __init__(self, config: pytest.Config, turn_on: TurnOn, *, strict: bool) -> None:
        self._config = config
        self._turn_on = turn_on
        self._is_strict = strict
        self._run: SecondRun | None = None
        self._evidence = Evidence("")
        self._compared = 0
        self._differences: list[Difference] = []
        self._left_out: list[LeftOut] = []

    @pytest.fixture(autouse=True)
    def celery_guard_parity(self) -> Iterator[None]:
        """The guard, in the second run of a test."""
        run = self._run
        if run is None:
            yield
            return
        try:
            with attaching(run):
                run.attach()
            yield
            self._evidence = run.evidence()
        finally:
            run.leave()

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtest_call(self, item: pytest.Item) -> Generator[None, object, object]:
        """The guard for apps that the test's fixtures have made; what it left behind counts."""
        if self._run is None:
            return (yield)
        with attaching(self._run):
            self._run.attach_new()
        result = yield
        with told_in_one_line():
            for guard in self._run.guards[:-1]:  # the plugin sees to the last one
                guard.verify()
        return result

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_protocol(
        self, item: pytest.Item, nextitem: pytest.Item | None
    ) -> object:
        """Run a test, and if it sent a task, run it again."""
        if not isinstance(item, pytest.Function) or OURS & {*item.fixturenames}:
            return None
        place = {"nodeid": item.nodeid, "location": item.location}
        item.ihook.pytest_runtest_logstart(**place)
        reports, sent = run(item)
        if sent.apps:
            self._compare(item, outcome_of(reports), sent)
        elif sent.has_sent:
            self._left_out.append(LeftOut(item.nodeid, summary.NOT_EAGER))
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
            left_out = [tuple(each) for each in self._left_out]
            self._config.workeroutput[OUTPUT] = self._compared, found, left_out
        elif self._is_strict and not summary.is_fine(self._differences, self._left_out):
            session.exitstatus = session.exitstatus or pytest.ExitCode.TESTS_FAILED

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: Any) -> None:
        """Take what a process of pytest-xdist found."""
        if found := getattr(node, "workeroutput", {}).get(OUTPUT):
            compared, differences, left_out = found
            self._compared += compared
            self._differences += [Difference(**each) for each in differences]
            self._left_out += [LeftOut(*each) for each in left_out]

    def pytest_terminal_summary(self, terminalreporter: Any) -> None:
        """Tell what differs."""
        found = self._differences, self._left_out
        terminalreporter.section(summary.title(self._compared, *found))
        for line in summary.lines(*found):
            terminalreporter.write_line(line)

    def _compare(self, item: pytest.Item, eager: Outcome, sent: Sending) -> None:
        guard, problem = self._under_the_guard(item, sent)
        if problem:
            self._left_out.append(LeftOut(item.nodeid, problem))
            return
        self._compared += 1
        if guard.kind == eager.kind:
            return
        again = outcome_of(run(item)[0])
        wrong = guard if guard.text else eager
        cause = cause_of(self._evidence._replace(text=wrong.text))
        name = cause.name if again.kind == eager.kind else ONCE.name
        self._differences.append(
            Difference(item.nodeid, eager.kind, guard.kind, wrong.first_line, name)
        )

    def _under_the_guard(self, item: pytest.Item, sent: Sending) -> tuple[Outcome, str]:
        """What becomes of a test under the guard, or why that tells nothing."""
        self._run = second = SecondRun(item, sent.apps, self._turn_on)
        try:
            reports, again = run(item)
        finally:
            self._run = None
        problem = second.problem or (summary.TOO_LATE if again.apps else "")
        return outcome_of(reports), problem


def run(item: pytest.Item) -> tuple[list[pytest.TestReport], Sending]:
    """Run a test once, without the tasks that it defined in a run before."""
    from pytest_celery_guard.app.local_tasks import forgotten

    with forgotten(), sending() as sent:
        reports = run_protocol(item, beside(item))
    return reports, sent


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


@contextmanager
def attaching(run: SecondRun) -> Iterator[None]:
    """Note why no guard can be on, and end the run there."""
    try:
        yield
    except GuardError as error:
        run.problem = str(error)
        pytest.skip(run.problem)
