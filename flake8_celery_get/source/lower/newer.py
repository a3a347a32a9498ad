"""The outline's tree of a module in syntax that is newer than the Python that runs.

libcst reads what ``ast`` can't. Of each definition only that is told which an outline needs:
names, places, decorators, bases; what stands inside is lowered by libcst anyway.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from typing import TypeVar

import libcst as cst

from flake8_celery_get.source.lower.nesting import too_deep
from flake8_celery_get.source.lower.positions import Positions

_Made = TypeVar("_Made", ast.stmt, ast.expr)


def tree_of(text: str) -> ast.Module | None:
    """The tree that an outline is made from; None for what no Python can parse."""
    if too_deep(text):
        return None
    try:
        module = cst.parse_module(text)
    except (cst.ParserSyntaxError, RecursionError, MemoryError):
        return None
    positions = Positions(module, text, 1)
    return ast.Module(_Converter(module, positions, text.split("\n")).block(module), [])


class _Converter:
    """Makes an ``ast`` node of each statement, at the place where it stands."""

    def __init__(self, module: cst.Module, positions: Positions, lines: list[str]) -> None:
        self._module = module
        self._positions = positions
        self._lines = lines

    def block(self, node: cst.CSTNode | None) -> list[ast.stmt]:
        """The statements of a module, a suite, a branch or nothing."""
        return [made for child in _statements(node) for made in self._made(child)]

    def _made(self, node: cst.CSTNode) -> Iterator[ast.stmt]:
        if isinstance(node, (cst.SimpleStatementLine, cst.SimpleStatementSuite)):
            for part in node.body:
                yield self._placed(self._simple(part), part, part)
        else:
            yield self._placed(self._compound(node), node, _last(node))

    def _simple(self, node: cst.CSTNode) -> ast.stmt:
        if isinstance(node, (cst.Import, cst.ImportFrom)):
            return self._parsed(self._text(node))
        if isinstance(node, cst.Assign):
            targets = [self._target(target.target) for target in node.targets]
            return ast.Assign(targets, ast.Constant(None))
        if isinstance(node, (cst.AnnAssign, cst.AugAssign)):
            return ast.Assign([self._target(node.target)], ast.Constant(None))
        return ast.Pass()

    def _if(self, node: cst.If) -> ast.If:
        orelse = node.orelse
        inner = (
            list(self._made(orelse)) if isinstance(orelse, cst.If) else self.block(orelse)
        )
        return ast.If(self._expression(node.test), self.block(node.body), inner)

    def _compound(self, node: cst.CSTNode) -> ast.stmt:
        if isinstance(node, cst.FunctionDef):
            return self._function(node)
        if isinstance(node, cst.ClassDef):
            return self._class(node)
        if isinstance(node, cst.If):
            return self._if(node)
        if isinstance(node, (cst.Try, cst.TryStar)):
            return self._try(node)
        if isinstance(node, cst.With):
            names = [item.asname.name for item in node.items if item.asname]
            return ast.With([self._bound(name) for name in names], self.block(node.body))
        if isinstance(node, cst.For):
            target, nothing = self._target(node.target), ast.Constant(None)
            return ast.For(target, nothing, self.block(node.body), self.block(node.orelse))
        if isinstance(node, cst.While):
            test = ast.Constant(True)
            return ast.While(test, self.block(node.body), self.block(node.orelse))
        return ast.Pass()

    def _function(self, node: cst.FunctionDef) -> ast.stmt:
        kind = ast.AsyncFunctionDef if node.asynchronous else ast.FunctionDef
        return kind(
            name=node.name.value,
            args=_arguments(node.params),
            body=[],
            decorator_list=self._decorators(node.decorators),
        )

    def _class(self, node: cst.ClassDef) -> ast.ClassDef:
        return ast.ClassDef(
            name=node.name.value,
            bases=[self._expression(base.value) for base in node.bases],
            keywords=[],
            body=self.block(node.body),
            decorator_list=self._decorators(node.decorators),
        )

    def _try(self, node: cst.Try | cst.TryStar) -> ast.Try:
        handlers = [
            ast.ExceptHandler(None, None, self.block(handler.body))
            for handler in node.handlers
        ]
        return ast.Try(
            self.block(node.body),
            handlers,
            self.block(node.orelse),
            self.block(node.finalbody),
        )

    def _bound(self, name: cst.CSTNode) -> ast.withitem:
        return ast.withitem(ast.Constant(None), self._target(name))

    def _decorators(self, nodes: Sequence[cst.Decorator]) -> list[ast.expr]:
        return [self._expression(node.decorator) for node in nodes]

    def _expression(self, node: cst.CSTNode) -> ast.expr:
        """A decorator, a base or a test; nothing telling where ``ast`` can't read it."""
        try:
            parsed = ast.parse(f"({self._text(node)})", mode="eval").body
        except SyntaxError:
            parsed = ast.Constant(None)
        return self._placed(parsed, node, node)

    def _target(self, node: cst.CSTNode) -> ast.expr:
        """What something is bound to."""
        made = self._parsed(f"{self._text(node)} = 0")
        target = made.targets[0] if isinstance(made, ast.Assign) else ast.Constant(None)
        return self._placed(target, node, node)

    def _text(self, node: cst.CSTNode) -> str:
        return self._module.code_for_node(node)

    def _parsed(self, text: str) -> ast.stmt:
        try:
            return ast.parse(text.strip()).body[0]
        except SyntaxError:
            return ast.Pass()

    def _placed(self, made: _Made, first: cst.CSTNode, last: cst.CSTNode) -> _Made:
        line, column, *_ = self._positions.span(first)
        *_, end_line, end_column = self._positions.span(last)
        made.lineno, made.col_offset = line, self._octets(line, column)
        made.end_lineno = end_line
        made.end_col_offset = self._octets(end_line, end_column)
        return made

    def _octets(self, line: int, characters: int) -> int:
        """Columns are counted as ``ast`` does, in bytes."""
        return len(self._lines[line - 1][:characters].encode("utf-8", "surrogatepass"))


def _arguments(node: cst.Parameters) -> ast.arguments:
    """The names of the parameters; a constant stands for each default."""
    positional = [*node.posonly_params, *node.params]
    default = ast.Constant(None)
    return ast.arguments(
        posonlyargs=[],
        args=[ast.arg(each.name.value) for each in positional],
        vararg=_argument(node.star_arg),
        kwonlyargs=[ast.arg(each.name.value) for each in node.kwonly_params],
        kw_defaults=[default if each.default else None for each in node.kwonly_params],
        kwarg=_argument(node.star_kwarg),
        defaults=[default for each in positional if each.default],
    )


def _argument(node: object) -> ast.arg | None:
    return ast.arg(node.name.value) if isinstance(node, cst.Param) else None


def _statements(node: cst.CSTNode | None) -> Sequence[cst.CSTNode]:
    if node is None:
        return ()
    if isinstance(node, cst.SimpleStatementSuite):
        return (node,)
    if isinstance(node, (cst.Module, cst.IndentedBlock)):
        return node.body
    return _statements(getattr(node, "body", None))


def _last(node: cst.CSTNode) -> cst.CSTNode:
    """The last simple statement inside: empty lines and comments behind it don't count."""
    if isinstance(node, cst.Match):
        return _last(node.cases[-1])
    for name in ("finalbody", "orelse", "handlers", "body"):
        inner = getattr(node, name, None)
        if isinstance(inner, (list, tuple)):
            inner = inner[-1] if inner else None
        if inner is not None:
            return _last(inner)
    return node
