"""Wrong uses of the guard, told before anything runs. Imports no Celery."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import pytest

from pytest_celery_guard.basics.meant import SLIP, closest, did_you_mean
from pytest_celery_guard.errors import GuardError, WrongOptionError
from pytest_celery_guard.faults.reordering import seed_of
from pytest_celery_guard.findings.allowed import CODES, checked
from pytest_celery_guard.option_table import OF_RUNS, WRONG_FLAG, option
from pytest_celery_guard.options.given import all_of, options_of_run
from pytest_celery_guard.options.settings import (
    CHOICES,
    TYPES,
    check_choice,
    settings_of,
)
from pytest_celery_guard.options.table import ADDING_UP
from pytest_celery_guard.private.pytest import unknown_ini_names
from pytest_celery_guard.real_worker.processes.address import address_of

OURS = frozenset({"celery_guard", "celery_eager"})
"""The fixtures that turn the guard on."""

IN_VAIN: pytest.StashKey[set[Any]] = pytest.StashKey()
"""Classes and modules whose marker is for nobody."""

PARITY = "celery_guard_parity"
"""The plugin that has a guard on for tests that don't ask."""

NO_BROKER = (
    "--celery-guard-mode=worker needs --celery-guard-broker=URL, redis:// or amqp://: the broker"
    " that the app is configured with is never used."
)
"""A production broker must not be reached by accident."""
NO_FIXTURE = (
    "@pytest.mark.celery_guard has no effect, because the test doesn't use the fixture."
    ' Write def test_it(celery_guard), or add @pytest.mark.usefixtures("celery_guard").'
)


def check_run(config: pytest.Config) -> None:
    """Raise UsageError, for the whole run, if ini file or command line have a wrong value."""
    for each in OF_RUNS:
        if each.kind is bool:
            try:
                option(config, each.name)
            except WRONG_FLAG as error:
                raise pytest.UsageError(f"celery_guard_{each.name}: {error}") from None
    options = dict(options_of_run(config))
    options.pop("app", None)
    try:
        lists = {name: all_of([options.get(name, "")]) for name in ADDING_UP}
        settings = settings_of({**options, **lists})
        checked(settings.allow)
        seed_of(settings.seed)
        if scope := option(config, "scope"):
            check_choice("scope", scope)
        if settings.broker:
            address_of(settings.broker, settings.backend)
    except WrongOptionError as error:
        raise pytest.UsageError(str(error)) from None
    if settings.mode == "worker" and not settings.broker:
        raise pytest.UsageError(NO_BROKER)


LIKE_OURS = ("celery_guard", "celeryguard", "celery-guard", "celery_gaurd")
"""How the names of our options begin, as they are written."""


def check_names(config: pytest.Config) -> None:
    """Raise UsageError for an option in the ini file that there is none of."""
    for name in unknown_ini_names(config):
        if not name.startswith(LIKE_OURS):
            continue
        known = [f"celery_guard_{each.name}" for each in OF_RUNS]
        text = f"The ini file has {name}, which is not an option."
        if name.removeprefix("celery_guard_") in TYPES:
            raise pytest.UsageError(f"{text} It is one of the marker only.")
        can_have = f" It can have {', '.join(known)}."
        hint = did_you_mean(closest(name, known, SLIP), can_have, shown=str)
        raise pytest.UsageError(f"{text}{hint}")


def check_marks(item: pytest.Item) -> None:
    """Raise GuardError if a marker of a test could have no effect, or has what it can't have."""
    for marker in item.iter_markers("celery_guard"):
        if marker.args:
            raise WrongOptionError(positional(marker.args))
    config = item.config
    if asks(item) or config.pluginmanager.hasplugin(PARITY):
        return
    if option(config, "scope") == "session":  # it is on for all tests
        return
    in_vain = config.stash.get(IN_VAIN, ())
    if any(node is item or node in in_vain for node, _ in marked(item)):
        raise GuardError(NO_FIXTURE)


def marked(item: pytest.Item) -> Iterator[tuple[Any, Any]]:
    """The nodes that have the marker for a test: itself, its class, its module."""
    return item.iter_markers_with_node("celery_guard")


def note_marks_in_vain(config: pytest.Config, items: Iterable[pytest.Item]) -> None:
    """Remember the classes and modules that have the marker, and no test with the fixture.

    Where single tests were chosen, the others may well have it.
    """
    if any("::" in each for each in config.args) or config.getoption("lf", False):
        return
    has_fixture: dict[Any, bool] = {}
    for item in items:
        for node, _ in marked(item):
            has_fixture[node] = has_fixture.get(node, False) or asks(item)
    config.stash[IN_VAIN] = {node for node, is_asked in has_fixture.items() if not is_asked}


def asks(item: pytest.Item) -> bool:
    """Whether a test has one of the guard's fixtures, in its arguments or behind them."""
    return not OURS.isdisjoint(getattr(item, "fixturenames", ()))


def positional(args: tuple[Any, ...]) -> str:
    """What to write in place of a marker's arguments without a name."""
    given, meant = ", ".join(map(repr, args)), ", ".join(map(meant_by, args))
    return (
        f"@pytest.mark.celery_guard({given}): options must be named. Did you mean"
        f" @pytest.mark.celery_guard({meant})?"
    )


def meant_by(value: object) -> str:
    """The option that a value without a name was probably meant for."""
    if isinstance(value, bool):
        return f"allow_failures={value!r}"
    for kind, name in (
        (int | float, "limit"),
        (dict, "conf"),
        (list | tuple | set, "allow"),
    ):
        if isinstance(value, kind):
            return f"{name}={value!r}"
    return meant_by_text(str(value)) if isinstance(value, str) else f"app={value!r}"


def meant_by_text(text: str) -> str:
    """The same of text: the name of a flag, one of a list, a code, or else an app."""
    flags = [name for name, kind in TYPES.items() if kind is bool]
    if flag := closest(text, flags):
        return f"{flag}=True"
    for name, choices in CHOICES.items():
        if text in choices:
            return f"{name}={text!r}"
    return f"allow=[{text!r}]" if text.partition(":")[0] in CODES else f"app={text!r}"
