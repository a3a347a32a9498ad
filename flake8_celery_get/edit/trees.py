"""The trees of a module's definitions, each parsed once however many findings it has."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import fields
from functools import lru_cache
from typing import TYPE_CHECKING, TypeAlias

import libcst as cst

from flake8_celery_get.source.lower.definition import parsed
from flake8_celery_get.source.lower.nesting import too_deep

if TYPE_CHECKING:
    from flake8_celery_get.project.source_file import SourceFile
    from flake8_celery_get.source.code import Span
    from flake8_celery_get.source.outline import Definition

Around: TypeAlias = tuple[cst.CSTNode, ...]
Placed: TypeAlias = tuple[cst.CSTNode, Around]
"""A node, and the nodes around it from the innermost."""


class Tree:
    """The nodes of one definition, by where they start."""

    def __init__(self, text: str, first_line: int) -> None:
        tree, self.positions = parsed(text, first_line)
        self._starting: dict[tuple[int, int], list[Placed]] = {}
        for node, around in walk(tree, ()):
            if self.positions.has(node):
                start = self.positions.span(node)[:2]
                self._starting.setdefault(start, []).append((node, around))

    def starting(self, at: Span) -> list[Placed]:
        """The nodes that start where a span does, the outer ones first."""
        return self._starting.get(at[:2], [])


class Trees:
    """The definitions of one file that someone asked about."""

    def __init__(self, source: SourceFile) -> None:
        self._source = source
        self._known: dict[tuple[int, int], Tree | None] = {}

    def around(self, at: Span) -> Tree | None:
        """The tree of the smallest definition around a place; None where libcst gives up."""
        definition = _around(self._source.outline.definitions, at)
        if definition is None:
            return None
        key = definition.line, definition.column
        if key not in self._known:
            self._known[key] = _parsed(definition.text(self._source.lines), key[0])
        return self._known[key]


@lru_cache(maxsize=1)
def trees_of(source: SourceFile) -> Trees:
    """The trees of a file. Rules go from module to module: the last one's are kept."""
    return Trees(source)


def _parsed(text: str, first_line: int) -> Tree | None:
    if too_deep(text):
        return None
    try:
        return Tree(text, first_line)
    except (cst.ParserSyntaxError, RecursionError):
        return None


def _around(definitions: Iterable[Definition], at: Span) -> Definition | None:
    """The smallest definition around a place."""
    for definition in definitions:
        start = definition.line, definition.column
        if start <= at[:2] and at[2:] <= (definition.end_line, definition.end_column):
            return _around(definition.members, at) or definition
    return None


def walk(node: cst.CSTNode, around: Around) -> Iterator[Placed]:
    """The node and all inside it, each with those around it, in the order of the code."""
    waiting = [(node, around)]
    while waiting:
        node, around = waiting.pop()
        yield node, around
        inside = (node, *around)
        waiting += [(child, inside) for child in reversed(list(_children(node)))]


def _children(node: cst.CSTNode) -> Iterator[cst.CSTNode]:
    for part in fields(node):
        value = getattr(node, part.name)
        for child in value if isinstance(value, (list, tuple)) else (value,):
            if isinstance(child, cst.CSTNode) and not isinstance(child, _BLANKS):
                yield child


_BLANKS = (cst.BaseParenthesizableWhitespace, cst.TrailingWhitespace, cst.EmptyLine)
