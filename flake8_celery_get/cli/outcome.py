"""What a command leaves behind: text for stdout, lines for stderr, an exit code."""

from __future__ import annotations

from dataclasses import dataclass

CLEAN, FOUND, BROKEN = 0, 1, 2


@dataclass(frozen=True, slots=True)
class Outcome:
    """A finished command; nothing is printed before it is."""

    code: int
    output: str = ""
    complaints: tuple[str, ...] = ()
