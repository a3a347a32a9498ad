"""What the table of options says of the kinds of options, and of what each may be."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import UnionType
from typing import Any

from pytest_celery_guard.option_table import TABLE, Option

DEFAULTS: Mapping[type, Any] = {bool: False, str: "", list: (), tuple: ()}
"""Those of a kind, for options that name no other one."""

TAKES: Mapping[type, type | UnionType] = {list: Sequence, dict: Mapping, float: float | int}
"""What a marker may give for a kind, if that is more."""

BY_NAME: Mapping[str, Option] = {each.name: each for each in TABLE}
"""The options by name."""

OF_TESTS = tuple(each for each in TABLE if "marker" in each.places)
"""What a marker can give."""

ADDING_UP = tuple(each.name for each in OF_TESTS if each.kind is list)
"""Options that are lists: what the ini file has and what a marker has is added up."""

REPORTING = ("report", "min_coverage", "properties")
"""Those that ask for a report."""


def type_of(option: Option) -> type | UnionType:
    """What a marker may give."""
    return TAKES.get(option.kind, option.kind)


def unless_given(option: Option) -> Any:
    """The value of an option where nobody gives one."""
    if option.choices:
        return option.choices[0]
    return DEFAULTS.get(option.kind) if option.default is None else option.default
