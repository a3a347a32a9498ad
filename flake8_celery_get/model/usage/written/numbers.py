"""Numbers and times that are written out, also as ``60 * 60`` or ``timedelta(hours=1)``."""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import TYPE_CHECKING, TypeGuard

from flake8_celery_get.model.values.values import Literal
from flake8_celery_get.source import code

if TYPE_CHECKING:
    from flake8_celery_get.model.flow.frame import Frame
    from flake8_celery_get.model.values.values import Value

_OPERATORS: dict[str, Callable[[float, float], float]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": operator.truediv,
    "//": operator.floordiv,
}

_UNITS = {
    "days": 86_400, "seconds": 1, "microseconds": 1e-6, "milliseconds": 1e-3,
    "minutes": 60, "hours": 3_600, "weeks": 604_800,
}  # fmt: skip
"""The parameters of ``timedelta`` in order, in seconds."""


def number_of(frame: Frame, node: code.Expression) -> float | None:
    """The number that an expression surely is; of a ``timedelta`` its seconds."""
    if isinstance(node, code.Binary):
        left, right = number_of(frame, node.left), number_of(frame, node.right)
        return _computed(node.operator, left, right)
    if isinstance(node, code.Call) and code.last_name(node.function) == "timedelta":
        return _seconds(frame, node)
    timed = _timed(node)
    if timed is not None:
        return number_of(frame, timed)
    value = node.value if isinstance(node, code.Constant) else _literal(frame, node)
    return float(value) if is_number(value) else None


def number_in(value: Value) -> float | None:
    """The number that a value surely is."""
    found = value.value if isinstance(value, Literal) else None
    return float(found) if is_number(found) else None


def is_number(value: object) -> TypeGuard[float]:
    """Whether it is an integer or a float, and no truth value."""
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _timed(node: code.Expression) -> code.Expression | None:
    """``delta`` of ``delta.total_seconds()`` and of ``int(delta.total_seconds())``."""
    if not isinstance(node, code.Call):
        return None
    if isinstance(node.function, code.Attribute) and node.function.name == "total_seconds":
        return node.function.value
    is_rounded = code.dotted(node.function) in {"int", "float", "round"}
    return node.arguments[0].value if is_rounded and len(node.arguments) == 1 else None


def delay_of(frame: Frame, node: code.Expression) -> float | None:
    """The seconds from now to a moment: ``now() + timedelta(hours=1)``."""
    if isinstance(node, code.Binary) and node.operator == "+":
        for part, other in ((node.left, node.right), (node.right, node.left)):
            if isinstance(part, code.Call) and code.last_name(part.function) in _NOW:
                return number_of(frame, other)
    return None


_NOW = frozenset({"now", "utcnow", "localtime"})


def _computed(sign: str, left: float | None, right: float | None) -> float | None:
    compute = _OPERATORS.get(sign)
    if compute is None or left is None or right is None:
        return None
    try:
        return compute(left, right)
    except (ArithmeticError, ValueError):
        return None


def _seconds(frame: Frame, call: code.Call) -> float | None:
    total = 0.0
    for unit, argument in zip(_UNITS, call.arguments, strict=False):
        name = argument.name or unit
        number = number_of(frame, argument.value)
        if name not in _UNITS or number is None:
            return None
        total += number * _UNITS[name]
    return total


def _literal(frame: Frame, node: code.Expression) -> object:
    with frame.world.looking_deep():
        value = frame.evaluate(node)
    return value.value if isinstance(value, Literal) else None
