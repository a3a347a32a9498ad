"""Names that differ by a slip of one letter."""

from __future__ import annotations

from collections.abc import Iterable

SHORTEST = 5
"""Shorter names are too much alike to tell a slip from another name."""


def typo_of(name: str, known: Iterable[str]) -> str:
    """The one name of which this is a typo; empty where there is none, or several."""
    near = [one for one in known if is_typo(one, name)]
    return near[0] if len(near) == 1 else ""


def is_typo(one: str, other: str) -> bool:
    """Whether two names differ by one letter, or by two that changed places; not by a digit."""
    if abs(len(one) - len(other)) > 1 or len(other) < SHORTEST or one == other:
        return False
    start = 0
    while start < min(len(one), len(other)) and one[start] == other[start]:
        start += 1
    left, right = one[start:], other[start:]
    if any(letter.isdigit() for letter in left[:1] + right[:1]):
        return False
    return (
        left[1:] == right[1:]
        or left[1:] == right
        or left == right[1:]
        or (left[:2] == right[:2][::-1] and left[2:] == right[2:])
    )
