"""Edits of groups that are sent."""

from __future__ import annotations

from typing import TYPE_CHECKING

import libcst as cst

from flake8_celery_get.edit.site import site
from flake8_celery_get.finding import Fix

if TYPE_CHECKING:
    from flake8_celery_get.model.ask.module import Module
    from flake8_celery_get.source.code import Span


def saved(module: Module, at: Span) -> Fix | None:
    """Below ``name = group(…).delay()`` comes ``name.save()``."""
    found = site(module, at, cst.Call)
    if found is None:
        return None
    assign, line = found.around[:2]
    if not isinstance(assign, cst.Assign) or len(assign.targets) != 1:
        return None
    target = assign.targets[0].target
    if not isinstance(target, cst.Name) or not isinstance(line, cst.SimpleStatementLine):
        return None
    row, column = found.start(assign)
    indent = found.lines[row - 1][:column]
    if len(line.body) != 1 or indent.strip():
        return None
    last = found.end(assign)[0]
    point = last, len(found.lines[last - 1])
    edit = found.inserted(point, f"\n{indent}{target.value}.save()")
    return Fix(f"Save the group: `{target.value}.save()`", False, (edit,))
