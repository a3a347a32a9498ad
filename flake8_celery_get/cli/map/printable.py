"""A picture whose names can be printed: files and tasks may be called anything."""

from __future__ import annotations

from dataclasses import fields, is_dataclass, replace
from typing import Any, TypeVar

from flake8_celery_get.printing.visible import visible

_T = TypeVar("_T")


def printable(value: _T) -> _T:
    """Return the picture, or a part of it, with unprintable characters escaped.

    Ids are escaped alike, so that links still lead from node to node.
    """
    made: Any = value
    if isinstance(value, str):
        made = visible(value)
    elif isinstance(value, tuple):
        made = tuple(map(printable, value))
    elif is_dataclass(value) and not isinstance(value, type):
        parts = {part.name: printable(getattr(value, part.name)) for part in fields(value)}
        made = replace(value, **parts)
    return made  # type: ignore[no-any-return]
