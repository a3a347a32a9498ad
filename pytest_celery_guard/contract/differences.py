"""Where a value that went through a serialiser is another one."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

IDENTITY: Any = object.__eq__
"""How values compare whose class does not say how."""


class Difference(NamedTuple):
    """A part that arrives otherwise.

    ``is_trifle``: a tuple that arrives as a list with the same members, which code seldom
    notices, and what a project itself taught the serialiser.
    """

    where: str
    before: Any
    after: Any
    is_trifle: bool


def differences(where: str, before: Any, after: Any) -> Iterator[Difference]:
    """The outermost parts that differ; equal values of another type, as of an Enum, do not."""
    if isinstance(before, dict) and isinstance(after, dict):
        yield from of_dicts(where, before, after)
    elif isinstance(before, list | tuple) and isinstance(after, list | tuple):
        yield from of_sequences(where, before, after)
    elif not equal(before, after):
        yield Difference(where, before, after, is_trifle=type(before) is not type(after))


def of_dicts(
    where: str, before: dict[Any, Any], after: dict[Any, Any]
) -> Iterator[Difference]:
    """Keys that are no text any more, or else the values."""
    if before.keys() != after.keys():
        yield Difference(where, before, after, is_trifle=False)
        return
    for key, value in before.items():
        yield from differences(f"{where}[{key!r}]", value, after[key])


def of_sequences(
    where: str, before: list[Any] | tuple[Any, ...], after: list[Any] | tuple[Any, ...]
) -> Iterator[Difference]:
    """Tuples that are lists now, or else the members."""
    if isinstance(before, tuple) and not isinstance(after, tuple):
        yield Difference(where, before, after, is_trifle=type(before) is tuple)
    for at, (mine, theirs) in enumerate(zip(before, after, strict=False)):
        yield from differences(f"{where}[{at}]", mine, theirs)


def equal(before: Any, after: Any) -> bool:
    """Whether two values say that they are equal; true where they can't tell."""
    kind: Any = type(before)
    if kind is type(after) and kind.__eq__ is IDENTITY:
        return True
    try:
        return bool(before == after) or bool(before != before)  # NaN equals nothing
    except Exception:  # an array that has no one answer
        return True
