"""The part of the plugin that ends each test that has a guard. Imports no Celery itself.

pytest gets it when the first of them is collected, or set up.
"""

from __future__ import annotations

from collections.abc import Generator
from typing import TYPE_CHECKING

import pytest

from pytest_celery_guard.active import active_guard
from pytest_celery_guard.basics.one_line import told_in_one_line
from pytest_celery_guard.in_pytest.usage import check_marks

if TYPE_CHECKING:
    from pytest_celery_guard.handle.guard import CeleryGuard

NAME = "celery_guard_verdicts"

IN_TEARDOWN: pytest.StashKey[str] = pytest.StashKey()
"""What the fixtures of a test have left behind at their end."""


def give_verdicts(config: pytest.Config) -> None:
    """Give it to pytest, unless it has it."""
    if not config.pluginmanager.hasplugin(NAME):
        config.pluginmanager.register(Verdicts(), NAME)


def end_teardown(item: pytest.Item, guard: CeleryGuard) -> None:
    """The fixtures of a test have ended, but for those that were there before its guard."""
    if text := guard.left_by_teardown():
        item.stash[IN_TEARDOWN] = text


class Verdicts:
    """Checks the markers of a test, what it left behind, and tells what its tasks did."""

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_setup(self, item: pytest.Item) -> None:
        """A marker that could have no effect is an error."""
        if item.get_closest_marker("celery_guard") is not None:
            with told_in_one_line():
                check_marks(item)

    @pytest.hookimpl(wrapper=True, trylast=True)
    def pytest_runtest_call(self, item: pytest.Item) -> Generator[None, object, object]:
        """A test that passed fails for what it left behind."""
        guard = active_guard(item)
        if guard is None:
            return (yield)
        from pytest_celery_guard.commits import transactions

        transactions.begin()  # what the fixtures have open is the test's, not the application's
        try:
            result = yield
            with told_in_one_line():
                guard.verify()
        finally:
            guard.note_end()
        return result

    @pytest.hookimpl(wrapper=True, trylast=True)
    def pytest_runtest_teardown(self, item: pytest.Item) -> Generator[None, object, object]:
        """The same for its fixtures, unless their end failed anyway."""
        result = yield
        if text := item.stash.get(IN_TEARDOWN, ""):
            raise pytest.fail.Exception(text, pytrace=False)
        return result

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtest_makereport(
        self, item: pytest.Item, call: pytest.CallInfo[None]
    ) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        """A test that fails shows what its tasks did, before the fixture drops it.

        Misuse of results stands with the failure itself, which it mostly explains, and so does what
        a worker in another process can't do.
        """
        guard = active_guard(item)
        if guard is None or call.excinfo is None or call.when == "teardown":
            return (yield)
        if call.excinfo.errisinstance(pytest.skip.Exception):
            return (yield)
        story = guard.account(str(call.excinfo.value))
        report = yield
        if story:  # into the report, not the item: each failing subtest has its own
            report.sections.append((f"Captured Celery {call.when}", story))
        text = "\n\n".join(filter(None, [guard.misused(), guard.remarks()]))
        add_section = getattr(report.longrepr, "addsection", None)
        if add_section is not None and text and text not in str(call.excinfo.value):
            add_section("celery_guard", text)
        return report
