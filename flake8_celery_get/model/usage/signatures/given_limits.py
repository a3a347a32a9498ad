"""Time limits of single sends of which the soft one leaves no room for the hard one.

https://docs.celeryq.dev/en/stable/userguide/workers.html#time-limits
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from flake8_celery_get.model.usage.declarations.limits import (
    HARD,
    SOFT,
    ImpossibleLimits,
    Limit,
    Limits,
)
from flake8_celery_get.model.values.values import Literal

if TYPE_CHECKING:
    from flake8_celery_get.model.sends.beat import Scheduled
    from flake8_celery_get.model.usage.sent.sends import Sends, Sent
    from flake8_celery_get.model.values.arguments import Given

_TAKES_LIMITS = frozenset({"apply_async", "apply_async_on_commit", "send_task", "set"})


def impossible_limits_given(sends: Sends, limits: Limits) -> Iterator[ImpossibleLimits]:
    """The sends whose soft limit never comes first, perhaps because of the task's own limit."""
    for found in sends.certain():
        notes = {_impossible(sent, limits) for sent in found}
        note = notes.pop() if len(notes) == 1 else None
        if note is not None:
            yield note


def impossible_limits_scheduled(entries: Iterable[Scheduled]) -> Iterator[ImpossibleLimits]:
    """The same for entries of beat's schedules."""
    for entry in entries:
        note = _of_options(entry.path, entry.options, None, {})
        if note is not None:
            yield note


def _impossible(sent: Sent, limits: Limits) -> ImpossibleLimits | None:
    if sent.way not in _TAKES_LIMITS:
        return None
    task = sent.task if sent.task is not None and sent.task.is_own else None
    is_alone = len(sent.names & {SOFT, HARD}) == 1 and "**" not in sent.names
    own = limits.of_task(task) if task is not None and is_alone else {}
    return _of_options(sent.path, sent.given, sent.within, own)


def _of_options(
    path: str, given: Iterable[Given], within: object, own: dict[str, Limit]
) -> ImpossibleLimits | None:
    """What is wrong with the limits among options, beside the task's ``own`` ones."""
    said = {each.name: each for each in given if each.name in (SOFT, HARD)}
    if not said:
        return None
    seconds = {name: limit.seconds for name, limit in own.items()}
    seconds |= {name: _seconds(each) for name, each in said.items()}
    soft, hard = seconds.get(SOFT), seconds.get(HARD)
    if not soft or not hard or soft < hard:
        return None
    place = said.get(SOFT) or said[HARD]
    return ImpossibleLimits(path, place.at, within, soft, hard)


def _seconds(argument: Given) -> float:
    """The limit; 0 for none, and for who knows."""
    value = argument.value.value if isinstance(argument.value, Literal) else None
    is_number = isinstance(value, (int, float)) and not isinstance(value, bool)
    return float(value) if is_number else 0.0  # type: ignore[arg-type]
