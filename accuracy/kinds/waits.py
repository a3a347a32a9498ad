"""Where a wait for a result could stand: reads, loops that look at a state, lifted guards."""

from __future__ import annotations

import ast

from accuracy.kinds import Words
from accuracy.kinds.names import called

READS = frozenset(
    {"get", "wait", "join", "join_native", "collect", "get_leaf", "iter_native"}
)
PEEKS = frozenset({"ready", "successful", "failed", "state", "status"})
GUARDS = frozenset({"allow_join_result", "disable_sync_subtasks"})


def words(tree: ast.AST) -> Words:
    """Yield the lines of ``tree`` where something could wait."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            yield from _called(node)
        elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Invert):
            yield node.lineno, "~"
        elif isinstance(node, ast.While | ast.For | ast.AsyncFor):
            yield from _polled(node)


def _called(call: ast.Call) -> Words:
    func = call.func
    if isinstance(func, ast.Attribute) and func.attr in READS and _could_wait(call):
        yield func.end_lineno or func.lineno, func.attr
    if called(call) in GUARDS:
        yield call.lineno, called(call)
    if any(keyword.arg in GUARDS for keyword in call.keywords):
        yield call.lineno, "disable_sync_subtasks"


def _could_wait(call: ast.Call) -> bool:
    """Tell whether the arguments fit a read of a result.

    A text in first place is a key or a list to join: no timeout is one.
    """
    func = call.func
    if isinstance(func, ast.Attribute) and isinstance(
        func.value, ast.Constant | ast.JoinedStr
    ):
        return False
    first = call.args[0] if call.args else None
    is_text = isinstance(first, ast.JoinedStr) or (
        isinstance(first, ast.Constant) and isinstance(first.value, str)
    )
    return not is_text and len(call.args) < 3


def _polled(loop: ast.While | ast.For | ast.AsyncFor) -> Words:
    for node in ast.walk(loop):
        if isinstance(node, ast.Attribute) and node.attr in PEEKS:
            yield loop.lineno, "poll"
            return
