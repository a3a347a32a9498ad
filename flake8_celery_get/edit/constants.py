"""Edits of constants: the names of states, the values of settings."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import libcst as cst

from flake8_celery_get.edit.site import Site, site
from flake8_celery_get.finding import Fix

if TYPE_CHECKING:
    from flake8_celery_get.model.ask.module import Module
    from flake8_celery_get.source.code import Span


def renamed(module: Module, at: Span, name: str, meant: str) -> Fix | None:
    """One of the strings in a comparison or a ``case`` becomes another one.

    It is safe where both are the same but for the case of their letters. Not in the
    condition of a loop: one that never ended would end for success alone.
    """
    found = site(module, at, cst.Comparison, cst.MatchValue, cst.MatchAs, cst.MatchOr)
    if found is None or found.decides_a_loop:
        return None
    edits = []
    for node in _strings(found.node):
        if node.raw_value == name:
            line, column = found.start(node)
            first = line, column + len(node.prefix) + len(node.quote)
            edits.append(found.replaced(first, (line, first[1] + len(name)), meant))
    is_safe = name.upper() == meant
    made = tuple(edit for edit in edits if edit is not None)
    return Fix(f"Write `{meant}`", is_safe, made) if made else None


def _strings(node: cst.CSTNode) -> Iterator[cst.SimpleString]:
    """The strings that a comparison compares with, also in a tuple, a list or a set."""
    if isinstance(node, cst.SimpleString):
        yield node
    elif isinstance(node, cst.Comparison):
        yield from _strings(node.left)
        for target in node.comparisons:
            yield from _strings(target.comparator)
    elif isinstance(node, (cst.Tuple, cst.List, cst.Set)):
        for element in node.elements:
            yield from _strings(element.value)
    elif isinstance(node, cst.MatchValue):
        yield from _strings(node.value)
    elif isinstance(node, cst.MatchAs) and node.pattern is not None:
        yield from _strings(node.pattern)
    elif isinstance(node, cst.MatchOr):
        for part in node.patterns:
            yield from _strings(part.pattern)


def value_replaced(module: Module, at: Span, old: str, new: str, why: str) -> Fix | None:
    """The value of a setting that is written out where it is set becomes another one."""
    kinds = (cst.Arg, cst.Assign, cst.AnnAssign, cst.Attribute, cst.Subscript)
    found = site(module, at, *kinds, cst.SimpleString, cst.Name)
    if found is None:
        return None
    value = _value_set(found)
    if value is None or found.source(value) != old:
        return None
    edit = found.replaced(found.start(value), found.end(value), new)
    return Fix(why, False, (edit,)) if edit is not None else None


def url_replaced(module: Module, at: Span, old: str, new: str, why: str) -> Fix | None:
    """The same for a text, whose quotes stay."""
    for quote in ("'", '"'):
        fix = value_replaced(
            module, at, f"{quote}{old}{quote}", f"{quote}{new}{quote}", why
        )
        if fix is not None:
            return fix
    return None


def _value_set(found: Site) -> cst.CSTNode | None:
    """The value that is given at the place where a setting is named."""
    node, around = found.node, found.around[0]
    if isinstance(node, (cst.Arg, cst.Assign, cst.AnnAssign)):
        return node.value
    if isinstance(around, cst.AssignTarget):
        assign = found.around[1]
        return assign.value if isinstance(assign, cst.Assign) else None
    if isinstance(around, cst.DictElement) and around.key is node:
        return around.value
    return node
