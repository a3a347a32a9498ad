"""Where something stands, as the editor counts: lines from 0, columns in its own units."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Protocol

from lsprotocol import types

if TYPE_CHECKING:
    from pygls.workspace import PositionCodec


class Spanned(Protocol):
    """A finding or an edit: lines from 1, columns from 0 in characters."""

    @property
    def line(self) -> int:
        """The first line."""

    @property
    def column(self) -> int:
        """The first column."""

    @property
    def end_line(self) -> int:
        """The last line."""

    @property
    def end_column(self) -> int:
        """The column behind the last character."""


class Places:
    """Turns places in one text into the editor's."""

    def __init__(self, text: str, codec: PositionCodec) -> None:
        self._lines: Sequence[str] = text.splitlines(keepends=True) or [""]
        self._codec = codec

    def range(self, span: Spanned) -> types.Range:
        """From where to where something reaches."""
        start = self.position(span.line, span.column)
        return types.Range(start, self.position(span.end_line, span.end_column))

    def position(self, line: int, column: int) -> types.Position:
        """One point."""
        return self._codec.position_to_client_units(
            self._lines, types.Position(line - 1, column)
        )


def touches(one: types.Range, other: types.Range) -> bool:
    """Whether two ranges have a point in common."""
    return one.start <= other.end and other.start <= one.end
