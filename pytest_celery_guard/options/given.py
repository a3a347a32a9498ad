"""The options of a run and of a test: where they come from. Imports no Celery."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from typing import Any

import pytest

from pytest_celery_guard.options.table import ADDING_UP, OF_RUNS, OF_TESTS, Option

OF_RUN: pytest.StashKey[dict[str, Any]] = pytest.StashKey()
"""The options of ini file and command line."""

WRONG_FLAG = (ValueError, pytest.UsageError)
"""What pytest raises for a flag of the ini file that is neither true nor false."""


def marker() -> str:
    """What ``pytest --markers`` shows."""
    lines = [f"  {each.name}: {each.help}" for each in sorted(OF_TESTS)]
    return "\n".join(
        [
            "celery_guard(**options): options for celery_guard and celery_eager in a test, a"
            " class or a module, such as @pytest.mark.celery_guard(allow_leftover=True):",
            *lines,
        ]
    )


def add_options(parser: pytest.Parser) -> None:
    """Give each option an ini name and a command line name."""
    group = parser.getgroup("celery_guard", "celery-guard")
    for name, kind, text, *_ in OF_RUNS:
        flag, ini = f"--celery-guard-{name.replace('_', '-')}", f"celery_guard_{name}"
        if kind is bool:
            parser.addini(ini, text, type="bool", default=None)
            group.addoption(flag, dest=ini, action="store_true", default=None, help=text)
        else:
            parser.addini(ini, text, default=None)
            action = "append" if kind is tuple else "store"
            group.addoption(flag, dest=ini, action=action, default=None, help=text)


def option(config: pytest.Config, name: str) -> Any:
    """The value of the command line, else of the ini file; None when neither has one."""
    value = config.getoption(f"celery_guard_{name}")
    return config.getini(f"celery_guard_{name}") if value is None else value


def early_option(config: pytest.Config, name: str) -> Any:
    """The same while pytest still loads conftest.py; a wrong value is told later."""
    value = getattr(config.known_args_namespace, f"celery_guard_{name}", None)
    with suppress(*WRONG_FLAG):
        value = config.getini(f"celery_guard_{name}") if value is None else value
    return value


def is_given(config: pytest.Config) -> bool:
    """Whether the ini file or the command line says anything of the guard."""
    try:
        return any(option(config, each.name) for each in OF_RUNS)
    except WRONG_FLAG:
        return True


def options_of(node: pytest.Item | pytest.Collector) -> dict[str, Any]:
    """Ini file and command line, overridden by the markers, the closest one last."""
    given: list[Mapping[str, Any]] = [options_of_run(node.config)]
    given += [each.kwargs for each in reversed(list(node.iter_markers("celery_guard")))]
    options = {name: value for each in given for name, value in each.items()}
    lists = {name: all_of([each.get(name, "") for each in given]) for name in ADDING_UP}
    return {**options, **lists}


def options_of_run(config: pytest.Config) -> dict[str, Any]:
    """Those of ini file and command line that are given, looked up once."""
    if OF_RUN not in config.stash:
        of_tests = [each for each in OF_RUNS if "marker" in each.places]
        found = {each.name: option(config, each.name) for each in of_tests}
        options = {name: value for name, value in found.items() if value not in {None, ""}}
        for name, kind, *_ in filter(is_number, of_tests):
            with suppress(ValueError, KeyError):  # told with the others if it is wrong
                options[name] = kind(options[name])
        config.stash[OF_RUN] = options
    return config.stash[OF_RUN]


def is_number(option: Option) -> bool:
    """Whether an option can be nothing but a number."""
    return option.kind in {int, float} and option.type is not object


def all_of(given: list[Any]) -> list[str]:
    """All codes or patterns that are given, as text or in lists, in several places."""
    found: list[str] = []
    for each in given:
        if isinstance(each, list | tuple | set):
            found += each
        else:
            found += str(each).replace(",", " ").split()
    return found
