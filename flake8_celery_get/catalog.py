"""All rules, found by walking ``rules/``: a new file there is a new rule."""

from __future__ import annotations

from functools import cache
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from flake8_celery_get import rules
from flake8_celery_get.options import OPINIONS
from flake8_celery_get.rule import Rule

if TYPE_CHECKING:
    from collections.abc import Iterable

EVERY_RULE = "ALL"
PREFIX = "CEL"
"""What each of our codes starts with."""


@cache
def all_rules() -> tuple[type[Rule], ...]:
    """Every rule, by code."""
    found = [
        value
        for module in _modules()
        for value in vars(import_module(module)).values()
        if isinstance(value, type) and issubclass(value, Rule) and value is not Rule
    ]
    return tuple(sorted(found, key=lambda rule: rule.code))


def names() -> dict[str, str]:
    """Every rule's name by its code, as their files have it: a warm run imports no rule."""
    files = sorted(module.rpartition(".")[2] for module in _modules())
    split = (file.partition("_") for file in files)
    return {code.upper(): name.replace("_", "-") for code, _, name in split}


def _modules() -> list[str]:
    """The dotted names of all rules' modules, whatever family's folder they are in."""
    return [
        ".".join((rules.__name__, *file.relative_to(folder).with_suffix("").parts))
        for folder in map(Path, rules.__path__)
        for file in folder.rglob("cel[0-9]*.py")
    ]


def codes() -> tuple[str, ...]:
    """Every rule's code."""
    return tuple(names())


def as_codes(words: Iterable[str], *, with_opinions: bool = False) -> tuple[str, ...]:
    """The codes and prefixes that words mean: rules can be named, and ``ALL`` is every rule.

    ``with_opinions`` spells out those that are off by default, as whoever selects has to.
    """
    every = (PREFIX, *OPINIONS) if with_opinions else (PREFIX,)
    known = {name: (code,) for code, name in names().items()} | {EVERY_RULE: every}
    return tuple(code for word in words for code in known.get(word, (word,)))


def find(code: str) -> type[Rule]:
    """The rule with this code. Raises KeyError when there is none."""
    return {rule.code: rule for rule in all_rules()}[code]
