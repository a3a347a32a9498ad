"""What a command leaves behind: what goes to stdout and to stderr, and an exit code."""

from __future__ import annotations

from dataclasses import dataclass

CLEAN, FOUND, BROKEN = 0, 1, 2


class UsageError(Exception):
    """A command line that can't be followed; ``str()`` is one line."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """A finished command; nothing is printed before it is.

    ``output`` is text, or bytes that have to stay as they are. ``report`` is text for
    stderr, where stdout is for something else.
    """

    code: int
    output: str | bytes = ""
    complaints: tuple[str, ...] = ()
    report: str = ""
