"""One file of the project: its text, its outline and the code of its definitions."""

from __future__ import annotations

import ast
import re
from bisect import bisect_left
from functools import cached_property
from sys import intern
from typing import TYPE_CHECKING, Any, TypeVar, cast

from flake8_celery_get.source.lines import Lines
from flake8_celery_get.source.lower.nesting import too_deep
from flake8_celery_get.source.outline import Definition, Outline, outline, parse
from flake8_celery_get.source.pack import (
    Extent,
    unpack_block,
    unpack_outline,
    unpack_rows,
)
from flake8_celery_get.source.text import SourceError, decode, in_one_line, load

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterator

    from flake8_celery_get.source.code import Expression, Span, Statement

T = TypeVar("T")

_WORD = re.compile(r"\w+")

LONGEST = 150_000
"""Characters of a definition that is still read: libcst takes 0.7 kB of memory for each."""


class SourceFile:
    """A module as the model reads it: lazily, and from the cache where that is fresh."""

    def __init__(self, path: str, octets: bytes | None, text: str | None) -> None:
        self.path = path
        self._octets = octets
        self._given = text
        self._code: dict[str, list[Statement]] = {}
        self._answers: dict[Hashable, object] = {}
        self._rows: dict[re.Pattern[str], list[int]] = {}
        self._recalled_rows: dict[str, list[int]] = {}
        self.changed = False
        self.parses = False

    @cached_property
    def text(self) -> str:
        """The decoded text; empty for what can't be decoded."""
        if self._given is not None:
            return self._given
        try:
            return decode(load(self.path) if self._octets is None else self._octets)
        except SourceError:
            return ""

    def holds(self, pattern: re.Pattern[str]) -> bool:
        """Whether the pattern is found somewhere in the text."""
        return bool(self._rows_of(pattern))

    def words(self, definition: Definition) -> frozenset[str]:
        """All words of a definition's text, taken apart once."""
        return self.says(definition, _words)

    def says(self, definition: Definition, ask: Callable[[str], T]) -> T:
        """What ``ask`` makes of a definition's text: asked once, whatever other files become."""
        key = definition.line, definition.column, ask
        if key not in self._answers:
            self._answers[key] = ask(definition.text(self.lines))
        return cast("T", self._answers[key])

    def tells(self, ask: Callable[[str], T]) -> T:
        """What ``ask`` makes of the whole text: asked once, whatever other files become."""
        if ask not in self._answers:
            self._answers[ask] = ask(self.text)
        return cast("T", self._answers[ask])

    def finds(self, pattern: re.Pattern[str]) -> bool:
        """The same as ``holds`` without the lines, of which the cache keeps none."""
        if pattern not in self._answers:
            self._answers[pattern] = pattern.search(self.text) is not None
        return cast("bool", self._answers[pattern])

    def has(self, definition: Definition, pattern: re.Pattern[str]) -> bool:
        """Whether the pattern is found in the text of a definition.

        The whole text is searched once, as most definitions hold none of the words.
        """
        rows = self._rows_of(pattern)
        first = bisect_left(rows, definition.line)
        if first == len(rows) or rows[first] > definition.end_line:
            return False
        return pattern.search(definition.text(self.lines)) is not None

    def _rows_of(self, pattern: re.Pattern[str]) -> list[int]:
        """The lines in which the pattern is found; the cache keeps them."""
        rows = self._rows.get(pattern)
        if rows is None:
            rows = self._recalled_rows.get(_name(pattern))
            if rows is None:
                rows = list(_rows(pattern, self.text))
                self.changed = True
            self._rows[pattern] = rows
        return rows

    @cached_property
    def lines(self) -> Lines:
        """The text by lines, without their ends."""
        return Lines(self.text)

    def snippet(self, at: Span) -> str:
        """The code at a span, in one line."""
        first, column, last, end = at
        rows = list(self.lines[first - 1 : last])
        if not rows:
            return ""
        rows[-1] = rows[-1][:end]
        rows[0] = rows[0][column:]
        return in_one_line(rows)

    @cached_property
    def outline(self) -> Outline:
        """Imports and definitions; none for what can't be parsed."""
        self.changed = True
        try:
            tree = parse(self.text)
            self.parses = bool(self.text)
            return outline(tree, self.lines)
        except SourceError:
            return outline(ast.Module([], []), Lines(""))

    def code(self, definition: Definition) -> list[Statement]:
        """The definition's statements, by libcst; none where libcst gives up."""
        key = f"{definition.line}:{definition.column}"
        if key not in self._code:
            self._code[key] = self._lowered(definition.text(self.lines), definition.line)
            self.changed = True
        return self._code[key]

    def decorators(self, definition: Definition) -> list[Expression]:
        """The decorators of a function, whose body is not read for them."""
        if not definition.decorators:
            return []
        key = f"{definition.line}:{definition.column}"
        head = self._code.get(key) or self._code.get(f"{key}@")
        if head is None:
            text = f"{definition.head(self.lines)}def {definition.name}(): ..."
            head = self._code[f"{key}@"] = self._lowered(text, definition.line)
            self.changed = True
        return [node for each in head[:1] for node in getattr(each, "decorators", ())]

    def _lowered(self, text: str, first_line: int) -> list[Statement]:
        if len(text) > LONGEST or too_deep(text):
            return []
        # Imported here: libcst costs a quarter of a second that most runs need not pay.
        from libcst import ParserSyntaxError

        from flake8_celery_get.source.lower.definition import lower

        try:
            return lower(text, first_line)
        except (ParserSyntaxError, RecursionError, MemoryError):
            return []

    def facts(self) -> dict[str, Any]:
        """All that was learnt; ``pack`` makes JSON of it."""
        rows = {_name(pattern): rows for pattern, rows in self._rows.items()}
        return {
            "outline": self.outline,
            "code": self._code,
            "rows": self._recalled_rows | rows,
        }

    def recall(self, facts: dict[str, Any]) -> None:
        """Take up facts that were stored. Raises KeyError, TypeError or ValueError."""
        extent = Extent.of(self.lines)
        outlined = unpack_outline(facts["outline"], extent)
        code = {key: unpack_block(value, extent) for key, value in facts["code"].items()}
        rows = unpack_rows(facts["rows"], extent)
        self.__dict__["outline"] = outlined
        self._code, self._recalled_rows = code, rows
        self.changed = False


def _name(pattern: re.Pattern[str]) -> str:
    return f"{pattern.flags}:{pattern.pattern}"


def _rows(pattern: re.Pattern[str], text: str) -> Iterator[int]:
    """The lines in which the matches of a pattern begin, in order."""
    row, start = 1, 0
    for match in pattern.finditer(text):
        row += text.count("\n", start, match.start())
        start = match.start()
        yield row


def _words(text: str) -> frozenset[str]:
    return frozenset(map(intern, set(_WORD.findall(text))))
