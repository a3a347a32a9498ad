"""The part of the plugin that sees the fixtures around the tests; on where a test has the guard."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager, nullcontext
from functools import partial
from typing import Any

import pytest

from pytest_celery_guard.active import ACTIVE, active_guard
from pytest_celery_guard.app import apps_of_tests
from pytest_celery_guard.basics.one_line import told_in_one_line
from pytest_celery_guard.basics.undo import Undo
from pytest_celery_guard.errors import GuardError, RealBrokerError
from pytest_celery_guard.handle.guard import CeleryGuard
from pytest_celery_guard.in_pytest.outside import stay_outside
from pytest_celery_guard.in_pytest.places import place_of, sent_too_late, with_remedy
from pytest_celery_guard.in_pytest.reach import Reach, is_itself_eager
from pytest_celery_guard.in_pytest.shared import (
    check_mode,
    end_narrower_parts,
    end_with_part,
    shared,
)
from pytest_celery_guard.in_pytest.usage import asks
from pytest_celery_guard.in_pytest.verdicts import end_teardown
from pytest_celery_guard.modes import step
from pytest_celery_guard.options.given import options_of
from pytest_celery_guard.private import pytest as private_pytest
from pytest_celery_guard.refusals import earlier
from pytest_celery_guard.refusals.guarded import ON
from pytest_celery_guard.refusals.guarded import Around as AroundTests
from pytest_celery_guard.refusals.rest import refused_if, stay_ready
from pytest_celery_guard.refusals.threads import for_all_tests
from pytest_celery_guard.watching.reads import stay_watching

NOTHING = nullcontext()


class Around:
    """Begins each test for the guards that are on for several, and sees to what is before it."""

    def __init__(self, config: pytest.Config) -> None:
        self._item: pytest.Item | None = None
        self._reach: Reach | None = None
        self._has_begun = False
        self._outside = stay_outside(config)
        self._free: set[Any] = set()
        earlier.remember()
        undo = Undo()
        stay_ready(undo)
        stay_watching(undo)
        config.add_cleanup(undo.close)

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_setup(self, item: pytest.Item) -> None:
        """Remember which test it is that fixtures are set up for, and whether it has the guard."""
        self._item, self._has_begun = item, False
        self._reach = Reach(item) if asks(item) else None
        if self._free and self._reach:
            definitions = private_pytest.fixture_definitions(item).values()
            self._free.difference_update(*definitions)

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_fixture_setup(
        self, fixturedef: Any, request: pytest.FixtureRequest
    ) -> Generator[None, object, object]:
        """Fixtures of a wider scope come first; with the others, the test begins."""
        try:
            end_narrower_parts(scope := fixturedef.scope, request.config)
            self._turn_on(fixturedef, request)
            if scope == "function":
                self._begin()
            with self._going_with(fixturedef, request), self._around(fixturedef, request):
                return (yield)
        except BaseException as error:  # pytest keeps it: the fixture is not set up again
            private_pytest.keep_error(fixturedef, request, error)
            raise

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtest_call(self, item: pytest.Item) -> Generator[None, object, object]:
        """A test without fixtures of its own begins here."""
        self._begin()
        return (yield)

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtest_teardown(self, item: pytest.Item) -> Generator[None, object, object]:
        """What the test's own fixtures have made goes with it."""
        try:
            return (yield)
        finally:
            self._item = self._reach = None
            if ACTIVE in item.stash:
                del item.stash[ACTIVE]
            step.forget(item.config, apps_of_tests.end())

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtest_makereport(
        self, call: pytest.CallInfo[None]
    ) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        """Say what to write where pytest refuses a fixture for its scope."""
        error = call.excinfo and call.excinfo.value
        if isinstance(error, pytest.fail.Exception) and error.msg is not None:
            error.msg = with_remedy(error.msg)
        return (yield)

    def _turn_on(self, fixturedef: Any, request: pytest.FixtureRequest) -> None:
        """Turn on the guards that are on for this fixture, too."""
        if self._reach is None or (fixturedef.scope == "function" and self._has_begun):
            return
        self._reach.turn_on(request)

    def _around(
        self, fixturedef: Any, request: pytest.FixtureRequest
    ) -> AbstractContextManager[None]:
        """What is around a fixture; nothing, if a guard is on that it ends before."""
        is_wider = fixturedef.scope != "function"
        if is_ours(fixturedef) or not (is_wider or (self._reach and not ON)):
            return for_all_tests() if is_wider else NOTHING
        if self._reach and not options_of(self._reach.item).get("allow_broker"):
            self._free.discard(fixturedef)
        else:
            self._free.add(fixturedef)
        return self._refused(fixturedef, request)

    def _going_with(
        self, fixturedef: Any, request: pytest.FixtureRequest
    ) -> AbstractContextManager[None]:
        """What a fixture of a wider scope sends goes with it; the test must not have begun."""
        if fixturedef.scope == "function" or is_ours(fixturedef):
            return NOTHING
        going = left_by(request) if shared(request.config) else NOTHING
        guard = active_guard(self._item) if self._item and self._has_begun else None
        return going if guard is None else sends_none(fixturedef, guard, going)

    @contextmanager
    def _refused(self, fixturedef: Any, request: pytest.FixtureRequest) -> Iterator[None]:
        """Let nothing out while a fixture is set up and torn down, unless it is free to."""
        undo, told = ExitStack(), list[str]()

        def around(told: list[str], *, is_over: bool) -> AroundTests | None:
            place = place_of(fixturedef, is_over=is_over)
            return None if fixturedef in self._free else AroundTests(*place, told)

        request.addfinalizer(undo.close)
        threads = NOTHING if fixturedef.scope == "function" else for_all_tests()
        with threads, told_in_one_line(), refused_if(partial(around, told, is_over=False)):
            yield
            if told:  # code of the fixture has swallowed it
                raise RealBrokerError(told[0])
        # The last one that is added is the first one that is called.
        at_its_end = refused_if(partial(around, self._outside.told, is_over=True))
        request.addfinalizer(partial(undo.enter_context, at_its_end))

    def _begin(self) -> None:
        item = self._item
        if item is None or self._has_begun:
            return
        self._has_begun = True
        apps_of_tests.begin()
        for guard in shared(item.config):
            options = options_of(item)
            options.pop("app", None)
            is_eager = options.get("mode") == "eager" or is_itself_eager(item)
            check_mode(options)
            with told_in_one_line():
                guard.begin_part(eager=is_eager, **options)
            item.addfinalizer(partial(end_test, item, guard))
            step.mind_hooks(item, guard)
            item.stash[ACTIVE] = guard


def end_test(item: pytest.Item, guard: CeleryGuard) -> None:
    """End a test within a guard for several; its fixtures have ended."""
    try:
        end_teardown(item, guard)
    finally:
        guard.end_part()


def is_ours(fixturedef: Any) -> bool:
    """Whether a fixture is one of the plugin's own."""
    return str(fixturedef.func.__module__).startswith("pytest_celery_guard.")


@contextmanager
def sends_none(
    fixturedef: Any, guard: CeleryGuard, going: AbstractContextManager[None]
) -> Iterator[None]:
    """Refuse a fixture that is set up while a test is under way, if it sends something."""
    before = len(guard.sent)
    with going:
        yield
    if late := guard.sent[before:]:
        with told_in_one_line():
            raise GuardError(sent_too_late(late[0].task, fixturedef))


@contextmanager
def left_by(request: pytest.FixtureRequest) -> Iterator[None]:
    """Let it go when the fixture is over, or if it fails; the fixture ends with its part."""
    end_with_part(request)
    ends = [guard.begin_fixture() for guard in shared(request.config)]
    for end in ends:
        request.addfinalizer(end)
    try:
        yield
    except BaseException:
        for end in ends:
            end()
        raise
    # One with another parameter may follow it while a class of tests goes on.
    request.addfinalizer(partial(end_narrower_parts, request.scope, request.config))
