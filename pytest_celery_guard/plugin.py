"""What pytest loads in every run: options, marker, fixtures. Imports nothing of Celery.

The rest of the package is imported when a fixture is asked for.
"""

from __future__ import annotations

from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator

    from pytest_celery_guard.guard import CeleryGuard

ACTIVE: pytest.StashKey[CeleryGuard] = pytest.StashKey()
"""The guard of the test that runs now, on its item."""

OF_RUN: pytest.StashKey[dict[str, Any]] = pytest.StashKey()
"""The options of ini file and command line."""

MARKER = (
    "celery_guard(**options): allow_failures, allow_leftover, allow_broker, limit, allow, seed,"
    " commit, contract, conf, app"
)


def pytest_addoption(parser: pytest.Parser) -> None:
    """Each option has an ini name and a command line name."""
    group = parser.getgroup("celery_guard", "celery-guard")
    for name, kind, text in (*OPTIONS, *RUN_OPTIONS):
        flag, ini = f"--celery-guard-{name.replace('_', '-')}", f"celery_guard_{name}"
        if kind is bool:
            parser.addini(ini, text, type="bool", default=None)
            group.addoption(flag, dest=ini, action="store_true", default=None, help=text)
        else:
            parser.addini(ini, text, default=None)
            action = "append" if kind is tuple else "store"
            group.addoption(flag, dest=ini, action=action, default=None, help=text)


OPTIONS: tuple[tuple[str, type, str], ...] = (
    ("app", str, "the Celery app under test, as package.module:name"),
    ("allow_failures", bool, "let tests pass though a task failed unseen"),
    ("allow_leftover", bool, "let tests pass though messages were never run"),
    ("allow_broker", bool, "let other apps reach real brokers and result backends"),
    ("limit", int, "so many tasks in one drain are taken for an endless loop"),
    ("seed", int, "run due tasks in an order of chance: a number, or random"),
    ("mode", str, "where tasks run: step, eager or worker"),
    ("broker", str, "worker mode: the URL of a broker, redis:// or amqp://"),
    (
        "backend",
        str,
        "worker mode: the URL of a result store; the broker's, if that is Redis",
    ),
    ("timeout", float, "worker mode: how many seconds a worker may be silent, or wait"),
    ("allow", list, "codes of findings that are no failure, such as CEL602"),
    ("commit", bool, "run on_commit hooks when the application's transaction ends"),
    ("contract", str, "what a send that breaks a rule is: error, strict, warn or off"),
)

RUN_OPTIONS: tuple[tuple[str, type, str], ...] = (
    ("report", tuple, "write what the tasks did to a file, .html or .json"),
    ("min_coverage", float, "percentage of the app's tasks that must run in some test"),
    (
        "properties",
        bool,
        "count each test's tasks in its properties, as JUnit XML has them",
    ),
    (
        "parity",
        bool,
        "run tests that send tasks under the guard too, and tell what differs",
    ),
    ("parity_strict", bool, "the same, and fail the run if a test differs"),
)
"""Options of a whole run, which no marker has."""

REPORTING = ("report", "min_coverage", "properties")
"""Those of them that ask for a report."""


NO_BROKER = (
    "--celery-guard-mode=worker needs --celery-guard-broker=URL, redis:// or amqp://: the broker"
    " that the app is configured with is never used."
)
"""A production broker must not be reached by accident."""


def pytest_configure(config: pytest.Config) -> None:
    """Make the marker known to --strict-markers, and tell of the run if that is asked for."""
    config.addinivalue_line("markers", MARKER)
    if option(config, "mode") == "worker" and not option(config, "broker"):
        raise pytest.UsageError(NO_BROKER)
    draw_seed(config)
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
    from pytest_celery_guard.parity.session import Parity

    parity = Parity(config, guarded, strict=bool(option(config, "parity_strict")))
    config.pluginmanager.register(parity, "celery_guard_parity")


@contextmanager
def guarded(request: pytest.FixtureRequest) -> Iterator[CeleryGuard]:
    """Have the guard on, in its own eager mode, though the test does not ask for it."""
    from pytest_celery_guard.modes import eager

    options = options_of(request.node)
    app = app_of(request, options.pop("app", None))
    guard = eager.begin(request.node, app, options)
    request.node.stash[ACTIVE] = guard
    try:
        yield guard
    finally:
        del request.node.stash[ACTIVE]
        guard.leave()


def draw_seed(config: pytest.Config) -> None:
    """Draw one for the whole run; a process of pytest-xdist takes that of the first one."""
    if option(config, "seed") == "random":
        from pytest_celery_guard.faults.reordering import seed_of

        told = getattr(config, "workerinput", {}).get("celery_guard_seed")
        config.option.celery_guard_seed = told or str(seed_of("random"))


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    """Tell a process of pytest-xdist the seed."""
    node.workerinput["celery_guard_seed"] = node.config.option.celery_guard_seed


@pytest.fixture(scope="session")
def celery_guard_app(request: pytest.FixtureRequest) -> Any:
    """The Celery app under test. Override it, or name the app in the ini file."""
    from pytest_celery_guard.find_app import find_app

    with told_in_one_line():
        return find_app(option(request.config, "app"))


@pytest.fixture
def celery_guard(request: pytest.FixtureRequest) -> Iterator[CeleryGuard]:
    """A Celery worker in the test's own thread: tasks run when the test says so."""
    from pytest_celery_guard import modes

    with told_in_one_line():
        options = options_of(request.node)
        app = app_of(request, options.pop("app", None))
        guard = modes.begin(request.node, app, options)
    request.node.stash[ACTIVE] = guard
    if request.instance is not None and is_unittest(request):
        request.instance.celery_guard = guard
    yield guard
    guard.leave()


@pytest.fixture
def celery_eager(celery_guard: CeleryGuard) -> CeleryGuard:
    """The same, and each task runs before the call that sends it returns."""
    celery_guard.run_each_send()
    return celery_guard


@pytest.hookimpl(wrapper=True, trylast=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None, None, None]:
    """A test that passed fails for what it left behind."""
    guard = item.stash.get(ACTIVE, None)
    if guard is not None:
        from pytest_celery_guard import transactions

        transactions.begin()  # what the fixtures have open is the test's, not the application's
    result = yield
    if guard is not None:
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


@contextmanager
def told_in_one_line() -> Iterator[None]:
    """Fail with the text of an error of ours, without a traceback through our code."""
    from pytest_celery_guard.errors import GuardError

    try:
        yield
    except GuardError as error:
        raise pytest.fail.Exception(str(error), pytrace=False) from None


def option(config: pytest.Config, name: str) -> Any:
    """The value of the command line, else of the ini file; None when neither has one."""
    value = config.getoption(f"celery_guard_{name}")
    return config.getini(f"celery_guard_{name}") if value is None else value


def options_of(item: pytest.Item) -> dict[str, Any]:
    """Ini file and command line, overridden by the markers, the closest one last."""
    options = {**options_of_run(item.config)}
    allowed = [options.get("allow", "")]
    for marker in reversed(list(item.iter_markers("celery_guard"))):
        options |= marker.kwargs
        allowed.append(marker.kwargs.get("allow", ""))
    return {**options, "allow": all_of(allowed)}


def options_of_run(config: pytest.Config) -> dict[str, Any]:
    """Those of ini file and command line that are given, looked up once."""
    if OF_RUN not in config.stash:
        found = {name: option(config, name) for name, _, _ in OPTIONS}
        options = {name: value for name, value in found.items() if value not in {None, ""}}
        for name, kind in (("limit", int), ("timeout", float)):
            with suppress(ValueError, KeyError):  # told with the others if it is wrong
                options[name] = kind(options[name])
        config.stash[OF_RUN] = options
    return config.stash[OF_RUN]


def all_of(allowed: list[Any]) -> list[str]:
    """All codes that are allowed, as text or in lists, wherever it is said."""
    found: list[str] = []
    for each in allowed:
        if isinstance(each, list | tuple | set):
            found += each
        else:
            found += str(each).replace(",", " ").split()
    return found


def app_of(request: pytest.FixtureRequest, name: str | None) -> Any:
    """The app a marker names, else that of the fixture."""
    marked = any(
        "app" in marker.kwargs for marker in request.node.iter_markers("celery_guard")
    )
    if not marked:
        return request.getfixturevalue("celery_guard_app")
    from pytest_celery_guard.find_app import find_app

    return find_app(name)


def is_unittest(request: pytest.FixtureRequest) -> bool:
    """Whether the test is a method of a unittest.TestCase, which can't take fixtures."""
    from unittest import TestCase

    return isinstance(request.instance, TestCase)
