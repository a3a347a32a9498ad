"""What is read from the environment: the default is known, what is there is not."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from typing import Any

from flake8_celery_get.model.values.arguments import Given
from flake8_celery_get.model.values.values import UNKNOWN, FromEnvironment, Literal, Value

ENVIRONMENT = "os.environ"
_READERS = re.compile(
    r"(?:.*\.)?environ\.(?:get|pop|setdefault)"
    r"|(?:os\.)?getenv"
    r"|(?:.*\.)?(?:env|Env\(\)|FileAwareEnv\(\))"
    r"(?:\.(?:str|bool|int|float|url|get_value|get|list|json|dict|string))?"
    r"|(?:.*\.)?(?:config|Config\(.*\)|AutoConfig\(\))"
    r"|(?:.*\.)?get_env(?:_value|_variable|_var)?"
)
"""os, django-environ, environs, python-decouple, starlette's Config, and habits."""


@cache
def reads_environment(path: str) -> bool:
    """Whether a callable of this dotted path is one that reads the environment."""
    return _READERS.fullmatch(path) is not None


def from_environment(given: tuple[Given, ...]) -> Value:
    """What such a call gives: its ``default``, or its second argument, if nothing is there."""
    default: Value = UNKNOWN
    positional = [argument.value for argument in given if not argument.name]
    if len(positional) > 1:
        default = positional[1]
    for argument in given:
        if argument.name == "default":
            default = argument.value
    return FromEnvironment(default, name_of(positional[0]) if positional else "")


def converted(kind: str, value: FromEnvironment) -> Value:
    """What ``int(os.environ.get(…))`` gives: the same variable, and its default as a number."""
    default = value.default
    if isinstance(default, Literal):
        try:
            default = Literal(CONVERSIONS[kind](default.value))
        except (TypeError, ValueError):
            default = UNKNOWN
    return replace(value, default=default)


CONVERSIONS: dict[str, Callable[[Any], str | float]] = {
    "bool": bool, "float": float, "int": int, "str": str,
}  # fmt: skip
"""Builtins that make another constant of the text in the environment."""


def of_field(given: tuple[Given, ...]) -> Value:
    """What ``Field(default)`` stands for in a class of settings; no default of None counts."""
    defaults = [argument.value for argument in given if argument.name in {"", "default"}]
    default = defaults[0] if len(defaults) == 1 else UNKNOWN
    return UNKNOWN if default == Literal(None) else FromEnvironment(default)


FIELDS = frozenset({"pydantic.Field", "pydantic.fields.Field", "pydantic.v1.Field"})
"""https://docs.pydantic.dev/latest/concepts/fields/#default-values"""


def is_default_set(value: FromEnvironment) -> bool:
    """Whether it is never empty: ``os.getenv("URL", "redis://") or …`` has no use for more."""
    default = value.default
    return default != UNKNOWN and not (isinstance(default, Literal) and not default.value)


def looked_up(given: tuple[Given, ...]) -> Value:
    """What ``config.get(key, default)`` gives, where nobody knows what is in ``config``."""
    is_plain = len(given) == 2 and not any(argument.name for argument in given)
    return FromEnvironment(given[1].value) if is_plain else UNKNOWN


def name_of(value: Value) -> str:
    """The name of a variable, where it is written down."""
    if isinstance(value, Literal) and isinstance(value.value, str):
        return value.value
    return ""
