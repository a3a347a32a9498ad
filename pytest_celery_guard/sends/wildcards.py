"""What may stand in place of a value: the value, a wildcard, a function or a class."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from contextlib import suppress
from functools import partial
from pathlib import PurePath
from types import (
    BuiltinFunctionType,
    FunctionType,
    MethodDescriptorType,
    MethodType,
    MethodWrapperType,
)
from typing import Any

from pytest_celery_guard.errors import WrongOptionError

FUNCTIONS = (
    FunctionType,
    MethodType,
    BuiltinFunctionType,  # isclose
    MethodWrapperType,  # [1, 2].__contains__
    MethodDescriptorType,  # str.isdigit
    partial,
)

Json = Callable[[Any], Any]
"""Takes a value through the serialiser."""


def same(expected: Any, got: Any, json: Json) -> bool:
    """Whether a value is the expected one, at least once ``expected`` was serialised too.

    A function stands for each value that it is true for, a class for its instances. What is equal
    by its own account, as ``unittest.mock.ANY`` is, needs nothing from here. All of them may stand
    inside lists and dicts.
    """
    if expected == got:
        return True
    if isinstance(expected, FUNCTIONS):
        return holds(expected, got)
    if isinstance(expected, type):
        return isinstance(got, expected)
    if same_parts(expected, got, json):
        return True
    with suppress(Exception):  # what can't be serialised was not sent
        return bool(json(expected) == got)
    return False


def same_parts(expected: Any, got: Any, json: Json) -> bool:
    """Whether two lists or two dicts have the same values."""
    if isinstance(expected, list | tuple) and isinstance(got, list | tuple):
        pairs = zip(expected, got, strict=False)
        return len(expected) == len(got) and all(same(*pair, json) for pair in pairs)
    if isinstance(expected, Mapping) and isinstance(got, Mapping):
        wanted = {key_of(key, json): value for key, value in expected.items()}
        return wanted.keys() == got.keys() and all(
            same(value, got[key], json) for key, value in wanted.items()
        )
    return False


def key_of(key: Any, json: Json) -> Any:
    """The key of a dict as the serialiser writes it."""
    with suppress(Exception):
        return next(iter(json({key: None})))
    return key


def holds(function: Callable[[Any], Any], got: Any) -> bool:
    """Whether a function is true for a value. What it raises is the test's own fault."""
    answer = function(got)
    if inspect.iscoroutine(answer):
        answer.close()
        raise WrongOptionError(
            f"{shown(function)} is a coroutine function: a placeholder for an argument has"
            " to return true or false."
        )
    return bool(answer)


def shown(value: Any) -> str:
    """A value as a reader would write it: a function by its name, or by its line."""
    is_task = hasattr(value, "delay") and hasattr(value, "name")
    if is_task and not isinstance(value, Mapping):
        return str(value.name).rpartition(".")[2]
    if isinstance(value, FunctionType):
        code = value.__code__
        is_lambda = value.__name__ == "<lambda>"
        place = f" at {PurePath(code.co_filename).name}:{code.co_firstlineno}"
        return f"<lambda{place}>" if is_lambda else value.__qualname__.rpartition(".")[2]
    if isinstance(value, (*FUNCTIONS, type)) and not isinstance(value, partial):
        return str(value.__name__)
    return repr(value)
