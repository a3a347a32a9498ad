"""Which row the arguments of a send lead to, and whether an open transaction has written it.

A send has a row's key, which says nothing of its model. The instance does, and it is mostly
still there: a variable of whoever sends, or the open transaction has written it. The first
rows of two tables have the same key, so what can't be told apart counts as not written.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from types import FrameType
from typing import Any

from pytest_celery_guard.basics.callers import RUNNERS, package_of

KEYS = ("id", "pk", "key", "slug", "code", "number")
"""Ends of the names of unique fields that a row is found by."""

ENDS = ("", "s", "id", "ids", "pk", "pks")
"""What a parameter's name may have after that of a model."""

Argument = tuple[str, object]
"""The name of a task's parameter, empty if it is not known, and what is sent for it."""


def sent_among(written: list[Any], arguments: Iterable[Argument]) -> Any:
    """The first written row whose key is among the arguments; None when there is none."""
    for parameter, key in keys_in(arguments):
        if any(key in keys_of(row) for row in written):
            found = rows_meant(parameter, key, written)
            if found and all(row in written for row in found):
                return found[0]
    return None


def rows_meant(parameter: str, key: str, written: list[Any]) -> list[Any]:
    """The known rows with a key; of those that a parameter is named after, if it is."""
    known = [*written, *rows_at_hand(sys._getframe(1))]
    rows = [row for row in known if key in keys_of(row)]
    models = tuple(models_named(parameter))
    return [row for row in rows if isinstance(row, models)] if models else rows


def models_named(parameter: str) -> Iterator[type]:
    """The models that a parameter is named after: ``order``, ``order_id``, ``order_ids``."""
    name = parameter.replace("_", "")
    for model in sys.modules["django.apps"].apps.get_models():
        if name.removeprefix(model._meta.model_name) in ENDS and name not in ENDS:
            yield model


def keys_in(arguments: Iterable[Argument]) -> Iterator[tuple[str, str]]:
    """Arguments that may be keys of rows, as text; also those in lists and dicts."""
    for parameter, value in arguments:
        if isinstance(value, dict):
            yield from keys_in((str(key), each) for key, each in value.items())
        elif isinstance(value, list | tuple | set | frozenset):
            yield from keys_in((parameter, each) for each in value)
        elif value is not None and not isinstance(value, bool):
            yield parameter, str(getattr(value, "pk", value))


def keys_of(row: Any) -> set[str]:
    """What a row is found by, as text: its primary key, and unique ids, slugs and numbers."""
    fields = (each for each in row._meta.concrete_fields if each.unique)
    names = (
        each.attname for each in fields if each.primary_key or each.name.endswith(KEYS)
    )
    values = (vars(row).get(name) for name in names)  # a deferred one would be a query
    return {str(value) for value in values if value is not None}


def rows_at_hand(frame: FrameType | None) -> Iterator[Any]:
    """The model instances in the variables of whoever sends, and in their attributes."""
    model: Any = getattr(sys.modules.get("django.db.models"), "Model", ())
    while frame is not None and package_of(frame) not in RUNNERS:
        for each in list(frame.f_locals.values()):
            own = getattr(each, "__dict__", None)
            nested = list(own.values()) if type(own) is dict else []
            yield from (row for row in (each, *nested) if isinstance(row, model))
        frame = frame.f_back
