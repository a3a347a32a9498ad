"""What a rule reports: plain data, the same for flake8, the terminal and JSON."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, order=True)
class Related:
    """One step on the way from a finding to its cause.

    ``line`` is 1-based, ``column`` is 0-based and counts characters.
    """

    path: str
    line: int
    column: int
    message: str


@dataclass(frozen=True, slots=True, order=True)
class Finding:
    """One place in the linted code that breaks one rule.

    ``path`` is absolute. Lines are 1-based, columns 0-based and in characters,
    ``end_column`` is exclusive. ``fingerprint`` survives moved lines.
    """

    path: str
    line: int
    column: int
    end_line: int
    end_column: int
    code: str
    name: str
    message: str
    related: tuple[Related, ...] = ()
    fingerprint: str = ""
    fix: None = None
