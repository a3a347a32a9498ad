"""Ids of tasks: whose they are, and under which names code keeps them."""

from __future__ import annotations

from flake8_celery_get.model.values.parts import options
from flake8_celery_get.model.values.values import Handle, Method, Value
from flake8_celery_get.source import code

IDS = frozenset({"id", "task_id"})
"""The attributes of a handle that are its id."""

_READS = frozenset({"get", "pop"})


def id_of(value: Value) -> Handle | None:
    """The handle whose ``.id`` a value is, on every way."""
    handles = {
        option.owner if isinstance(option, Method) and option.name in IDS else None
        for option in options(value)
    }
    (only, *others) = handles
    return only if not others and isinstance(only, Handle) else None


def kept_as(node: code.Expression) -> str:
    """``id`` of ``job.id``, ``session["id"]``, ``cache.get("id")`` and ``str(job.id)``."""
    if isinstance(node, code.Attribute):
        return node.name
    if isinstance(node, code.Subscript):
        return _text(node.index)
    if not isinstance(node, code.Call) or not node.arguments:
        return ""
    if code.dotted(node.function) == "str":
        return kept_as(node.arguments[0].value)
    is_read = isinstance(node.function, code.Attribute) and node.function.name in _READS
    return _text(node.arguments[0].value) if is_read else ""


def _text(node: code.Expression | None) -> str:
    is_text = isinstance(node, code.Constant) and isinstance(node.value, str)
    return str(node.value) if isinstance(node, code.Constant) and is_text else ""
