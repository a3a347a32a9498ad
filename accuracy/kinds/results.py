"""Where a result is rebuilt, saved, peeked at, or stands for the value of the task."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from accuracy.kinds import Words
from accuracy.kinds.names import called, last

REBUILDS = frozenset({"AsyncResult", "GroupResult", "ResultSet"})
SENDS = frozenset({"delay", "apply_async", "send_task"}) | REBUILDS
METHODS = frozenset({"ready", "successful", "failed"})
PROPERTIES = frozenset({"state", "status", "result", "info"})
MORE_PEEKS = frozenset({"children", "traceback", "date_done", "forget", "maybe_throw"})
ANSWERS = frozenset({"dumps", "jsonify", "JsonResponse", "JSONResponse", "Response"})


def words(tree: ast.AST) -> Words:
    """Yield the lines of ``tree`` that do more with a result than to keep it."""
    results = frozenset(names_of_results(tree))
    for node in ast.walk(tree):
        yield from _rebuilt(node, results)
        yield from _peeked(node, results)
        for value in _wanted(node):
            if is_result(value, results):
                yield value.lineno, "value"


def names_of_results(tree: ast.AST) -> Iterator[str]:
    """Yield the names that are bound to a result."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign) and is_result(node.value):
            yield from map(last, node.targets)
        elif isinstance(node, ast.NamedExpr | ast.AnnAssign) and is_result(node.value):
            yield last(node.target)


def is_result(node: ast.expr | None, names: frozenset[str] = frozenset()) -> bool:
    """Tell whether an expression sends a task, rebuilds a result, or is one of the names."""
    if isinstance(node, ast.Await):
        return is_result(node.value, names)
    if isinstance(node, ast.Call):
        return called(node) in SENDS or (called(node) == "apply" and _fits_a_task(node))
    return isinstance(node, ast.Name | ast.Attribute) and last(node) in names


def _fits_a_task(apply: ast.Call) -> bool:
    """Tell ``task.apply((1, 2))`` from the ``apply`` of queries, filters and migrations."""
    return all(isinstance(argument, ast.Tuple | ast.List) for argument in apply.args)


def _rebuilt(node: ast.AST, results: frozenset[str]) -> Words:
    if isinstance(node, ast.Call) and (
        called(node) in REBUILDS | {"restore"} or _saves_a_group(node, results)
    ):
        yield node.lineno, called(node)


def _saves_a_group(call: ast.Call, results: frozenset[str]) -> bool:
    """Tell the ``save`` of a group's results from that of a database's rows, by its name."""
    func = call.func
    if not isinstance(func, ast.Attribute) or func.attr != "save":
        return False
    return is_result(func.value, results) or last(func.value).startswith(("group", "res"))


def _peeked(node: ast.AST, results: frozenset[str]) -> Words:
    if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Load):
        if node.attr in METHODS or _is_known_peek(node, results):
            yield node.end_lineno or node.lineno, node.attr
    elif isinstance(node, ast.Call) and _calls_a_property(node):
        yield node.func.end_lineno or node.lineno, f"{called(node)}()"


def _calls_a_property(call: ast.Call) -> bool:
    bare = not (call.args or call.keywords)
    return bare and isinstance(call.func, ast.Attribute) and called(call) in PROPERTIES


def _is_known_peek(node: ast.Attribute, results: frozenset[str]) -> bool:
    return node.attr in PROPERTIES | MORE_PEEKS and is_result(node.value, results)


def _wanted(node: ast.AST) -> Iterator[ast.expr]:
    """Yield the expressions whose plain value ``node`` wants."""
    if isinstance(node, ast.If | ast.While | ast.IfExp | ast.Assert):
        yield node.test
    elif isinstance(node, ast.BoolOp):
        yield from node.values
    elif isinstance(node, ast.UnaryOp):
        yield node.operand
    elif isinstance(node, ast.BinOp):
        yield from (node.left, node.right)
    elif isinstance(node, ast.Compare):
        yield from (node.left, *node.comparators)
    elif isinstance(node, ast.Return) and node.value is not None:
        yield from _with_members(node.value)
    elif isinstance(node, ast.Call) and called(node) in ANSWERS:
        for argument in [*node.args, *(keyword.value for keyword in node.keywords)]:
            yield from _with_members(argument)


def _with_members(value: ast.expr) -> Iterator[ast.expr]:
    yield value
    if isinstance(value, ast.Dict):
        yield from value.values
    elif isinstance(value, ast.List | ast.Tuple | ast.Set):
        yield from value.elts
