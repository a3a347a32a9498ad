"""What the fixtures give, and the app that it is for."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any, NamedTuple, NoReturn

import pytest

from pytest_celery_guard import modes
from pytest_celery_guard.active import ACTIVE
from pytest_celery_guard.app.find_app import checked, find_app
from pytest_celery_guard.basics.one_line import told_in_one_line
from pytest_celery_guard.errors import NoAppError, WrongForAppError
from pytest_celery_guard.handle.guard import CeleryGuard
from pytest_celery_guard.in_pytest.collected import see_to_fixtures
from pytest_celery_guard.in_pytest.outside import stay_outside
from pytest_celery_guard.in_pytest.shared import noted, shared_for, turned_on
from pytest_celery_guard.in_pytest.usage import asks
from pytest_celery_guard.in_pytest.verdicts import end_teardown, give_verdicts
from pytest_celery_guard.option_table import option
from pytest_celery_guard.options.given import all_of, options_of, options_of_run
from pytest_celery_guard.private import pytest as private_pytest

SEARCHED = "celery_guard detects the app when it is enabled"
"""In place of an app: there may be another one in each test."""


def app_of_run(config: pytest.Config) -> Any:
    """The app that the ini file or the command line names, or that it is to be searched for."""
    name = option(config, "app")
    return named_app(config, name) if name else SEARCHED


def guard_of_test(config: pytest.Config, told: Any) -> Iterator[CeleryGuard]:
    """A guard for one test, or the one that is on for several; ``told`` is the fixture's app."""
    item = private_pytest.current_item(config)
    with told_in_one_line(), EndsRunIfWrong(config):
        options = options_of(item)
        app = app_of(item, options, told)
        if shared_guard := shared_for(config, app):
            yield shared_guard
            return
        guard = modes.begin(item, app, options)
    item.stash[ACTIVE] = guard
    give_verdicts(config)
    is_late = False
    if not asks(item):  # a fixture, or the test, has called getfixturevalue()
        stay_outside(config).begin(item)
        see_to_fixtures(config)
        is_late = is_called()
    try:
        yield guard
        if is_late:
            with told_in_one_line():
                guard.verify()
        end_teardown(item, guard)
    finally:
        guard.leave()


def is_called() -> bool:
    """Whether a test asks for the fixture while it runs, too late for the verdict at its end."""
    return os.environ.get("PYTEST_CURRENT_TEST", "").endswith("(call)")


def guard_of_several(
    request: pytest.FixtureRequest, told: Any, *, eager: bool
) -> Iterator[CeleryGuard]:
    """A guard for a class, a module or the session."""
    with told_in_one_line(), EndsRunIfWrong(request.config):
        options = options_of(request.node)
        app = app_of(request.node, options, told)
        with (
            noted(request),
            turned_on(request.node, app, options, eager=eager) as guard,
        ):
            yield guard


def app_of(node: Any, options: dict[str, Any], told: Any) -> Any:
    """The app a marker names, else what the fixture ``celery_guard_app`` has told."""
    is_named = "app" in options and any(
        map(names_an_app, node.iter_markers("celery_guard"))
    )
    name = options.pop("app", None)
    if is_named:
        return find_app(name)
    return find_app(None) if told is SEARCHED else checked(told)


def names_an_app(marker: pytest.Mark) -> bool:
    """Whether it is the marker that has the option, not the ini file."""
    return "app" in marker.kwargs


def named_app(config: pytest.Config, name: str) -> Any:
    """The app that the ini file or the command line names; a wrong name ends the run."""
    try:
        return find_app(name)
    except NoAppError as error:
        end_run(config, str(error))


class EndsRunIfWrong(NamedTuple):
    """What the ini file or the command line says, and the app can't have, ends the run."""

    config: pytest.Config

    def __enter__(self) -> None: ...

    def __exit__(self, _: object, error: BaseException | None, __: object) -> None:
        if isinstance(error, WrongForAppError):
            of_run = options_of_run(self.config).get(error.option, "")
            if error.value in all_of([of_run]):
                end_run(self.config, str(error))


def end_run(config: pytest.Config, text: str) -> NoReturn:
    """End the run with an error: each test that follows would say the same."""
    if hasattr(config, "workerinput"):  # pytest-xdist takes an exit for a crash
        raise pytest.fail.Exception(text, pytrace=False) from None
    pytest.exit(text, pytest.ExitCode.USAGE_ERROR)
