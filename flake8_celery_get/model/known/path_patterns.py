"""Patterns of paths: they match whole names of files and folders."""

from __future__ import annotations

from collections.abc import Iterable
from fnmatch import fnmatchcase


def matches_any(path: str, patterns: Iterable[str]) -> bool:
    """Whether a path with forward slashes, from the project's root, matches a pattern.

    A pattern matches whole names, wherever they stand: ``test_*.py`` is no folder. One
    that ends in ``/*`` takes everything below that folder.
    """
    parts = path.split("/")
    return any(_matches(parts, pattern.split("/")) for pattern in patterns)


def _matches(parts: list[str], pattern: list[str]) -> bool:
    if len(pattern) > 1 and pattern[-1] in {"*", "**"}:
        folders, pattern = parts[:-1], pattern[:-1]
        starts = range(len(folders) - len(pattern) + 1)
        return any(_equal(folders[start:], pattern) for start in starts)
    return len(parts) >= len(pattern) and _equal(parts[-len(pattern) :], pattern)


def _equal(parts: list[str], pattern: list[str]) -> bool:
    """Whether the parts begin with what the pattern says, name by name."""
    return all(map(fnmatchcase, parts, pattern))
