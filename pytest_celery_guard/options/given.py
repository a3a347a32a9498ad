"""The options of a run and of a test: where they come from. Imports no Celery."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from typing import Any

import pytest

from pytest_celery_guard.option_table import OF_RUNS, Option, option
from pytest_celery_guard.options.table import ADDING_UP

OF_RUN: pytest.StashKey[dict[str, Any]] = pytest.StashKey()
"""The options of ini file and command line."""


def options_of(node: pytest.Item | pytest.Collector) -> dict[str, Any]:
    """Ini file and command line, overridden by the markers, the closest one last."""
    of_run, marks = options_of_run(node.config), list(node.iter_markers("celery_guard"))
    if not marks and of_run.keys().isdisjoint(ADDING_UP):  # as for most tests
        return {**of_run}
    given: list[Mapping[str, Any]] = [of_run, *(each.kwargs for each in reversed(marks))]
    options = {name: value for each in given for name, value in each.items()}
    lists = {name: all_of([each.get(name, "") for each in given]) for name in ADDING_UP}
    return {**options, **lists}


def options_of_run(config: pytest.Config) -> dict[str, Any]:
    """Those of ini file and command line that are given, looked up once."""
    if OF_RUN not in config.stash:
        of_tests = [each for each in OF_RUNS if "marker" in each.places]
        found = {each.name: option(config, each.name) for each in of_tests}
        options = {name: value for name, value in found.items() if value not in {None, ""}}
        for each in filter(is_number, of_tests):
            with suppress(ValueError, KeyError):  # told with the others if it is wrong
                options[each.name] = each.kind(options[each.name])
        config.stash[OF_RUN] = options
    return config.stash[OF_RUN]


def is_number(option: Option) -> bool:
    """Whether an option can be nothing but a number."""
    return option.kind in {int, float}


def all_of(given: list[Any]) -> list[str]:
    """All codes or patterns that are given, as text or in lists, in several places."""
    found: list[str] = []
    for each in given:
        if isinstance(each, str):
            found += each.replace(",", " ").split()
        else:
            found += each if isinstance(each, list | tuple | set) else [each]
    return found
