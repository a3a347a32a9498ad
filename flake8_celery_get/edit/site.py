"""A piece of code as libcst sees it, and what stands around it: where edits are made."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, TypeAlias

import libcst as cst

from flake8_celery_get.finding import Edit
from flake8_celery_get.source.lower import parsed

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from flake8_celery_get.model.module import Module
    from flake8_celery_get.source.code import Span
    from flake8_celery_get.source.outline import Definition
    from flake8_celery_get.source.positions import Positions

Point: TypeAlias = tuple[int, int]
Around: TypeAlias = tuple[cst.CSTNode, ...]


@dataclass(frozen=True, slots=True)
class Site:
    """A node, the nodes around it from the innermost, and the lines of its file."""

    node: cst.CSTNode
    around: Around
    positions: Positions
    lines: Sequence[str]

    def inside(self, kind: type[cst.CSTNode]) -> Iterator[Site]:
        """The sites of all nodes of one kind inside this one."""
        for inner, around in _walk(self.node, self.around):
            if isinstance(inner, kind):
                yield Site(inner, around, self.positions, self.lines)

    def span(self, node: cst.CSTNode | None = None) -> Span:
        """Where a node stands, without brackets around it."""
        return self.positions.span(node or self.node)

    def start(self, node: cst.CSTNode | None = None) -> Point:
        """Where a node starts."""
        return self.span(node)[:2]

    def end(self, node: cst.CSTNode | None = None) -> Point:
        """Where a node ends."""
        return self.span(node)[2:]

    def text(self, start: Point, end: Point) -> str:
        """The code between two points."""
        rows = list(self.lines[start[0] - 1 : end[0]])
        rows[-1] = rows[-1][: end[1]]
        rows[0] = rows[0][start[1] :]
        return "\n".join(rows)

    def source(self, node: cst.CSTNode | None = None) -> str:
        """The code of a node, as it is written."""
        return self.text(self.start(node), self.end(node))

    def inserted(self, at: Point, text: str) -> Edit:
        """New text at a point."""
        return Edit(*at, *at, text)

    def replaced(self, start: Point, end: Point, text: str) -> Edit | None:
        """New text between two points; None where a comment might be lost."""
        if "#" in self.text(start, end):
            return None
        return Edit(*start, *end, text)

    def function(self) -> cst.CSTNode | None:
        """The function, lambda or generator in which the node runs."""
        kinds = (cst.FunctionDef, cst.Lambda, cst.GeneratorExp, cst.ClassDef)
        return next((node for node in self.around if isinstance(node, kinds)), None)

    @property
    def decides_a_loop(self) -> bool:
        """Whether the node stands in the condition of a ``while``."""
        inner = self.node
        for node in self.around:
            if isinstance(node, cst.While) and node.test is inner:
                return True
            if isinstance(node, cst.BaseStatement):
                return False
            inner = node
        return False


def site(module: Module, at: Span, *kinds: type[cst.CSTNode]) -> Site | None:
    """The outermost node of one of the kinds that stands just there."""
    return next(_matching(module, at, kinds, whole=True), None)


def site_from(module: Module, at: Span, *kinds: type[cst.CSTNode]) -> Site | None:
    """The same for a node of which only the start is known."""
    return next(_matching(module, at, kinds, whole=False), None)


def _matching(
    module: Module, at: Span, kinds: tuple[type[cst.CSTNode], ...], *, whole: bool
) -> Iterator[Site]:
    source = module.model.source(module.path)
    definition = _around(source.outline.definitions, at)
    if definition is None:
        return
    try:
        tree, positions = parsed(definition.text(source.lines), definition.line)
    except (cst.ParserSyntaxError, RecursionError):
        return
    length = 4 if whole else 2
    for node, around in _walk(tree, ()):
        if isinstance(node, kinds) and positions.span(node)[:length] == at[:length]:
            yield Site(node, around, positions, source.lines)


def _around(definitions: Iterable[Definition], at: Span) -> Definition | None:
    """The smallest definition around a place."""
    for definition in definitions:
        start = definition.line, definition.column
        if start <= at[:2] and at[2:] <= (definition.end_line, definition.end_column):
            return _around(definition.members, at) or definition
    return None


def _walk(node: cst.CSTNode, around: Around) -> Iterator[tuple[cst.CSTNode, Around]]:
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
