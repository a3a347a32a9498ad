"""Colors and links: on a terminal that shows them, or where the user wants them."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TextIO

_END = "\x1b\\"
_LINKING = (
    "iTerm.app",
    "WezTerm",
    "vscode",
    "ghostty",
    "Hyper",
    "Tabby",
    "rio",
    "WarpTerminal",
)
"""What programs call themselves in TERM_PROGRAM whose terminals show links."""

_LINKING_TERMS = ("xterm-kitty", "xterm-ghostty", "alacritty", "foot", "wezterm")
_MARKS = ("WT_SESSION", "KONSOLE_VERSION", "DOMTERM")
_FIRST_VTE = 5000  # 0.50 shows links, older ones print them


@dataclass(frozen=True, slots=True)
class Paint:
    """Marks up parts of the report, or leaves them plain."""

    colours: bool
    links: bool = False

    def path(self, text: str) -> str:
        """Bold."""
        return self._wrap("1", text)

    def code(self, text: str, url: str = "") -> str:
        """Bold red, and a link."""
        painted = self._wrap("1;31", text)
        if not (self.links and url):
            return painted
        return f"\x1b]8;;{url}{_END}{painted}\x1b]8;;{_END}"

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


PLAIN = Paint(colours=False)


def painter(color: str, stream: TextIO | None) -> Paint:
    """Return what suits a stream, or a file without one; ``color`` is auto, always or never.

    https://no-color.org and https://force-color.org say how the environment chooses.
    """
    is_terminal = bool(stream and stream.isatty())
    colours = color == "always" or (color == "auto" and _are_wanted(stream, is_terminal))
    return Paint(colours, links=colours and _shows_links(is_terminal))


def _are_wanted(stream: TextIO | None, is_terminal: bool) -> bool:
    if os.environ.get("NO_COLOR") or stream is None:
        return False
    if os.environ.get("FORCE_COLOR"):
        return True
    return is_terminal and os.environ.get("TERM") != "dumb"


def _shows_links(is_terminal: bool) -> bool:
    """Whether a terminal shows links; FORCE_HYPERLINK is what many programs ask for it."""
    forced = os.environ.get("FORCE_HYPERLINK")
    if forced is not None:
        return forced not in {"", "0"}
    return is_terminal and _is_linking_terminal()


def _is_linking_terminal() -> bool:
    """Most terminals leave out what they don't know, but some would print it."""
    told = os.environ.get
    vte = told("VTE_VERSION", "")
    return (
        (vte.isdigit() and int(vte) >= _FIRST_VTE)
        or told("TERM_PROGRAM") in _LINKING
        or told("TERM", "").startswith(_LINKING_TERMS)
        or any(mark in os.environ for mark in _MARKS)
    )
