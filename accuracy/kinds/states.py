"""Where a state is compared or stored."""

from __future__ import annotations

import ast

from accuracy.kinds import Words
from accuracy.kinds.names import called, last, text

STATE = frozenset({"state", "status"})
STORED = frozenset(
    {"PENDING", "STARTED", "RETRY", "SUCCESS", "FAILURE", "REVOKED", "RECEIVED"}
    | {"REJECTED", "IGNORED", "PROGRESS", "READY_STATES", "UNREADY_STATES"}
    | {"EXCEPTION_STATES", "PROPAGATE_STATES"}
)
STORES = frozenset({"update_state", "store_result", "mark_as_failure"})


def words(tree: ast.AST) -> Words:
    """Yield the lines of ``tree`` that compare or store a state."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Compare):
            if any(map(_speaks_of_a_state, [node.left, *node.comparators])):
                yield node.lineno, "compared"
        elif isinstance(node, ast.Match) and _speaks_of_a_state(node.subject):
            yield node.lineno, "match"
        elif isinstance(node, ast.Call) and called(node) in STORES:
            yield node.lineno, called(node)


def _speaks_of_a_state(operand: ast.expr) -> bool:
    """Tell whether ``operand`` reads like a state of Celery, or a collection of them."""
    if isinstance(operand, ast.Tuple | ast.List | ast.Set):
        return any(map(_speaks_of_a_state, operand.elts))
    if isinstance(operand, ast.Subscript):
        return text(operand.slice) in STATE
    return (text(operand) or last(operand)) in STATE | STORED
