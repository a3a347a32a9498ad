"""Which serializer ``get_serializer_class()`` of a view chooses for an action.

https://www.django-rest-framework.org/api-guide/generic-views/#get_serializer_classself
"""

from __future__ import annotations

from collections.abc import Sequence

from flake8_celery_get.model.usage.transactions.models.rows import is_super
from flake8_celery_get.source import code

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
                told = _told(test, action)
                ways = [then, orelse] if told is None else [then if told else orelse]
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
            told = _told(test, action)
            ways = [then, orelse] if told is None else [then if told else orelse]
            return set().union(*(_named(way, action) for way in ways))
        case code.Call(function=code.Attribute(value=owner)) if is_super(owner):
            return {OF_VIEW}
    return {code.dotted(value) if value is not None else UNREADABLE}


def _told(test: code.Expression, action: str) -> bool | None:
    """What a condition on the action, or on the request's method, is; None for others."""
    match test:
        case code.Not(value=value):
            told = _told(value, action)
            return None if told is None else not told
        case code.Boolean(left=left, operator=operator, right=right):
            decides = operator == "or"
            sides = [_told(each, action) for each in (left, right)]
            return decides if decides in sides else None if None in sides else not decides
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
