"""What a command leaves behind: text for stdout, lines for stderr, an exit code."""

from __future__ import annotations

from dataclasses import dataclass

CLEAN, FOUND, BROKEN = 0, 1, 2


class UsageError(Exception):
    """A command line that can't be followed; ``str()`` is one line."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """A finished command; nothing is printed before it is."""

    code: int
    output: str = ""
    complaints: tuple[str, ...] = ()
