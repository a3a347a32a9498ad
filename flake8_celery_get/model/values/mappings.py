"""Mappings by their entries: which key has which value, and where that stands."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from flake8_celery_get.model.values.parts import elements
from flake8_celery_get.model.values.values import (
    UNKNOWN,
    FromEnvironment,
    Handle,
    Items,
    Literal,
    Place,
    Value,
)
from flake8_celery_get.source.code import NOWHERE

NO_PLACE: Place = ("", NOWHERE)


@dataclass(frozen=True, slots=True)
class Entry:
    """One key of a mapping with its value; a ``key`` that is no constant may be any."""

    key: Value
    value: Value
    place: Place = NO_PLACE

    @property
    def name(self) -> str | None:
        """The key, where it is a known text."""
        if isinstance(self.key, Literal) and isinstance(self.key.value, str):
            return self.key.value
        return None

    @property
    def is_open(self) -> bool:
        """Whether the key may be any."""
        return not isinstance(self.key, Literal)


_KEYS = (Literal, Handle)
"""What is worth knowing of a key: handles may be the keys of what they are for."""


def anything(place: Place) -> Entry:
    """Keys and values that nobody knows."""
    return Entry(UNKNOWN, UNKNOWN, place)


def mapping_of(entries: Iterable[Entry]) -> Items:
    """A mapping that holds these entries, the last of a key last."""
    kept = tuple(entries)
    return Items(
        tuple(entry.value for entry in kept),
        "mapping",
        keys=tuple(e.key if isinstance(e.key, _KEYS) else UNKNOWN for e in kept),
        places=tuple(entry.place for entry in kept),
    )


def entries_of(value: Value) -> tuple[Entry, ...] | None:
    """The entries of a mapping; None where its keys are not known."""
    if not isinstance(value, Items) or value.kind != "mapping":
        return None
    if len(value.keys) != len(value.values):
        return None
    places = value.places or (NO_PLACE,) * len(value.keys)
    return tuple(map(Entry, value.keys, value.values, places))


def unpacked(value: Value, place: Place) -> tuple[Entry, ...]:
    """What ``**value`` brings; what replaces a default may bring anything."""
    if isinstance(value, FromEnvironment):
        defaults = entries_of(value.default) or ()
        may_differ = (replace(e, value=FromEnvironment(e.value)) for e in defaults)
        return (anything(place), *may_differ)
    known = entries_of(value)
    return (Entry(UNKNOWN, elements(value), place),) if known is None else known
