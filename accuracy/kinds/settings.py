"""Where an app is made, and where its result backend or the age of results is set."""

from __future__ import annotations

import ast
import re

from accuracy.kinds import Words
from accuracy.kinds.names import called, last, text

APP = re.compile(r"\w*Celery$")
SETTING = re.compile(r"\w*result_(backend|expires)$", re.IGNORECASE)


def words(tree: ast.AST) -> Words:
    """Yield the lines of ``tree`` that make or set up an app."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            yield from _called(node)
        elif isinstance(node, ast.Assign | ast.AnnAssign):
            yield from _assigned(node)
        elif isinstance(node, ast.Dict):
            yield from _keys(node)


def _called(call: ast.Call) -> Words:
    if APP.match(called(call)):
        yield call.lineno, "app"
        for keyword in call.keywords:
            if keyword.arg == "backend":
                yield keyword.value.lineno, "backend"
    for keyword in call.keywords:
        if SETTING.match(keyword.arg or ""):
            yield keyword.value.lineno, str(keyword.arg)


def _assigned(statement: ast.Assign | ast.AnnAssign) -> Words:
    for target in _targets(statement):
        key = target.slice if isinstance(target, ast.Subscript) else None
        name = text(key) or last(target)
        if SETTING.match(name):
            yield statement.lineno, name


def _targets(statement: ast.Assign | ast.AnnAssign) -> list[ast.expr]:
    if isinstance(statement, ast.Assign):
        return statement.targets
    return [statement.target]


def _keys(mapping: ast.Dict) -> Words:
    for key in mapping.keys:
        if key is not None and SETTING.match(text(key)):
            yield key.lineno, text(key)
