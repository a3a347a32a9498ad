"""Finds the ``with allow_join_result():`` around a read: that is the line to change."""

from __future__ import annotations

import ast
import linecache
from collections.abc import Sequence
from functools import cache
from types import FrameType, ModuleType
from typing import Any

from celery.result import allow_join_result

from pytest_celery_guard.findings.misuse import Step
from pytest_celery_guard.watching import frames


def with_switch(told: tuple[Step, ...], found: Sequence[FrameType]) -> tuple[Step, ...]:
    """Steps with the line that switches the refusal off, before the step that it is around.

    ``found`` are the frames of the steps, innermost first.
    """
    for frame in reversed(found):
        line = switch_around(frame)
        if line not in {None, frame.f_lineno}:
            at = told.index(frames.step(frame))
            return (*told[:at], frames.step(frame, line), *told[at:])
    return told


def switch_around(frame: FrameType) -> int | None:
    """The line of the outermost ``allow_join_result()`` around the line that a frame runs."""
    for block in _blocks(frame.f_code.co_filename):
        if block.body[0].lineno <= frame.f_lineno <= (block.end_lineno or 0):
            for item in block.items:
                call = item.context_expr
                if isinstance(call, ast.Call) and is_switch(call.func, frame):
                    return call.lineno
    return None


def is_switch(function: ast.expr, frame: FrameType) -> bool:
    """Whether an expression names Celery's function, by whatever name."""
    return _value(function, frame) is allow_join_result


@cache
def _blocks(path: str) -> list[ast.With]:
    """The ``with`` blocks of a file, each before those that are inside it."""
    try:
        tree = ast.parse("".join(linecache.getlines(path)))
    except SyntaxError:
        return []
    return [node for node in ast.walk(tree) if isinstance(node, ast.With)]


def _value(node: ast.expr, frame: FrameType) -> Any:
    if isinstance(node, ast.Name):
        return frame.f_locals.get(node.id, frame.f_globals.get(node.id))
    if isinstance(node, ast.Attribute):
        owner = _value(node.value, frame)
        # An attribute of anything else may be code of the user's that runs.
        return getattr(owner, node.attr, None) if isinstance(owner, ModuleType) else None
    return None
