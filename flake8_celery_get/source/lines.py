"""The lines of a text, cut out of it when they are asked for."""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from itertools import accumulate, pairwise
from typing import overload


class Lines(Sequence[str]):
    """A text by lines, without their ends; ``lines[0]`` is line 1.

    The whole project's lines, each a text of its own, would take more memory than its files.
    """

    def __init__(self, text: str) -> None:
        self._text = text
        lengths = (len(line) + 1 for line in text.split("\n"))
        self._starts = array("L", accumulate(lengths, initial=0))

    def __len__(self) -> int:
        return len(self._starts) - 1

    @overload
    def __getitem__(self, at: int) -> str: ...
    @overload
    def __getitem__(self, at: slice) -> list[str]: ...
    def __getitem__(self, at: int | slice) -> str | list[str]:
        if isinstance(at, slice):
            return [self[number] for number in range(len(self))[at]]
        starts = self._starts
        if not 0 <= at < len(starts) - 1:
            at = range(len(starts) - 1)[at]
        return self._text[starts[at] : starts[at + 1] - 1]

    @property
    def width(self) -> int:
        """The length of the longest line."""
        return max(end - start for start, end in pairwise(self._starts)) - 1

    def between(self, line: int, column: int, end_line: int, end_column: int) -> str:
        """The text from one place to another; lines from 1, columns from 0."""
        return self._text[
            self._starts[line - 1] + column : self._starts[end_line - 1] + end_column
        ]
