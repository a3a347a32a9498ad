"""Sends where no guard is on, and no fixture is set up: in hooks, most often those of conftest.py.

Imports no Celery: conftest.py comes first.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator
from contextlib import ExitStack
from functools import partial
from typing import TYPE_CHECKING

import pytest

from pytest_celery_guard.active import active_guard
from pytest_celery_guard.basics.when_imported import when_imported
from pytest_celery_guard.errors import RealBrokerError
from pytest_celery_guard.in_pytest.usage import asks
from pytest_celery_guard.option_table import early_option, option
from pytest_celery_guard.options.given import options_of

if TYPE_CHECKING:
    from pytest_celery_guard.refusals.guarded import Around

NAME = "celery_guard_outside"

OUTPUT = NAME
"""Under which a worker of pytest-xdist tells the first process what was refused."""

REMEDY = (
    "Send it in a test or in a fixture that uses celery_guard. To allow it, set"
    " celery_guard_allow_broker = true in the ini file."
)


class Outside:
    """The part of the plugin that lets nothing out before, between and after the tests.

    ``is_asked``: a test has the guard; before the tests are collected, the suite has it. ``told``
    is what was refused and did not fail a test.
    """

    def __init__(self, config: pytest.Config) -> None:
        self.is_asked = True
        self.told: list[str] = []
        self._config = config
        self._item: pytest.Item | None = None

    def around(self) -> Around | None:
        """What is refused now; a test without the guard may reach a broker."""
        from pytest_celery_guard.refusals.guarded import Around

        if (item := self._item) is None:
            is_refused, where = self.is_strict(), "outside of the tests"
        else:
            has_guard = asks(item) or active_guard(item) is not None
            is_refused = has_guard and not options_of(item).get("allow_broker")
            where = f"before or after {item.nodeid}"
        return Around(where, REMEDY, self.told) if is_refused else None

    def is_strict(self) -> bool:
        """Whether anything is refused outside of the tests."""
        return self.is_asked and not early_option(self._config, "allow_broker")

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> None:
        """All tests are known now; the first process of pytest-xdist has none."""
        is_for_all = option(session.config, "scope") == "session"
        self.is_asked = any(is_for_all or asks(each) for each in session.items)

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Generator[None, object, object]:
        """Remember which test it is."""
        self.begin(item)
        try:
            return (yield)
        finally:
            self._item = None

    def begin(self, item: pytest.Item) -> None:
        """Tell of it by this test; its guard may be the first one of the run."""
        self._item = item

    def pytest_runtest_makereport(self, call: pytest.CallInfo[None]) -> None:
        """What fails a test is told there."""
        if self.told and call.excinfo:
            shown = set(texts_of(call.excinfo.value))
            self.told[:] = [each for each in self.told if each not in shown]

    @pytest.hookimpl(wrapper=True, trylast=True)
    def pytest_sessionfinish(
        self, session: pytest.Session
    ) -> Generator[None, object, object]:
        """Let pytest write its summary, though a hook was refused something."""
        try:
            return (yield)
        except RealBrokerError as error:
            if str(error) not in self.told:
                raise
            return None
        finally:
            if hasattr(session.config, "workeroutput") and self.is_asked:
                session.config.workeroutput[OUTPUT] = self.told

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_unconfigure(self) -> Generator[None, object, object]:
        """Tell at the very end what was refused: hooks may swallow it."""
        try:
            return (yield)
        except RealBrokerError:
            return None
        finally:
            if self.told:
                raise pytest.UsageError(self.told[0])

    def take(self, told: list[str]) -> None:
        """What a worker of pytest-xdist has told, which had tests with the guard."""
        self.is_asked = True
        self.told += told


def texts_of(error: BaseException) -> Iterator[str]:
    """The text of an error, and of those that it is a group of."""
    yield str(error)
    for each in getattr(error, "exceptions", ()):
        yield from texts_of(each)


def stay_outside(config: pytest.Config) -> Outside:
    """Refuse it from now on, or from when Celery is imported, to the end of the run."""
    outside: Outside | None = config.pluginmanager.get_plugin(NAME)
    if outside is None:
        outside, undo = Outside(config), ExitStack()
        config.pluginmanager.register(outside, NAME)
        config.add_cleanup(undo.close)
        undo.enter_context(when_imported("celery.app", partial(_refuse, outside, undo)))
    return outside


def _refuse(outside: Outside, undo: ExitStack) -> None:
    from pytest_celery_guard.refusals.at_exit import refuse_at_exit
    from pytest_celery_guard.refusals.rest import refused_if

    undo.callback(refuse_at_exit, outside.is_strict)
    undo.enter_context(refused_if(outside.around))
