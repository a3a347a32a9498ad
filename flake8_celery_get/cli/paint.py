"""Colours: on a terminal that wants them, and nowhere else."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Paint:
    """Marks up parts of the report, or leaves them plain."""

    colours: bool

    def path(self, text: str) -> str:
        """Bold."""
        return self._wrap("1", text)

    def code(self, text: str) -> str:
        """Bold red."""
        return self._wrap("1;31", text)

    def gutter(self, text: str) -> str:
        """Blue."""
        return self._wrap("34", text)

    def removed(self, text: str) -> str:
        """Red."""
        return self._wrap("31", text)

    def added(self, text: str) -> str:
        """Green."""
        return self._wrap("32", text)

    def caret(self, text: str) -> str:
        """Red."""
        return self._wrap("31", text)

    def _wrap(self, style: str, text: str) -> str:
        return f"\x1b[{style}m{text}\x1b[0m" if self.colours else text


def painter() -> Paint:
    """Return what suits stdout; https://no-color.org says how users refuse."""
    refused = os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb"
    return Paint(bool(sys.stdout and sys.stdout.isatty()) and not refused)
