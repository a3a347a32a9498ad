"""What pytest loads in every run: hooks and fixtures. Imports nothing of Celery.

The rest of the package is imported when a fixture is asked for.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

import pytest

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator

    from pytest_celery_guard.guard import CeleryGuard

ACTIVE: pytest.StashKey[CeleryGuard] = pytest.StashKey()
"""The guard of the test that runs now, on its item."""

MARKER = (
    "celery_guard(**options): allow_failures, allow_leftover, allow_broker, limit, allow, seed,"
    " commit, contract, conf, app"
)


def pytest_addoption(parser: pytest.Parser) -> None:
    """Each option has an ini name and a command line name."""
    from pytest_celery_guard.options import add_options

    add_options(parser)


def pytest_configure(config: pytest.Config) -> None:
    """Make the marker known to --strict-markers, and tell of the run if that is asked for."""
    from pytest_celery_guard.options import REPORTING, is_given, option

    config.addinivalue_line("markers", MARKER)
    if is_given(config):
        from pytest_celery_guard.usage import check_run

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


def compare_with_eager_mode(config: pytest.Config) -> None:
    """Run each test that sends a task twice."""
    from pytest_celery_guard.options import option
    from pytest_celery_guard.parity.session import Parity

    parity = Parity(config, turn_on, strict=bool(option(config, "parity_strict")))
    config.pluginmanager.register(parity, "celery_guard_parity")


def turn_on(item: pytest.Item, app: Any) -> CeleryGuard:
    """Have the guard on, in its own eager mode, though the test does not ask for it."""
    from pytest_celery_guard.modes import eager
    from pytest_celery_guard.options import option, options_of

    options = options_of(item)
    options.pop("app", None)
    if name := option(item.config, "app"):
        named_app(item.config, name)  # a wrong name is told, though another app is compared
    item.stash[ACTIVE] = guard = eager.begin(item, app, options)
    return guard


def draw_seed(config: pytest.Config) -> None:
    """Draw one for the whole run; a process of pytest-xdist takes that of the first one."""
    from pytest_celery_guard.options import option

    if option(config, "seed") == "random":
        from pytest_celery_guard.faults.reordering import seed_of

        told = getattr(config, "workerinput", {}).get("celery_guard_seed")
        config.option.celery_guard_seed = told or str(seed_of("random"))


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    """Tell a process of pytest-xdist the seed."""
    node.workerinput["celery_guard_seed"] = node.config.option.celery_guard_seed


SEARCHED = "celery_guard searches for the app when it is turned on"
"""In place of an app: there may be another one in each test."""


@pytest.fixture(scope="session")
def celery_guard_app(request: pytest.FixtureRequest) -> Any:
    """The Celery app under test. Override it, or name the app in the ini file."""
    from pytest_celery_guard.options import option

    name = option(request.config, "app")
    return named_app(request.config, name) if name else SEARCHED


def named_app(config: pytest.Config, name: str) -> Any:
    """The app that the ini file or the command line names; a wrong name ends the run."""
    from pytest_celery_guard.errors import NoAppError
    from pytest_celery_guard.find_app import find_app

    try:
        return find_app(name)
    except NoAppError as error:
        if hasattr(config, "workerinput"):  # pytest-xdist takes an exit for a crash
            raise pytest.fail.Exception(str(error), pytrace=False) from None
        # Each test that follows would say the same.
        pytest.exit(str(error), pytest.ExitCode.USAGE_ERROR)


@pytest.fixture
def celery_guard(
    request: pytest.FixtureRequest, celery_guard_app: Any
) -> Iterator[CeleryGuard]:
    """A Celery worker in the test's own thread: tasks run when the test says so."""
    from pytest_celery_guard import modes
    from pytest_celery_guard.one_line import told_in_one_line
    from pytest_celery_guard.options import options_of
    from pytest_celery_guard.scopes.shared import shared_for

    with told_in_one_line():
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
    """The same, and each task runs before the call that sends it returns."""
    celery_guard.run_each_send()
    return celery_guard


def for_several_tests(scope: Literal["class", "module", "session"], *, eager: bool) -> Any:
    """A fixture that has the guard on for a class, a module or the session."""

    def turned_on_for_all(
        request: pytest.FixtureRequest, celery_guard_app: Any
    ) -> Iterator[CeleryGuard]:
        from pytest_celery_guard.one_line import told_in_one_line
        from pytest_celery_guard.options import options_of
        from pytest_celery_guard.scopes.shared import turned_on

        with told_in_one_line():
            options = options_of(request.node)
            app = app_of(request.node, options, celery_guard_app)
            with turned_on(request.node, app, options, eager=eager) as guard:
                yield guard

    turned_on_for_all.__doc__ = (
        f"A Celery worker for all tests of a {scope}; each begins with what is there."
    )
    return pytest.fixture(scope=scope)(turned_on_for_all)


celery_guard_class = for_several_tests("class", eager=False)
celery_guard_module = for_several_tests("module", eager=False)
celery_guard_session = for_several_tests("session", eager=False)
_celery_eager_class = for_several_tests("class", eager=True)
_celery_eager_module = for_several_tests("module", eager=True)
_celery_eager_session = for_several_tests("session", eager=True)


@pytest.hookimpl(wrapper=True)
def pytest_load_initial_conftests(
    early_config: pytest.Config,
) -> Generator[None, None, None]:
    """Let nothing out that is sent when conftest.py is imported, if the suite has the guard."""
    from pytest_celery_guard.options import early_option

    names_app = early_option(early_config, "app")
    if not names_app or early_option(early_config, "allow_broker"):
        return (yield)
    from pytest_celery_guard.scopes.imports import refused_in_conftest

    with refused_in_conftest():
        return (yield)


@pytest.hookimpl(wrapper=True)
def pytest_collection(session: pytest.Session) -> Generator[None, object, object]:
    """The same when the tests are imported; a guard for the whole session is on by then."""
    from pytest_celery_guard.options import option

    config = session.config
    is_elsewhere = config.pluginmanager.hasplugin(
        "dsession"
    )  # pytest-xdist's first process
    if is_elsewhere or not option(config, "app"):
        return (yield)
    from pytest_celery_guard.scopes import imports

    if option(config, "scope") == "session" and option(config, "mode") != "worker":
        imports.turn_on(session)
    elif not option(config, "allow_broker"):
        with imports.refused_in_tests(session):
            return (yield)
    return (yield)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """See to the fixtures around the tests, if any test has the guard, and to its marker."""
    from pytest_celery_guard.options import option

    if any(item.get_closest_marker("celery_guard") is not None for item in items):
        from pytest_celery_guard.usage import note_marks_in_vain

        note_marks_in_vain(config, items)
    ours = {"celery_guard", "celery_eager"}
    is_for_all = option(config, "scope") == "session"
    if is_for_all or not all(
        ours.isdisjoint(getattr(item, "fixturenames", ())) for item in items
    ):
        from pytest_celery_guard.scopes.around import Around

        config.pluginmanager.register(Around(ACTIVE), "celery_guard_around")


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """A marker that could have no effect is an error."""
    if item.get_closest_marker("celery_guard") is not None:
        from pytest_celery_guard.one_line import told_in_one_line
        from pytest_celery_guard.usage import check_marks

        with told_in_one_line():
            check_marks(item)


@pytest.hookimpl(wrapper=True, trylast=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None, None, None]:
    """A test that passed fails for what it left behind."""
    guard = item.stash.get(ACTIVE, None)
    if guard is not None:
        from pytest_celery_guard import transactions

        transactions.begin()  # what the fixtures have open is the test's, not the application's
    result = yield
    if guard is not None:
        from pytest_celery_guard.one_line import told_in_one_line

        with told_in_one_line():
            guard.verify()
    return result


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """A test that fails shows what its tasks did, before the fixture drops it.

    Misuse of results stands with the failure itself, which it mostly explains.
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
    text, add_section = guard.misused(), getattr(report.longrepr, "addsection", None)
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


def app_of(node: Any, options: dict[str, Any], told: Any) -> Any:
    """The app a marker names, else what the fixture ``celery_guard_app`` has told."""
    name = options.pop("app", None)
    is_marked = any("app" in each.kwargs for each in node.iter_markers("celery_guard"))
    if not is_marked and told is not SEARCHED:
        return told
    from pytest_celery_guard.find_app import find_app

    return find_app(name)
