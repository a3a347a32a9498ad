"""Code and outlines as JSON-able lists, and back."""

from __future__ import annotations

from dataclasses import fields, is_dataclass
from typing import Any

from flake8_celery_get.source import code
from flake8_celery_get.source.outline import Definition, Outline

_KINDS: dict[str, Any] = {
    kind.__name__: kind
    for kind in (*vars(code).values(), Definition, Outline)
    if isinstance(kind, type) and is_dataclass(kind)
}
_FIELDS = {kind: tuple(part.name for part in fields(kind)) for kind in _KINDS.values()}


def pack(value: Any) -> Any:
    """Lists and scalars that stand for ``value``; nodes become ``{"": [kind, …]}``."""
    if isinstance(value, (list, tuple)):
        return [pack(part) for part in value]
    names = _FIELDS.get(type(value))
    if names is None:
        return value
    return {"": [type(value).__name__, *(pack(getattr(value, name)) for name in names)]}


def unpack(value: Any) -> Any:
    """What ``pack`` was given, with tuples inside frozen nodes as tuples again.

    Raises KeyError, TypeError or ValueError for anything that ``pack`` did not make.
    """
    if isinstance(value, list):
        if value and type(value[0]) is int:  # a span
            return tuple(value)
        return [unpack(part) for part in value]
    if not isinstance(value, dict):
        return value
    kind, *parts = value[""]
    values = [unpack(part) for part in parts]
    if kind in _FROZEN:
        values = [tuple(part) if isinstance(part, list) else part for part in values]
    return _KINDS[kind](*values)


_FROZEN = frozenset({"Definition", "Outline"})
