"""A piece of code as libcst sees it, and what stands around it: where edits are made."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

import libcst as cst

from flake8_celery_get.edit.trees import Around, trees_of, walk
from flake8_celery_get.finding import Edit

if TYPE_CHECKING:
    from collections.abc import Sequence

    from flake8_celery_get.model.ask.module import Module
    from flake8_celery_get.source.code import Span
    from flake8_celery_get.source.lower.positions import Positions

Point: TypeAlias = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Site:
    """A node, the nodes around it from the innermost, and the lines of its file."""

    node: cst.CSTNode
    around: Around
    positions: Positions
    lines: Sequence[str]

    def inside(self, kind: type[cst.CSTNode]) -> Iterator[Site]:
        """The sites of all nodes of one kind inside this one."""
        for inner, around in walk(self.node, self.around):
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
    if not module.model.makes_fixes:
        return
    source = module.model.source(module.path)
    tree = trees_of(source).around(at)
    if tree is None:
        return
    for node, around in tree.starting(at):
        if isinstance(node, kinds) and not (whole and tree.positions.span(node) != at):
            yield Site(node, around, tree.positions, source.lines)
