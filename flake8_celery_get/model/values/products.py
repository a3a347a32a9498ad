"""Numbers that are written as a product: ``60 * 60``."""

from __future__ import annotations

from flake8_celery_get.model.values.values import Literal, Value


def product(left: Value, operator: str, right: Value) -> Value | None:
    """The product of two numbers that are known; None for anything else."""
    if operator != "*" or not (isinstance(left, Literal) and isinstance(right, Literal)):
        return None
    one, other = left.value, right.value
    if isinstance(one, (bool, str)) or isinstance(other, (bool, str)):
        return None
    return Literal(one * other) if one is not None and other is not None else None
