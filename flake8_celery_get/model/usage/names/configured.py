"""Where the code that makes an app has finished configuring it."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import TYPE_CHECKING

from flake8_celery_get.source.outline import parse
from flake8_celery_get.source.text import SourceError

if TYPE_CHECKING:
    from flake8_celery_get.source.code import Span

_CONFIGURES = ("config_from_object", "conf")


def configured(text: str, at: Span) -> tuple[str, ast.stmt] | None:
    """The name that an app made ``at`` a place gets, and the last statement that configures it.

    None for an app that gets no plain name, or gets it at some condition only.
    """
    try:
        tree = parse(text)
    except (SourceError, RecursionError):
        return None
    for body in _bodies(tree):
        for number, statement in enumerate(body):
            name = _made(statement, text, at)
            if name:
                later = [each for each in body[number + 1 :] if _configures(each, name)]
                return name, (later or [statement])[-1]
    return None


def _bodies(tree: ast.Module) -> Iterator[list[ast.stmt]]:
    yield tree.body
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node.body


def _made(statement: ast.stmt, text: str, at: Span) -> str:
    """The name that a statement gives to what is made at a place; empty for none."""
    if isinstance(statement, ast.Assign) and len(statement.targets) == 1:
        target: ast.expr = statement.targets[0]
    elif isinstance(statement, ast.AnnAssign):
        target = statement.target
    else:
        return ""
    value = statement.value
    if value is None or not isinstance(target, ast.Name) or value.lineno != at[0]:
        return ""
    line = text.split("\n")[value.lineno - 1]
    column = len(line.encode()[: value.col_offset].decode(errors="replace"))
    return target.id if column == at[1] else ""


def _configures(statement: ast.stmt, name: str) -> bool:
    """Whether a statement begins with ``app.config_from_object(`` or ``app.conf``."""
    if isinstance(statement, ast.Expr):
        node: ast.AST = statement.value
    elif isinstance(statement, ast.Assign):
        node = statement.targets[0]
    else:
        return False
    while isinstance(node, ast.Call | ast.Attribute | ast.Subscript):
        inner = node.func if isinstance(node, ast.Call) else node.value
        if isinstance(node, ast.Attribute) and node.attr in _CONFIGURES:
            return isinstance(inner, ast.Name) and inner.id == name
        node = inner
    return False
