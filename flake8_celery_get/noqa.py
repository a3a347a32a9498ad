"""``# noqa`` as flake8 reads it, without flake8.

https://github.com/PyCQA/flake8/blob/main/src/flake8/defaults.py
https://github.com/PyCQA/flake8/blob/main/src/flake8/processor.py
"""

from __future__ import annotations

import io
import re
import tokenize
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flake8_celery_get.finding import Finding

_LINE = re.compile(r"# noqa(?::[\s]?(?P<codes>([A-Z]+[0-9]+(?:[,\s]+)?)+))?", re.IGNORECASE)
_FILE = re.compile(r"\s*# flake8[:=]\s*noqa", re.IGNORECASE)
_INVISIBLE = (tokenize.ENDMARKER, tokenize.DEDENT)
_LINE_ENDS = (tokenize.NL, tokenize.NEWLINE)
# Python 3.12 looks into f-strings.
_F_STRING = {"FSTRING_START": 1, "FSTRING_END": -1}


@dataclass(frozen=True, slots=True)
class Stretch:
    """Lines that are searched together: a comment in one of them counts for all.

    ``comment`` is where the comment starts in ``text``, or -1.
    """

    first: int
    last: int
    text: str
    comment: int
    in_f_string: bool

    def noqa(self) -> re.Match[str] | None:
        """Return the first ``# noqa``, which is the one that counts, also in a string."""
        return _LINE.search(self.text)

    def silences(self, code: str) -> bool:
        """Tell whether findings with this code are switched off here."""
        found = self.noqa()
        if found is None:
            return False
        return found["codes"] is None or code.startswith(codes(found))


def codes(noqa: re.Match[str]) -> tuple[str, ...]:
    """Return the prefixes that a ``# noqa`` names; a blanket one names none."""
    return tuple(code for code in re.split(r"[,\s]", noqa["codes"] or "") if code)


def without_silenced(findings: list[Finding], text: str) -> list[Finding]:
    """Return the findings that no comment in the file's text switches off."""
    if not findings or silences_file(text):
        return []
    if "noqa" not in text.lower():
        return findings
    at = by_line(text)
    return [f for f in findings if f.line not in at or not at[f.line].silences(f.code)]


def silences_file(text: str) -> bool:
    """Tell whether a line of its own says ``# flake8: noqa``."""
    if "flake8" not in text.lower():
        return False
    return any(_FILE.match(line) for line in io.StringIO(text))


def by_line(text: str) -> dict[int, Stretch]:
    """Return what is searched for each line, by its number."""
    return {
        number: stretch
        for stretch in stretches(text)
        for number in range(stretch.first, stretch.last + 1)
    }


def stretches(text: str) -> Iterator[Stretch]:
    """Yield the lines that belong together; nothing for text that is no Python.

    Lines belong together in a multi-line string and after a backslash, not in brackets.
    """
    lines = list(io.StringIO(text))
    first, last, column, depth = len(lines) + 1, 0, -1, 0
    for token in _tokens(lines):
        depth += _F_STRING.get(tokenize.tok_name[token.type], 0)
        if token.type in _INVISIBLE:
            continue
        first, last = min(first, token.start[0]), max(last, token.end[0])
        if token.type == tokenize.COMMENT:
            column = token.start[1]
        if token.type in _LINE_ENDS:
            together = "".join(lines[first - 1 : last])
            # A comment ends its line, so that it is in the last one.
            before = len(together) - len(lines[last - 1])
            comment = -1 if column < 0 else before + column
            yield Stretch(first, last, together, comment, depth > 0)
            first, last, column = len(lines) + 1, 0, -1


def _tokens(lines: list[str]) -> list[tokenize.TokenInfo]:
    try:
        return list(tokenize.generate_tokens(iter(lines).__next__))
    except (tokenize.TokenError, SyntaxError):
        return []
