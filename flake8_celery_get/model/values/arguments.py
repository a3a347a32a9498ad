"""The arguments of a call, as it gives them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from flake8_celery_get.model.values.mappings import Entry, entries_of
from flake8_celery_get.model.values.values import Value
from flake8_celery_get.source import code


@dataclass(frozen=True, slots=True)
class Given:
    """One argument as a call gives it: ``name`` is the keyword, ``"*"``, ``"**"`` or empty.

    ``at`` is where a keyword stands.
    """

    name: str
    value: Value
    node: code.Expression
    at: code.Span = code.NOWHERE


def named_by_place(given: Sequence[Given], places: dict[str, int]) -> Iterator[Given]:
    """Positional arguments with the names of their parameters, which stand at ``places``."""
    for name, place in places.items():
        if place < len(given) and not any(argument.name for argument in given[: place + 1]):
            yield replace(given[place], name=name)


def with_unpacked(given: Sequence[Given], path: str) -> Iterator[Given]:
    """Arguments in the file at ``path``, those of a known ``**mapping`` in its place."""
    for argument in given:
        entries = entries_of(argument.value) if argument.name == "**" else None
        if entries is None or any(entry.name is None for entry in entries):
            yield argument
        else:
            yield from (_of_entry(entry, argument, path) for entry in entries)


def _of_entry(entry: Entry, unpacked: Given, path: str) -> Given:
    at = entry.place[1] if entry.place[0] == path else code.place(unpacked.node)
    return Given(entry.name or "", entry.value, unpacked.node, at)
