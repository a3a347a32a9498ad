"""The fixtures, which pytest loads in every run. Imports nothing of Celery.

The rest of the package is imported when one of them is asked for.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Literal, NoReturn

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytest_celery_guard.handle.guard import CeleryGuard

ACTIVE: pytest.StashKey[CeleryGuard] = pytest.StashKey()
"""The guard of the test that runs now, on its item."""

SEARCHED = "celery_guard detects the app when it is enabled"
"""In place of an app: there may be another one in each test."""


@pytest.fixture(scope="session")
def celery_guard_app(pytestconfig: pytest.Config) -> Any:
    """The Celery app under test, detected automatically. If there are several apps, name one in
    the ini file, celery_guard_app = proj.celery:app, or override this fixture to return it.
    """
    from pytest_celery_guard.options.table import option

    name = option(pytestconfig, "app")
    return named_app(pytestconfig, name) if name else SEARCHED


def named_app(config: pytest.Config, name: str) -> Any:
    """The app that the ini file or the command line names; a wrong name ends the run."""
    from pytest_celery_guard.app.find_app import find_app
    from pytest_celery_guard.errors import NoAppError

    try:
        return find_app(name)
    except NoAppError as error:
        end_run(config, str(error))


def end_run(config: pytest.Config, text: str) -> NoReturn:
    """End the run with an error: each test that follows would say the same."""
    if hasattr(config, "workerinput"):  # pytest-xdist takes an exit for a crash
        raise pytest.fail.Exception(text, pytrace=False) from None
    pytest.exit(text, pytest.ExitCode.USAGE_ERROR)


@contextmanager
def ends_run_if_wrong(config: pytest.Config) -> Iterator[None]:
    """What the ini file or the command line says, and the app can't have, ends the run."""
    from pytest_celery_guard.errors import WrongForAppError
    from pytest_celery_guard.options.given import all_of, options_of_run

    try:
        yield
    except WrongForAppError as error:
        if error.value in all_of([options_of_run(config).get(error.option, "")]):
            end_run(config, str(error))
        raise


@pytest.fixture
def celery_guard(
    request: pytest.FixtureRequest, celery_guard_app: Any
) -> Iterator[CeleryGuard]:
    """Run Celery tasks in this test, through Celery's own worker code and without a broker:
    celery_guard.drain() runs what was sent, advance(minutes=5) moves the clock, and sent and
    states(result) show what happened. Unchecked failures and tasks that were never run fail the
    test.
    """
    from pytest_celery_guard import modes
    from pytest_celery_guard.basics.one_line import told_in_one_line
    from pytest_celery_guard.in_pytest.shared import shared_for
    from pytest_celery_guard.options.given import options_of

    with told_in_one_line(), ends_run_if_wrong(request.config):
        options = options_of(request.node)
        app = app_of(request.node, options, celery_guard_app)
        if shared_guard := shared_for(request.config, app):
            yield shared_guard
            return
        guard = modes.begin(request.node, app, options)
    request.node.stash[ACTIVE] = guard
    yield guard
    guard.leave()


@pytest.fixture
def celery_eager(celery_guard: CeleryGuard) -> CeleryGuard:
    """Like celery_guard, but each task runs immediately, before the call that sends it returns."""
    celery_guard.run_each_send()
    return celery_guard


def for_several_tests(scope: Literal["class", "module", "session"], *, eager: bool) -> Any:
    """A fixture that has the guard on for a class, a module or the session."""

    def turned_on_for_all(
        request: pytest.FixtureRequest, celery_guard_app: Any
    ) -> Iterator[CeleryGuard]:
        from pytest_celery_guard.basics.one_line import told_in_one_line
        from pytest_celery_guard.in_pytest.shared import turned_on
        from pytest_celery_guard.options.given import options_of

        with told_in_one_line(), ends_run_if_wrong(request.config):
            options = options_of(request.node)
            app = app_of(request.node, options, celery_guard_app)
            with turned_on(request.node, app, options, eager=eager) as guard:
                yield guard

    turned_on_for_all.__doc__ = (
        f"Like {'celery_eager' if eager else 'celery_guard'}, but for all tests of a {scope}, and"
        f" for fixtures of that scope. Each test starts with what these fixtures have sent."
    )
    return pytest.fixture(scope=scope)(turned_on_for_all)


celery_guard_class = for_several_tests("class", eager=False)
celery_guard_module = for_several_tests("module", eager=False)
celery_guard_session = for_several_tests("session", eager=False)
celery_eager_class = for_several_tests("class", eager=True)
celery_eager_module = for_several_tests("module", eager=True)
celery_eager_session = for_several_tests("session", eager=True)


def app_of(node: Any, options: dict[str, Any], told: Any) -> Any:
    """The app a marker names, else what the fixture ``celery_guard_app`` has told."""
    from pytest_celery_guard.app.find_app import checked, find_app

    name = options.pop("app", None)
    if any("app" in each.kwargs for each in node.iter_markers("celery_guard")):
        return find_app(name)
    return find_app(None) if told is SEARCHED else checked(told)
