"""Sends while conftest.py and the tests are imported, before any test."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from contextlib import ExitStack, contextmanager

import pytest

from pytest_celery_guard.app.find_app import find_app
from pytest_celery_guard.errors import GuardError
from pytest_celery_guard.in_pytest.shared import whole
from pytest_celery_guard.option_table import option
from pytest_celery_guard.options.given import options_of
from pytest_celery_guard.private import pytest as private_pytest
from pytest_celery_guard.refusals import earlier
from pytest_celery_guard.refusals.rest import refused_around

ALLOW = "To allow it, set celery_guard_allow_broker = true in the ini file."
OF_CONFTEST = f"Send it in a test or in a fixture. {ALLOW}"
OF_TESTS = (
    f"Send it in a test or in a fixture, or set celery_guard_scope = session. {ALLOW}"
)


@contextmanager
def refused_in_conftest() -> Iterator[None]:
    """Let nothing out while conftest.py is imported. Raises UsageError for what it swallows."""
    earlier.remember()
    with refused_around("while conftest.py is imported", OF_CONFTEST) as told:
        yield
    if told:
        raise pytest.UsageError(told[0])


@contextmanager
def refused_in_tests(session: pytest.Session) -> Iterator[None]:
    """The same while the tests are imported, where pytest tells of errors that come through."""
    earlier.remember()
    with refused_around("while the tests are imported", OF_TESTS) as told:
        yield
    if told and not session.testsfailed:
        raise pytest.UsageError(told[0])


@contextmanager
def around_collection(session: pytest.Session) -> Iterator[None]:
    """Let nothing out while the tests are imported; a guard for the session is on by then."""
    config = session.config
    if config.pluginmanager.hasplugin("dsession"):  # pytest-xdist's first process
        yield
    elif option(config, "scope") == "session" and option(config, "mode") != "worker":
        turn_on(session)
        yield
    elif option(config, "allow_broker"):
        yield
    else:
        with refused_in_tests(session):
            yield


def turn_on(session: pytest.Session) -> None:
    """Have the guard on to the end of the session, from before the tests are collected."""
    options = options_of(session)
    try:
        app = find_app(options.pop("app", None))
    except GuardError as error:
        raise pytest.UsageError(str(error)) from None
    is_eager = options.get("mode") == "eager"
    undo = ExitStack()
    session.config.add_cleanup(undo.close)
    session.config.pluginmanager.register(BeforeTheEnd(undo))
    undo.enter_context(whole(session, app, is_eager, options))


class BeforeTheEnd:
    """The part of the plugin that ends a guard for the session before hooks that are called then.

    What they send would stay in the queue, and no test would tell.
    """

    def __init__(self, undo: ExitStack) -> None:
        self._undo = undo

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_sessionfinish(
        self, session: pytest.Session
    ) -> Generator[None, object, object]:
        """Fixtures are over by then, unless the run ends early."""
        if not private_pytest.has_fixtures(session):
            self._undo.close()
        return (yield)
