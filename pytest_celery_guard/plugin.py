"""What pytest loads in every run: hooks, and the fixtures. Imports nothing of Celery.

The rest of the package is imported when a fixture is asked for.
"""

from __future__ import annotations

from contextlib import ExitStack
from typing import TYPE_CHECKING, Any

import pytest

from pytest_celery_guard.fixtures import (
    ACTIVE,
    celery_eager,
    celery_eager_class,
    celery_eager_module,
    celery_eager_session,
    celery_guard,
    celery_guard_app,
    celery_guard_class,
    celery_guard_module,
    celery_guard_session,
    named_app,
)

if TYPE_CHECKING:
    from collections.abc import Generator

    from pytest_celery_guard.handle.guard import CeleryGuard

__all__ = [
    "celery_eager",
    "celery_eager_class",
    "celery_eager_module",
    "celery_eager_session",
    "celery_guard",
    "celery_guard_app",
    "celery_guard_class",
    "celery_guard_module",
    "celery_guard_session",
]


def pytest_addoption(parser: pytest.Parser) -> None:
    """Each option has an ini name and a command line name."""
    from pytest_celery_guard.options.table import add_options

    add_options(parser)


def pytest_configure(config: pytest.Config) -> None:
    """Make the marker known to --strict-markers, and tell of the run if that is asked for."""
    from pytest_celery_guard.options.table import REPORTING, is_given, marker, option

    config.addinivalue_line("markers", marker())
    if is_given(config):
        from pytest_celery_guard.in_pytest.usage import check_run

        draw_seed(config)
        check_run(config)
    if option(config, "parity") or option(config, "parity_strict"):
        compare_with_eager_mode(config)
    is_asked = any(option(config, name) for name in REPORTING)
    if is_asked or config.option.verbose > 0:
        from pytest_celery_guard.report.session import Reporting

        reporting = Reporting(config, lambda item: item.stash.get(ACTIVE, None))
        if is_asked:
            reporting.read_options()
        config.pluginmanager.register(reporting, "celery_guard_report")


def pytest_report_header(config: pytest.Config) -> str | None:
    """Say what the guard works with."""
    from pytest_celery_guard.options.header import header

    return header(config)


def compare_with_eager_mode(config: pytest.Config) -> None:
    """Run each test that sends a task twice."""
    from pytest_celery_guard.options.table import option
    from pytest_celery_guard.parity.session import Parity

    parity = Parity(config, turn_on, strict=bool(option(config, "parity_strict")))
    config.pluginmanager.register(parity, "celery_guard_parity")


def turn_on(item: pytest.Item, app: Any) -> CeleryGuard:
    """Have the guard on, in its own eager mode, though the test does not ask for it."""
    from pytest_celery_guard.modes import eager
    from pytest_celery_guard.options.given import options_of
    from pytest_celery_guard.options.table import option

    options = options_of(item)
    options.pop("app", None)
    if name := option(item.config, "app"):
        named_app(item.config, name)  # a wrong name is told, though another app is compared
    item.stash[ACTIVE] = guard = eager.begin(item, app, options)
    return guard


def draw_seed(config: pytest.Config) -> None:
    """Draw one for the whole run; a process of pytest-xdist takes that of the first one."""
    from pytest_celery_guard.options.table import option

    if option(config, "seed") == "random":
        from pytest_celery_guard.faults.reordering import seed_of

        told = getattr(config, "workerinput", {}).get("celery_guard_seed")
        config.option.celery_guard_seed = told or str(seed_of("random"))


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    """Tell a process of pytest-xdist the seed."""
    node.workerinput["celery_guard_seed"] = node.config.option.celery_guard_seed


@pytest.hookimpl(wrapper=True)
def pytest_load_initial_conftests(
    early_config: pytest.Config,
) -> Generator[None, None, None]:
    """Let nothing out that is sent when conftest.py is imported, if the suite has the guard."""
    from pytest_celery_guard.options.table import early_option

    names_app = early_option(early_config, "app")
    if not names_app or early_option(early_config, "allow_broker"):
        return (yield)
    from pytest_celery_guard.basics.when_imported import when_imported

    with ExitStack() as undo, when_imported("celery.app", lambda: refuse_in_conftest(undo)):
        return (yield)


def refuse_in_conftest(undo: ExitStack) -> None:
    """From now on, until ``undo`` is closed."""
    from pytest_celery_guard.in_pytest.imports import refused_in_conftest

    undo.enter_context(refused_in_conftest())


@pytest.hookimpl(wrapper=True)
def pytest_collection(session: pytest.Session) -> Generator[None, object, object]:
    """The same when the tests are imported; a guard for the whole session is on by then."""
    from pytest_celery_guard.options.table import option

    config = session.config
    is_elsewhere = config.pluginmanager.hasplugin(
        "dsession"
    )  # pytest-xdist's first process
    if is_elsewhere or not option(config, "app"):
        return (yield)
    from pytest_celery_guard.in_pytest import imports

    if option(config, "scope") == "session" and option(config, "mode") != "worker":
        imports.turn_on(session)
    elif not option(config, "allow_broker"):
        with imports.refused_in_tests(session):
            return (yield)
    return (yield)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """See to the fixtures around the tests, if any test has the guard, and to its marker."""
    from pytest_celery_guard.options.table import option

    if any(item.get_closest_marker("celery_guard") is not None for item in items):
        from pytest_celery_guard.in_pytest.usage import note_marks_in_vain

        note_marks_in_vain(config, items)
    ours = {"celery_guard", "celery_eager"}
    is_for_all = option(config, "scope") == "session"
    if is_for_all or not all(
        ours.isdisjoint(getattr(item, "fixturenames", ())) for item in items
    ):
        from pytest_celery_guard.in_pytest.around import Around
        from pytest_celery_guard.in_pytest.usage import check_names

        check_names(config)
        config.pluginmanager.register(Around(config, ACTIVE), "celery_guard_around")


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """A marker that could have no effect is an error."""
    if item.get_closest_marker("celery_guard") is not None:
        from pytest_celery_guard.basics.one_line import told_in_one_line
        from pytest_celery_guard.in_pytest.usage import check_marks

        with told_in_one_line():
            check_marks(item)


@pytest.hookimpl(wrapper=True, trylast=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None, None, None]:
    """A test that passed fails for what it left behind."""
    guard = item.stash.get(ACTIVE, None)
    if guard is not None:
        from pytest_celery_guard.commits import transactions

        transactions.begin()  # what the fixtures have open is the test's, not the application's
    result = yield
    if guard is not None:
        from pytest_celery_guard.basics.one_line import told_in_one_line

        with told_in_one_line():
            guard.verify()
    return result


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """A test that fails shows what its tasks did, before the fixture drops it.

    Misuse of results stands with the failure itself, which it mostly explains, and so does what a
    worker in another process can't do.
    """
    guard = item.stash.get(ACTIVE, None)
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


def pytest_assertrepr_compare(op: str, left: object, right: object) -> list[str] | None:
    """Say in which send, or at which state, two sides differ."""
    sides = left, right
    if not any(type(side).__module__.startswith("pytest_celery_guard.") for side in sides):
        return None
    from pytest_celery_guard.explain.comparisons import explained

    return explained(op, left, right)
