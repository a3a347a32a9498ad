"""A line of source with carets below it, aligned as a terminal shows both."""

from __future__ import annotations

import unicodedata

WIDTH = 100
TAB = "    "
CUT = "…"
_CONTEXT = 30  # columns to keep in front of the carets when a line is cut


def snippet(line: str, start: int, end: int) -> tuple[str, str]:
    """Return the line and the carets under its characters from ``start`` to ``end``."""
    cells = [_visible(character) for character in line]
    end = max(end, start + 1)
    first, last = _window(cells, start)
    before = CUT if first else ""
    after = CUT if last < len(cells) else ""
    blank = len(before) + _width(cells[first:start])
    carets = max(1, _width(cells[start : min(end, last)]))
    return before + "".join(cells[first:last]) + after, " " * blank + "^" * carets


def _window(cells: list[str], start: int) -> tuple[int, int]:
    """Return the slice of the cells that fits the width and shows the carets."""
    if _width(cells) <= WIDTH:
        return 0, len(cells)
    first = _back(cells, start, _CONTEXT) if _width(cells[: start + 1]) > WIDTH // 2 else 0
    last, room = first, WIDTH
    while last < len(cells) and (room := room - _columns(cells[last])) >= 0:
        last += 1
    return first, last


def _back(cells: list[str], start: int, columns: int) -> int:
    first = min(start, len(cells))
    while first and (columns := columns - _columns(cells[first - 1])) >= 0:
        first -= 1
    return first


def _width(cells: list[str]) -> int:
    return sum(map(_columns, cells))


def _visible(character: str) -> str:
    if character == "\t":
        return TAB
    if character.isprintable() or unicodedata.combining(character):
        return character
    # Control characters could move the cursor, and bidirectional ones the code.
    return " " if character.isspace() else "\N{REPLACEMENT CHARACTER}"


def _columns(cell: str) -> int:
    if cell == TAB:
        return len(TAB)
    if unicodedata.combining(cell):
        return 0
    return 2 if unicodedata.east_asian_width(cell) in "WF" else 1
