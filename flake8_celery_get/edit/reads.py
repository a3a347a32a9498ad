"""Edits of reads that block: a limit of time, a thread that waits instead."""

from __future__ import annotations

from typing import TYPE_CHECKING

import libcst as cst

from flake8_celery_get.edit.arguments import with_argument
from flake8_celery_get.edit.imports import with_import
from flake8_celery_get.edit.site import Site, site, site_from
from flake8_celery_get.finding import Edit, Fix

if TYPE_CHECKING:
    from flake8_celery_get.model.ask.module import Module
    from flake8_celery_get.source.code import Span

TIMEOUT = 60
"""Seconds: longer than most tasks take, shorter than most people wait."""

_TAKE_A_TIMEOUT = frozenset(
    {"get", "wait", "join", "join_native", "iter_native", "collect"}
)
_GIVE_A_VALUE = frozenset({"get", "wait", "join", "join_native", "get_leaf"})


def limited(module: Module, at: Span) -> Fix | None:
    """``handle.get()`` becomes ``handle.get(timeout=60)``; a ``None`` is replaced."""
    found = site(module, at, cst.Call)
    if found is None or _method(found) not in _TAKE_A_TIMEOUT:
        return None
    edit = _timeout(found)
    if edit is None:
        return None
    return Fix(f"Add a timeout of {TIMEOUT} seconds", False, (edit,))


def _timeout(found: Site) -> Edit | None:
    call = cst.ensure_type(found.node, cst.Call)
    for position, argument in enumerate(call.args):
        is_positional = position == 0 and not argument.keyword and not argument.star
        if is_positional or (argument.keyword and argument.keyword.value == "timeout"):
            value = argument.value
            return found.replaced(found.start(value), found.end(value), str(TIMEOUT))
    return with_argument(found, f"timeout={TIMEOUT}")


def _method(found: Site) -> str:
    func = cst.ensure_type(found.node, cst.Call).func
    return func.attr.value if isinstance(func, cst.Attribute) else ""


def handed_to_a_thread(module: Module, at: Span) -> Fix | None:
    """``handle.get(…)`` becomes ``await asyncio.to_thread(handle.get, …)``."""
    found = site(module, at, cst.Call)
    if found is None or _method(found) not in _GIVE_A_VALUE or not _may_await(found):
        return None
    needed = with_import(module, "asyncio", at)
    if needed is None or isinstance(found.around[0], cst.Await):
        return None
    call = cst.ensure_type(found.node, cst.Call)
    line, column = found.end(call.func)
    if found.lines[line - 1][column : column + 1] != "(":
        return None
    follows = found.lines[line - 1][column + 1 :]
    comma = ("," if not follows.strip() else ", ") if call.args else ""
    opened, closed = ("(", ")") if _needs_brackets(found) else ("", "")
    edits = [
        found.inserted(found.start(), f"{opened}await asyncio.to_thread("),
        Edit(line, column, line, column + 1, comma),
    ]
    if closed:
        edits.append(found.inserted(found.end(), closed))
    return Fix("Wait in a thread", False, (*edits, *needed))


def _needs_brackets(found: Site) -> bool:
    """Whether more is asked of the value there: an attribute, an item, a call."""
    around = found.around[0]
    if cst.ensure_type(found.node, cst.Call).lpar:
        return False
    if isinstance(around, (cst.Attribute, cst.Subscript)):
        return around.value is found.node
    return isinstance(around, cst.Call) and around.func is found.node


def _may_await(found: Site) -> bool:
    """Whether the code runs in the coroutine itself, in no function inside it."""
    function = found.function()
    return isinstance(function, cst.FunctionDef) and function.asynchronous is not None


def slept_by_the_loop(module: Module, at: Span) -> Fix | None:
    """``time.sleep(…)`` in a polling loop becomes ``await asyncio.sleep(…)``."""
    found = site_from(module, at, cst.While, cst.For)
    if found is None:
        return None
    edits = []
    for sleep in found.inside(cst.Call):
        call = cst.ensure_type(sleep.node, cst.Call)
        is_statement = isinstance(sleep.around[0], cst.Expr)
        if (
            is_statement
            and _may_await(sleep)
            and _is_sleep(module, sleep.source(call.func))
        ):
            start, end = sleep.start(call.func), sleep.end(call.func)
            edits.append(Edit(*start, *end, "await asyncio.sleep"))
    needed = with_import(module, "asyncio", at)
    if not edits or needed is None:
        return None
    return Fix("Sleep with asyncio", False, (*edits, *needed))


def _is_sleep(module: Module, name: str) -> bool:
    first, _, rest = name.partition(".")
    imports = module.model.source(module.path).outline.imports
    return any(
        bound.alias == first
        and ".".join(filter(None, (bound.module, bound.name, rest))) == "time.sleep"
        for bound in imports
    )


def waited_until_ready(module: Module, at: Span) -> Fix | None:
    """``while handle.state != "SUCCESS"`` becomes ``while not handle.ready()``."""
    found = site_from(module, at, cst.While)
    if found is None:
        return None
    test = cst.ensure_type(found.node, cst.While).test
    handle = _asked_for_success(test)
    if handle is None or test.lpar:
        return None
    text = f"not {found.source(handle)}.ready()"
    edit = found.replaced(found.start(test), found.end(test), text)
    if edit is None:
        return None
    return Fix("Wait until the task is ready", False, (edit,))


def _asked_for_success(test: cst.BaseExpression) -> cst.BaseExpression | None:
    """The handle that is asked, where the condition is nothing but that."""
    if isinstance(test, cst.UnaryOperation) and isinstance(test.operator, cst.Not):
        call = test.expression
        if isinstance(call, cst.Call) and not call.args:
            return _owner(call.func, {"successful"})
    if isinstance(test, cst.Comparison):
        operators = [target.operator for target in test.comparisons]
        if len(operators) == 1 and isinstance(operators[0], (cst.NotEqual, cst.NotIn)):
            return _owner(test.left, {"state", "status"})
    return None


def _owner(node: cst.BaseExpression, names: set[str]) -> cst.BaseExpression | None:
    if isinstance(node, cst.Attribute) and node.attr.value in names:
        return None if node.value.lpar else node.value
    return None
