"""All rules, found by walking ``rules/``: a new file there is a new rule."""

from __future__ import annotations

from functools import cache
from importlib import import_module
from pkgutil import iter_modules

from flake8_celery_get import rules
from flake8_celery_get.rule import Rule


@cache
def all_rules() -> tuple[type[Rule], ...]:
    """Every rule, by code."""
    found = [
        value
        for module in iter_modules(rules.__path__, f"{rules.__name__}.")
        for value in vars(import_module(module.name)).values()
        if isinstance(value, type) and issubclass(value, Rule) and value is not Rule
    ]
    return tuple(sorted(found, key=lambda rule: rule.code))


def codes() -> tuple[str, ...]:
    """Every rule's code, told by the names of their files: a warm run imports no rule."""
    names = (module.name for module in iter_modules(rules.__path__))
    return tuple(sorted(name.partition("_")[0].upper() for name in names))


def find(code: str) -> type[Rule]:
    """The rule with this code. Raises KeyError when there is none."""
    return {rule.code: rule for rule in all_rules()}[code]
