"""Edits of failures that a task stores itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

import libcst as cst

from flake8_celery_get.edit.site import Site, site
from flake8_celery_get.finding import Fix

if TYPE_CHECKING:
    from flake8_celery_get.model.ask.module import Module
    from flake8_celery_get.source.code import Span


def told_by_exception(module: Module, at: Span) -> Fix | None:
    """``meta={…}`` gets what Celery makes an exception of, inside an ``except … as error``."""
    found = site(module, at, cst.Call)
    if found is None:
        return None
    name = _caught(found)
    meta = _meta(cst.ensure_type(found.node, cst.Call))
    if not name or meta is None:
        return None
    first = meta.elements[0]
    if not isinstance(first, cst.DictElement):
        return None
    quote = "'" if found.source(first.key).startswith("'") else '"'
    entries = {"exc_type": f"type({name}).__name__", "exc_message": f"str({name})"}
    missing = [
        f"{quote}{key}{quote}: {value}"
        for key, value in entries.items()
        if not any(_is_key(element, key) for element in meta.elements)
    ]
    line, column = start = found.start(first)
    before = found.lines[line - 1][:column]
    between = ", " if before.strip() else f",\n{before}"
    edit = found.inserted(start, "".join(f"{entry}{between}" for entry in missing))
    return Fix("Store the exception's type and text too", False, (edit,))


def _meta(call: cst.Call) -> cst.Dict | None:
    for argument in call.args:
        value = argument.value
        if isinstance(value, cst.Dict) and value.elements:
            return value
    return None


def _is_key(element: cst.BaseDictElement, key: str) -> bool:
    return (
        isinstance(element, cst.DictElement)
        and isinstance(element.key, cst.SimpleString)
        and element.key.raw_value == key
    )


def _caught(found: Site) -> str:
    """The name of the exception that is handled there; empty for none."""
    for node in found.around:
        if isinstance(node, (cst.FunctionDef, cst.Lambda)):
            return ""
        if isinstance(node, cst.ExceptHandler):
            bound = node.name.name if node.name else None
            return bound.value if isinstance(bound, cst.Name) else ""
    return ""
