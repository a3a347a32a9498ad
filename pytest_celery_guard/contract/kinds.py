"""Kinds of values that tasks should not be given, and what to give instead.

Nothing is imported for it: what the process has not loaded, no argument can be.
"""

from __future__ import annotations

import io
import sys
from typing import Any

from pytest_celery_guard.private.frameworks import SQLALCHEMY_STATE

LIVE: tuple[tuple[str, str, str, str], ...] = (
    ("django.db.models", "Model", "the Django model {name}", "Send its primary key."),
    ("django.db.models", "QuerySet", "a QuerySet", "Send a list of primary keys."),
    (
        "django.http",
        "HttpRequest",
        "a request",
        "Send only the values that the task needs.",
    ),
    (
        "starlette.requests",
        "HTTPConnection",
        "a request",
        "Send only the values that the task needs.",
    ),
    (
        "werkzeug.wrappers",
        "Request",
        "a request",
        "Send only the values that the task needs.",
    ),
    ("sqlalchemy.orm", "Session", "a session", "Open one in the task."),
    ("sqlalchemy.engine", "Connection", "a connection", "Open one in the task."),
)
"""Module, class, what it is called, and the remedy."""

PLAIN: tuple[tuple[str, str, str, str], ...] = (
    ("celery.result", "ResultBase", "the result of a task", "Send its id."),
    ("datetime", "timedelta", "a timedelta", "Send its total_seconds()."),
    ("enum", "Enum", "the Enum {name}", "Send its value."),
    ("collections.abc", "Coroutine", "a coroutine", "Await it first."),
    ("collections.abc", "Generator", "a generator", "Send a list."),
    ("collections.abc", "Set", "a set", "Send a sorted list."),
    ("pydantic", "BaseModel", "the model {name}", "Send its model_dump(mode='json')."),
)
"""The same, for values that pickle carries well."""


def live_kind_of(value: Any) -> tuple[str, str] | None:
    """What an object that lives with this process is called, and the remedy; None for others."""
    if isinstance(value, io.IOBase):
        return "an open file", " Send its path, or its content."
    if SQLALCHEMY_STATE in getattr(value, "__dict__", ()):
        return named("the SQLAlchemy model {name}", value), " Send its primary key."
    return first_of(LIVE, value)


def kind_of(value: Any) -> tuple[str, str]:
    """What a value is called, and a remedy if there is a common one."""
    if isinstance(value, dict):
        return "a dict whose keys are not strings", " Send a list of pairs."
    if hasattr(type(value), "__dataclass_fields__"):
        return named("the dataclass {name}", value), " Send its dataclasses.asdict()."
    found = live_kind_of(value) or first_of(PLAIN, value)
    return found or (named("an object of type {name}", value), "")


def first_of(
    kinds: tuple[tuple[str, str, str, str], ...], value: Any
) -> tuple[str, str] | None:
    """The first kind that a value is of."""
    for module, name, what, remedy in kinds:
        kind = getattr(sys.modules.get(module), name, None)
        if isinstance(kind, type) and isinstance(value, kind):
            return named(what, value), f" {remedy}"
    return None


def named(what: str, value: Any) -> str:
    """What a value is called, with the name of its class."""
    # A lazy object, such as Django's request.user, gives the class it stands for.
    return what.format(name=value.__class__.__qualname__)
