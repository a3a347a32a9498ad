"""Edits of attributes and method calls: another name of the same object."""

from __future__ import annotations

from typing import TYPE_CHECKING

import libcst as cst

from flake8_celery_get.edit.site import Site, site
from flake8_celery_get.finding import Fix

if TYPE_CHECKING:
    from flake8_celery_get.model.ask.module import Module
    from flake8_celery_get.source.code import Span


def method_renamed(module: Module, at: Span, name: str) -> Fix | None:
    """``owner.old(…)`` becomes ``owner.name(…)``, for someone to look at."""
    found = site(module, at, cst.Call)
    if found is None:
        return None
    return _renamed(found, cst.ensure_type(found.node, cst.Call).func, name, is_safe=False)


def attribute_renamed(module: Module, at: Span, old: str, name: str) -> Fix | None:
    """``owner.old`` becomes ``owner.name``, called or not; both are the same."""
    found = site(module, at, cst.Call, cst.Attribute)
    if found is None:
        return None
    node = found.node.func if isinstance(found.node, cst.Call) else found.node
    if not isinstance(node, cst.Attribute) or node.attr.value != old:
        return None
    return _renamed(found, node, name, is_safe=True)


def _renamed(found: Site, node: cst.CSTNode, name: str, *, is_safe: bool) -> Fix | None:
    if not isinstance(node, cst.Attribute):
        return None
    edit = found.replaced(found.start(node.attr), found.end(node.attr), name)
    return Fix(f"Write `{name}`", is_safe, (edit,)) if edit is not None else None
