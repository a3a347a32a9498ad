"""Code that is too long for a line: argument lists are left out, names never cut."""

from __future__ import annotations

import re

_OPENING, _CLOSING = "([{", ")]}"
_TOKEN = re.compile(r"""(["'])(?:\\.|(?!\1).)*\1|[^\W]+|\s+|.""", re.DOTALL)
_WORD = re.compile(
    r"""(["'])(?:\\.|(?!\1).)*\1|[\w.]+(?:(?:\(…?\)|\[…\])[\w.]*)*|\s+|.""", re.DOTALL
)
"""A name with its dots and what is left of its arguments, or one other mark."""


def shortened(source: str, room: int) -> str:
    """The code in as many characters as there is room for, if names leave it that much.

    What stands in brackets goes first, the longest part of it before others; then whole
    words at the end.
    """
    without = without_arguments(source, room)
    return without if len(without) <= room else _without_end(without, room)


def without_arguments(source: str, room: int) -> str:
    """The code with as many argument lists left out as it takes."""
    while len(source) > room:
        inner = max(_arguments(source), key=lambda span: span[1] - span[0], default=None)
        if inner is None:
            break
        start, end = inner
        source = f"{source[:start]}…{source[end:]}"
    return source


def _arguments(source: str) -> list[tuple[int, int]]:
    """What stands between the outermost brackets, unless it is as short as can be."""
    spans, depth, start = [], 0, 0
    for token in _TOKEN.finditer(source):
        if token[0] in _OPENING:
            depth += 1
            start = token.end() if depth == 1 else start
        elif token[0] in _CLOSING and depth:
            depth -= 1
            if depth == 0 and token.start() - start > 1:
                spans.append((start, token.start()))
    return spans


def _without_end(source: str, room: int) -> str:
    """The first words of the code, at least one."""
    words = [word[0] for word in _WORD.finditer(source)]
    kept = words[0] if words else ""
    for word in words[1:]:
        if len(kept) + len(word) >= room:
            break
        kept += word
    return f"{kept.rstrip(' .')}…" if len(kept) < len(source) else kept
