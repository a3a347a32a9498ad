"""What pytest loads in every run: hooks, and the fixtures. Imports nothing of Celery.

To read a function takes pytest longer than to call it. So these do next to nothing themselves: the
rest is in ``in_pytest``, and imported where it is needed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

import pytest

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator

    from pytest_celery_guard.handle.guard import CeleryGuard


def pytest_addoption(parser: pytest.Parser) -> None:
    """Each option has an ini name and a command line name."""
    from pytest_celery_guard.option_table import add_options

    add_options(parser)


def pytest_configure(config: pytest.Config) -> None:
    """Make the marker known to --strict-markers, and tell of the run if that is asked for."""
    from pytest_celery_guard.option_table import is_given, marker

    config.addinivalue_line("markers", marker())
    if is_given(config):
        from pytest_celery_guard.in_pytest.configured import configure

        configure(config)
    if config.option.verbose > 0:
        from pytest_celery_guard.report.session import report

        report(config)


def pytest_report_header(config: pytest.Config) -> str | None:
    """Say what the guard works with."""
    from pytest_celery_guard.options.header import header

    return header(config)


@pytest.hookimpl(wrapper=True)
def pytest_load_initial_conftests(
    early_config: pytest.Config,
) -> Generator[None, None, None]:
    """Let nothing out that conftest.py sends, at its import or later, if a suite has the guard."""
    from pytest_celery_guard.option_table import early_option

    if not early_option(early_config, "app"):
        return (yield)
    from pytest_celery_guard.in_pytest.conftests import nothing_sent
    from pytest_celery_guard.in_pytest.outside import stay_outside

    with nothing_sent(early_config):
        result = yield
    stay_outside(early_config)
    return result


@pytest.hookimpl(wrapper=True)
def pytest_collection(session: pytest.Session) -> Generator[None, object, object]:
    """The same when the tests are imported; a guard for the whole session is on by then."""
    from pytest_celery_guard.option_table import option

    if not option(session.config, "app"):
        return (yield)
    from pytest_celery_guard.in_pytest.imports import around_collection

    with around_collection(session):
        return (yield)


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_collection_modifyitems(
    config: pytest.Config, items: list[pytest.Item]
) -> Generator[None, object, object]:
    """Give pytest the part of the plugin that sees to the tests, if any of them has the guard."""
    collected = [*items]
    result = yield  # conftest.py may give a test the fixture or the marker, or leave it out
    from pytest_celery_guard.option_table import option

    if option(config, "scope") == "session" or any(map(has_guard, collected)):
        from pytest_celery_guard.in_pytest.collected import prepare

        prepare(config, collected)
    return result


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    """Take what a process of pytest-xdist tells at its end, if it had tests with the guard."""
    told = getattr(node, "workeroutput", {}).get("celery_guard_outside")
    if told is not None:
        from pytest_celery_guard.in_pytest.outside import stay_outside

        stay_outside(node.config).take(told)


def has_guard(item: pytest.Item) -> bool:
    """Whether a test has one of the fixtures that turn the guard on, or the marker."""
    names = getattr(item, "fixturenames", ())
    is_asked = "celery_guard" in names or "celery_eager" in names
    return is_asked or item.get_closest_marker("celery_guard") is not None


def pytest_assertrepr_compare(op: str, left: object, right: object) -> list[str] | None:
    """Say in which send, or at which state, two sides differ."""
    sides = left, right
    if not any(type(side).__module__.startswith("pytest_celery_guard.") for side in sides):
        return None
    from pytest_celery_guard.explain.comparisons import explained

    return explained(op, left, right)


@pytest.fixture(scope="session")
def celery_guard_app(pytestconfig: pytest.Config) -> Any:
    """The Celery app under test, detected automatically. If there are several apps, name one in
    the ini file, celery_guard_app = proj.celery:app, or override this fixture to return it.
    """
    from pytest_celery_guard.in_pytest.given import app_of_run

    return app_of_run(pytestconfig)


# Without ``request``: pytest 9 reads a signature each time that a fixture asks for it.
@pytest.fixture
def celery_guard(
    pytestconfig: pytest.Config, celery_guard_app: Any
) -> Iterator[CeleryGuard]:
    """Run Celery tasks in this test, through Celery's own worker code and without a broker:
    celery_guard.drain() runs what was sent, advance(minutes=5) moves the clock, and sent and
    states(result) show what happened. Unchecked failures and tasks that were never run fail the
    test.
    """
    from pytest_celery_guard.in_pytest.given import guard_of_test

    yield from guard_of_test(pytestconfig, celery_guard_app)


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
        from pytest_celery_guard.in_pytest.given import guard_of_several

        yield from guard_of_several(request, celery_guard_app, eager=eager)

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
