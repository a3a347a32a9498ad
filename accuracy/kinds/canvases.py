"""Where a chord could be built, by name or by a group that something follows."""

from __future__ import annotations

import ast

from accuracy.kinds import Words
from accuracy.kinds.names import called

SIGNATURES = frozenset({"s", "si", "signature", "subtask", "group", "chain", "chord"})


def words(tree: ast.AST) -> Words:
    """Yield the lines of ``tree`` that build a chord or a chain."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and called(node) in {"chord", "chain"}:
            yield node.lineno, called(node)
        elif isinstance(node, ast.BinOp | ast.AugAssign) and _joins_signatures(node):
            yield node.lineno, "|"


def _joins_signatures(operation: ast.BinOp | ast.AugAssign) -> bool:
    if not isinstance(operation.op, ast.BitOr):
        return False
    calls = (node for node in ast.walk(operation) if isinstance(node, ast.Call))
    return any(called(call) in SIGNATURES for call in calls)
