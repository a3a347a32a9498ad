"""The local time without a time zone, as ``datetime.now()`` gives it, and times made from it."""

from __future__ import annotations

from flake8_celery_get.model.values.values import Made, Value

NAIVE_NOW = Made("datetime.datetime.now()")

_NOWS = frozenset({"datetime.datetime.now", "datetime.datetime.today"})
_DIFFERENCE = Made("datetime.timedelta()")


def called(path: str, *, has_arguments: bool) -> Value:
    """What a call of something outside the project gives: a local time, or anything."""
    if path in _NOWS:
        return Made(f"{path}(tz)") if has_arguments else NAIVE_NOW
    return Made(f"{path}()")


def moved(left: Value, operator: str, right: Value) -> Value | None:
    """The same time some seconds later or earlier; None for another sum."""
    if left == NAIVE_NOW and operator in {"+", "-"} and right == _DIFFERENCE:
        return left
    return right if right == NAIVE_NOW and operator == "+" and left == _DIFFERENCE else None
