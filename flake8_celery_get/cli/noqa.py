"""``# noqa`` as flake8 reads it, without flake8.

https://github.com/PyCQA/flake8/blob/main/src/flake8/defaults.py
https://github.com/PyCQA/flake8/blob/main/src/flake8/processor.py
"""

from __future__ import annotations

import io
import re
import tokenize
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flake8_celery_get.finding import Finding

_LINE = re.compile(r"# noqa(?::[\s]?(?P<codes>([A-Z]+[0-9]+(?:[,\s]+)?)+))?", re.IGNORECASE)
_FILE = re.compile(r"\s*# flake8[:=]\s*noqa", re.IGNORECASE)
_INVISIBLE = (tokenize.ENDMARKER, tokenize.DEDENT)
_LINE_ENDS = (tokenize.NL, tokenize.NEWLINE)


def without_silenced(findings: list[Finding], text: str) -> list[Finding]:
    """Return the findings that no comment in the file's text switches off."""
    lines = list(io.StringIO(text))
    if not findings or silences_file(text):
        return []
    if "noqa" not in text.lower():
        return findings
    statements = dict(_statements(lines))
    return [f for f in findings if not _is_silenced(f, statements.get(f.line, ""))]


def silences_file(text: str) -> bool:
    """Tell whether a line of its own says ``# flake8: noqa``."""
    if "flake8" not in text.lower():
        return False
    return any(_FILE.match(line) for line in io.StringIO(text))


def _is_silenced(finding: Finding, statement: str) -> bool:
    comment = _LINE.search(statement)
    if comment is None:
        return False
    codes = comment["codes"]
    if codes is None:
        return True
    prefixes = tuple(code for code in re.split(r"[,\s]", codes) if code)
    return finding.code.startswith(prefixes)


def _statements(lines: list[str]) -> Iterator[tuple[int, str]]:
    """Yield each line number with the text of all lines that belong together there.

    Lines belong together in a multi-line string and after a backslash, not in brackets.
    """
    first, last = len(lines) + 1, 0
    for token in _tokens(lines):
        if token.type in _INVISIBLE:
            continue
        first, last = min(first, token.start[0]), max(last, token.end[0])
        if token.type in _LINE_ENDS:
            together = "".join(lines[first - 1 : last])
            yield from ((number, together) for number in range(first, last + 1))
            first, last = len(lines) + 1, 0


def _tokens(lines: list[str]) -> list[tokenize.TokenInfo]:
    try:
        return list(tokenize.generate_tokens(iter(lines).__next__))
    except (tokenize.TokenError, SyntaxError):
        return []
