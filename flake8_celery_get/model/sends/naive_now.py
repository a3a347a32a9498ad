"""Local times without a time zone, as ``datetime.now()`` gives one, and times made from them."""

from __future__ import annotations

from collections.abc import Sequence

from flake8_celery_get.model.values.arguments import Given
from flake8_celery_get.model.values.values import External, Made, Value

NAIVE_NOW = Made("datetime.datetime.now()")

_NOWS = frozenset({"datetime.datetime.now", "datetime.datetime.today"})
_DIFFERENCE = Made("datetime.timedelta()")
_TODAY, _CLOCK = Made("datetime.date.today()"), Made("datetime.time()")
_ENDS_OF_DAY = (External("datetime.time.min"), External("datetime.time.max"))


def called(path: str, given: Sequence[Given]) -> Value:
    """What a call of something outside the project gives: a local time, or anything."""
    if path in _NOWS:
        return Made(f"{path}(tz)") if given else NAIVE_NOW
    if path == "datetime.datetime.fromtimestamp" and len(given) == 1:
        return NAIVE_NOW
    if path == f"{NAIVE_NOW.path}.replace" and not _says_zone(given):
        return NAIVE_NOW
    if path == "datetime.datetime.combine" and len(given) == 2:
        day, clock = given[0].value, given[1].value
        is_local = day == _TODAY and (clock == _CLOCK or clock in _ENDS_OF_DAY)
        return NAIVE_NOW if is_local else Made(f"{path}()")
    if path == "datetime.time" and _says_zone(given):
        return Made(f"{path}(tz)")
    return Made(f"{path}()")


def _says_zone(given: Sequence[Given]) -> bool:
    return any(argument.name in {"tzinfo", "*", "**"} for argument in given)


def moved(left: Value, operator: str, right: Value) -> Value | None:
    """The same time some seconds later or earlier, or a difference; None for anything else."""
    if operator == "*" and _DIFFERENCE in (left, right):
        return _DIFFERENCE
    if operator in {"+", "-"} and left == right == _DIFFERENCE:
        return _DIFFERENCE
    if left == NAIVE_NOW and operator in {"+", "-"} and right == _DIFFERENCE:
        return left
    return right if right == NAIVE_NOW and operator == "+" and left == _DIFFERENCE else None
