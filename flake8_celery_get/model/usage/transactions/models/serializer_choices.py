"""Which serializer ``get_serializer_class()`` of a view chooses for an action.

https://www.django-rest-framework.org/api-guide/generic-views/#get_serializer_classself
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TypeVar

from flake8_celery_get.model.usage.transactions.models.conditions import combined
from flake8_celery_get.model.usage.transactions.models.rows import is_super
from flake8_celery_get.source import code

T = TypeVar("T")

UNREADABLE = ""
OF_VIEW = "self.serializer_class"
_METHODS = {"create": "POST", "update": "PUT", "partial_update": "PATCH"}
"""Actions, each with the method of the request that leads to it."""
_NEGATIVE = frozenset({"!=", "not in"})


def chosen(function: code.Function, action: str) -> set[str]:
    """The dotted names of what the method may return, ``UNREADABLE`` for anything else."""
    names, goes_on = _chosen(function.body, action)
    return names | {UNREADABLE} if goes_on else names


def _chosen(body: Sequence[code.Statement], action: str) -> tuple[set[str], bool]:
    """What is returned for an action, and whether what follows may run, too."""
    names: set[str] = set()
    for node in body:
        match node:
            case code.Return(value=value):
                return names | _named(value, action), False
            case code.If(test=test, body=then, orelse=orelse):
                ways = _ways(test, then, orelse, action)
                found = [_chosen(way, action) for way in ways]
                names.update(*(each for each, _ in found))
                if not any(goes_on for _, goes_on in found):
                    return names, False
            case code.Evaluate(value=code.Constant()):
                pass  # what the method says of itself
            case _:
                names.add(UNREADABLE)
    return names, True


def _named(value: code.Expression | None, action: str) -> set[str]:
    match value:
        case code.Conditional(test=test, body=then, orelse=orelse):
            ways = _ways(test, then, orelse, action)
            return set().union(*(_named(way, action) for way in ways))
        case code.Call(function=code.Attribute(value=owner)) if is_super(owner):
            return {OF_VIEW}
    return {code.dotted(value) if value is not None else UNREADABLE}


def _ways(test: code.Expression, then: T, orelse: T, action: str) -> list[T]:
    """Both branches, or the one that an action takes."""
    told = _told(test, action)
    return [then, orelse] if told is None else [then if told else orelse]


def _told(test: code.Expression, action: str) -> bool | None:
    """What a condition on the action, or on the request's method, is; None for others."""
    return combined(test, partial(_told_alone, action))


def _told_alone(action: str, test: code.Expression) -> bool | None:
    match test:
        case code.Compare(left=left, operators=[operator], rights=[right]):
            asked = _asked(left, action)
            given = right.items if isinstance(right, code.Display) else [right]
            texts = [each.value for each in given if isinstance(each, code.Constant)]
            if not asked or len(texts) < len(given):
                return None
            return (asked in texts) != (operator in _NEGATIVE)
    return None


def _asked(node: code.Expression, action: str) -> str:
    text = code.dotted(node)
    if text == "self.request.method":
        return _METHODS.get(action, "")
    return action if text == "self.action" else ""
