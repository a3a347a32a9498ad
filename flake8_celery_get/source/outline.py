"""Where each definition of a module stands, what it imports, what its classes derive from.

``ast`` says where, quickly; libcst then reads just those definitions that matter.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, TypeAlias

from flake8_celery_get.source.code import Imported
from flake8_celery_get.source.declared import Keywords, ParameterSpec, keywords_of
from flake8_celery_get.source.lines import Lines
from flake8_celery_get.source.quiet import quiet
from flake8_celery_get.source.syntax import described, newer
from flake8_celery_get.source.text import SourceError

DefinitionKind: TypeAlias = Literal["function", "class", "statement"]
NO_KEYWORDS = Keywords()
_NAMED = re.compile(r"\b(?:def|class)\s+(\w+)")


@dataclass(frozen=True, slots=True)
class Definition:
    """A function, a class or any other statement, and the text it spans.

    Lines are 1-based, columns are in characters, ``end_column`` is exclusive.
    ``names`` are those it binds, ``keywords`` what its decorators are given.
    ``within_main`` is true under ``__name__ == "__main__"``, ``is_conditional`` for a
    statement that stands in an ``if``, or in a ``try``, of which more is listed.
    """

    kind: DefinitionKind
    names: tuple[str, ...]
    line: int
    column: int
    end_line: int
    end_column: int
    bases: tuple[str, ...] = ()
    decorators: tuple[str, ...] = ()
    parameters: tuple[ParameterSpec, ...] = ()
    members: tuple[Definition, ...] = ()
    keywords: Keywords = NO_KEYWORDS
    is_async: bool = False
    within_main: bool = False
    is_conditional: bool = False

    @property
    def name(self) -> str:
        """The name of a function or class."""
        return self.names[0] if self.names else ""

    @property
    def positional(self) -> tuple[str, ...]:
        """The names of the parameters that take their arguments by place."""
        return tuple(each.name for each in self.parameters if not each.kind)

    def spans(self, line: int) -> bool:
        """Whether a line stands in the definition."""
        return self.line <= line <= self.end_line

    def text(self, lines: Lines) -> str:
        """The definition's own text, with the blanks before it on its first line."""
        text = lines.between(self.line, 0, self.end_line, self.end_column)
        if self.column and not text[: self.column].isspace():
            return " " * self.column + text[self.column :]
        return text

    def head(self, lines: Lines) -> str:
        """What stands before ``def`` or ``class`` and the name: the decorators."""
        text = self.text(lines)
        named = (found for found in _NAMED.finditer(text) if found[1] == self.name)
        found = next(named, None)
        return text if found is None else text[: found.start()]


@dataclass(frozen=True, slots=True)
class Outline:
    """The imports and definitions at the top of a module, in order."""

    imports: tuple[Imported, ...]
    definitions: tuple[Definition, ...]


def parse(text: str) -> ast.Module:
    """The module's tree. Raises SourceError for what no Python can parse."""
    try:
        with quiet():
            return ast.parse(text)
    except SyntaxError as error:
        tree = newer(text)
        if tree is None:
            raise SourceError(described(error)) from None
        return tree
    except (ValueError, RecursionError, MemoryError) as error:
        reason = str(error) or "too deeply nested"
        raise SourceError(reason) from None


def outline(tree: ast.Module, lines: Lines) -> Outline:
    """What stands where in a module whose text is ``lines``."""
    reader = _Reader(lines)
    imports: list[Imported] = []
    definitions = list(reader.definitions(tree.body, imports))
    return Outline(tuple(imports), tuple(definitions))


class _Reader:
    def __init__(self, lines: Lines) -> None:
        self._lines = lines

    def definitions(
        self,
        body: list[ast.stmt],
        imports: list[Imported],
        within_main: bool = False,
        may_fail: bool = False,
    ) -> Iterator[Definition]:
        for node in body:
            if isinstance(node, (ast.Import, ast.ImportFrom)):
                imports += imported(node, may_fail)
            elif isinstance(node, (ast.If, ast.Try, ast.With)) and _holds_more(node):
                main = within_main or _is_main(node)
                branches = may_fail or not isinstance(node, ast.With)
                for part in _parts(node):
                    yield from self.definitions(part, imports, main, branches)
            else:
                yield self._definition(node, within_main or _is_main(node), may_fail)

    def _definition(
        self, node: ast.stmt, within_main: bool, is_conditional: bool
    ) -> Definition:
        if isinstance(node, ast.ClassDef):
            return self._class(node, within_main)
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            return self._function(node, within_main)
        return Definition(
            "statement",
            tuple(_bound(node)),
            *self._place(node),
            within_main=within_main,
            is_conditional=is_conditional,
        )

    def _function(
        self, node: ast.FunctionDef | ast.AsyncFunctionDef, within_main: bool
    ) -> Definition:
        return Definition(
            "function",
            (node.name,),
            *self._place(node),
            decorators=_dotted_names(node.decorator_list),
            parameters=tuple(_parameters(node.args)),
            keywords=keywords_of(_keywords(node.decorator_list)),
            is_async=isinstance(node, ast.AsyncFunctionDef),
            within_main=within_main,
        )

    def _class(self, node: ast.ClassDef, within_main: bool) -> Definition:
        return Definition(
            "class",
            (node.name,),
            *self._place(node),
            bases=_dotted_names(node.bases),
            decorators=_dotted_names(node.decorator_list),
            members=tuple(self.definitions(node.body, [], within_main)),
            within_main=within_main,
        )

    def _place(self, node: ast.stmt) -> tuple[int, int, int, int]:
        decorators = getattr(node, "decorator_list", None)
        if decorators:
            line, column = self._at_sign(decorators[0])
        else:
            line, column = node.lineno, self._characters(node.lineno, node.col_offset)
        end_line = node.end_lineno or line
        return line, column, end_line, self._characters(end_line, node.end_col_offset or 0)

    def _at_sign(self, decorator: ast.expr) -> tuple[int, int]:
        """Where the ``@`` stands: before the expression, perhaps on a line above it."""
        line = decorator.lineno
        column = self._characters(line, decorator.col_offset)
        while (found := self._lines[line - 1].rfind("@", 0, column)) < 0 and line > 1:
            line -= 1
            column = len(self._lines[line - 1])
        return line, max(found, 0)

    def _characters(self, line: int, octets: int) -> int:
        text = self._lines[line - 1]
        return octets if text.isascii() else len(text.encode()[:octets].decode())


def imported(
    node: ast.Import | ast.ImportFrom, may_fail: bool = False
) -> Iterator[Imported]:
    """What one import statement binds."""
    if isinstance(node, ast.ImportFrom):
        module, level = node.module or "", node.level
        for alias in node.names:
            bound = alias.asname or alias.name
            yield Imported(bound, module, alias.name, level, node.lineno, may_fail)
        return
    for alias in node.names:
        top = alias.name.partition(".")[0]
        module = alias.name if alias.asname else top
        yield Imported(alias.asname or top, module, "", 0, node.lineno, may_fail)


def _holds_more(node: ast.If | ast.Try | ast.With) -> bool:
    kinds = (
        ast.Import, ast.ImportFrom, ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef,
    )  # fmt: skip
    return any(
        isinstance(child, kinds)
        or (isinstance(child, (ast.If, ast.Try, ast.With)) and _holds_more(child))
        for part in _parts(node)
        for child in part
    )


def _parts(node: ast.If | ast.Try | ast.With) -> list[list[ast.stmt]]:
    if isinstance(node, ast.With):
        return [node.body]
    if isinstance(node, ast.If):
        return [node.body, node.orelse]
    handlers = [handler.body for handler in node.handlers]
    return [node.body, *handlers, node.orelse, node.finalbody]


def _is_main(node: ast.stmt) -> bool:
    return (
        isinstance(node, ast.If)
        and isinstance(node.test, ast.Compare)
        and any(_is_dunder_name(side) for side in (node.test.left, *node.test.comparators))
    )


def _is_dunder_name(node: ast.expr) -> bool:
    return isinstance(node, ast.Name) and node.id == "__name__"


def _bound(node: ast.stmt) -> Iterator[str]:
    targets: list[ast.expr] = []
    if isinstance(node, ast.Assign):
        targets = node.targets
    elif isinstance(node, (ast.AnnAssign, ast.AugAssign)):
        targets = [node.target]
    for target in targets:
        for part in ast.walk(target):
            if isinstance(part, ast.Name):
                yield part.id
    if isinstance(node, (ast.If, ast.Try, ast.With, ast.For, ast.While)):
        for child in ast.walk(node):
            if isinstance(child, ast.Name) and isinstance(child.ctx, ast.Store):
                yield child.id


def _parameters(node: ast.arguments) -> Iterator[ParameterSpec]:
    """The parameters in the order of the code."""
    positional = [*node.posonlyargs, *node.args]
    required = len(positional) - len(node.defaults)
    for place, argument in enumerate(positional):
        yield ParameterSpec(argument.arg, "", place >= required)
    if node.vararg is not None:
        yield ParameterSpec(node.vararg.arg, "*")
    for argument, default in zip(node.kwonlyargs, node.kw_defaults, strict=True):
        yield ParameterSpec(argument.arg, "keyword", default is not None)
    if node.kwarg is not None:
        yield ParameterSpec(node.kwarg.arg, "**")


def _keywords(decorators: list[ast.expr]) -> Iterator[tuple[str, object]]:
    for decorator in decorators:
        for keyword in decorator.keywords if isinstance(decorator, ast.Call) else ():
            value = keyword.value
            yield (
                keyword.arg or "",
                value.value if isinstance(value, ast.Constant) else None,
            )


def _dotted_names(nodes: list[ast.expr]) -> tuple[str, ...]:
    return tuple(map(_dotted, nodes))


def _dotted(node: ast.expr) -> str:
    """``a.b`` of ``a.b``, ``a.b(..)`` and ``a.b[..]``; empty when it is no such name."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        value = _dotted(node.value)
        return f"{value}.{node.attr}" if value else ""
    if isinstance(node, ast.Call):
        return _dotted(node.func)
    return _dotted(node.value) if isinstance(node, ast.Subscript) else ""
