"""Edits of what is asked of a handle: a call added or left out, an attribute asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

import libcst as cst

from flake8_celery_get.edit.arguments import with_argument
from flake8_celery_get.edit.site import site
from flake8_celery_get.finding import Fix

if TYPE_CHECKING:
    from flake8_celery_get.model.ask.module import Module
    from flake8_celery_get.source.code import Span

_CHECKS = frozenset({"ready", "successful", "failed"})
"""Methods that need no argument and don't wait."""


def called(module: Module, at: Span) -> Fix | None:
    """``handle.ready`` becomes ``handle.ready()``, also as one side of a comparison.

    Not in the condition of a loop: one that never polled would begin to.
    """
    found = site(module, at, cst.Attribute, cst.Comparison)
    if found is None or found.decides_a_loop:
        return None
    for node in _operands(found.node):
        if isinstance(node, cst.Attribute) and node.attr.value in _CHECKS:
            name = f"{node.attr.value}()"
            return Fix(f"Call `{name}`", True, (found.inserted(found.end(node), "()"),))
    return None


def left_uncalled(module: Module, at: Span) -> Fix | None:
    """``handle.state()`` becomes ``handle.state``."""
    found = site(module, at, cst.Call)
    if found is None or found.decides_a_loop:
        return None
    call = cst.ensure_type(found.node, cst.Call)
    if call.args or not isinstance(call.func, cst.Attribute):
        return None
    edit = found.replaced(found.end(call.func), found.end(), "")
    if edit is None:
        return None
    return Fix(f"Read `{call.func.attr.value}` without a call", True, (edit,))


def asked(module: Module, at: Span, name: str, *, is_safe: bool) -> Fix | None:
    """``handle`` becomes ``handle.name``, also as the side of a comparison with a constant."""
    found = site(module, at, cst.Comparison, *_TAKE_ATTRIBUTES)
    if found is None or found.decides_a_loop:
        return None
    nodes = [node for node in _operands(found.node) if isinstance(node, _TAKE_ATTRIBUTES)]
    if len(nodes) != 1:
        return None
    edit = found.inserted(found.end(nodes[0]), f".{name}")
    return Fix(f"Use `.{name}`", is_safe, (edit,))


_TAKE_ATTRIBUTES = (cst.Name, cst.Attribute, cst.Call, cst.Subscript)
"""What an attribute can be asked of as it stands."""


def _operands(node: cst.CSTNode) -> list[cst.BaseExpression]:
    if isinstance(node, cst.Comparison):
        return [node.left, *(target.comparator for target in node.comparisons)]
    return [node] if isinstance(node, cst.BaseExpression) else []


def result_read(module: Module, at: Span) -> Fix | None:
    """``handle.get(…)`` becomes ``handle.result``, where the value is wanted."""
    found = site(module, at, cst.Call)
    if found is None or isinstance(found.around[0], cst.Expr):
        return None
    call = cst.ensure_type(found.node, cst.Call)
    func = call.func
    if not isinstance(func, cst.Attribute) or func.attr.value not in {"get", "wait"}:
        return None
    if not all(map(_is_dispensable, call.args)):
        return None
    edit = found.replaced(found.start(func.attr), found.end(), "result")
    if edit is None:
        return None
    return Fix("Use `.result`, which never waits", True, (edit,))


def _is_dispensable(argument: cst.Arg) -> bool:
    """Whether nothing happens that an argument asks for, or that its value does."""
    if argument.star or (argument.keyword and argument.keyword.value not in _PLAIN):
        return False
    return isinstance(argument.value, (cst.Name, cst.Integer, cst.Float))


_PLAIN = frozenset({"timeout", "propagate", "interval", "no_ack", "disable_sync_subtasks"})


def check_switched_off(module: Module, at: Span) -> Fix | None:
    """``handle.get()`` becomes ``handle.get(disable_sync_subtasks=False)``."""
    found = site(module, at, cst.Call)
    if found is None:
        return None
    func = cst.ensure_type(found.node, cst.Call).func
    if not isinstance(func, cst.Attribute) or func.attr.value not in _HAVE_THE_CHECK:
        return None
    edit = with_argument(found, "disable_sync_subtasks=False")
    return Fix("Let Celery read the finished result", False, (edit,))


_HAVE_THE_CHECK = frozenset({"get", "wait", "join", "join_native"})
