"""The names of what a piece of syntax speaks of."""

from __future__ import annotations

import ast


def called(call: ast.Call) -> str:
    """Return the last part of the name that is called, or nothing."""
    return last(call.func)


def last(node: ast.expr) -> str:
    """Return the last part of a dotted name, or nothing."""
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""


def text(node: ast.expr | None) -> str:
    """Return a literal text, or nothing."""
    is_text = isinstance(node, ast.Constant) and isinstance(node.value, str)
    return str(node.value) if is_text and isinstance(node, ast.Constant) else ""
