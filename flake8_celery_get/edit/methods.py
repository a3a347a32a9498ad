"""Edits of method calls: another method of the same object."""

from __future__ import annotations

from typing import TYPE_CHECKING

import libcst as cst

from flake8_celery_get.edit.site import site
from flake8_celery_get.finding import Fix

if TYPE_CHECKING:
    from flake8_celery_get.model.module import Module
    from flake8_celery_get.source.code import Span


def method_renamed(
    module: Module, at: Span, name: str, *, is_safe: bool = False
) -> Fix | None:
    """``owner.old(…)`` becomes ``owner.name(…)``."""
    found = site(module, at, cst.Call)
    if found is None:
        return None
    function = cst.ensure_type(found.node, cst.Call).func
    if not isinstance(function, cst.Attribute):
        return None
    attribute = function.attr
    edit = found.replaced(found.start(attribute), found.end(attribute), name)
    return Fix(f"Write `{name}`", is_safe, (edit,)) if edit is not None else None
