"""Soft time limits that the hard ones leave no room for.

https://docs.celeryq.dev/en/stable/userguide/workers.html#time-limits
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from flake8_celery_get.model.noticed.notes import Note
from flake8_celery_get.model.settings.answers import SetTo
from flake8_celery_get.model.usage.declarations.annotations import Annotations
from flake8_celery_get.model.usage.written.numbers import number_of
from flake8_celery_get.model.usage.written.said_options import name_of, said_options

if TYPE_CHECKING:
    from flake8_celery_get.model.settings.apps.apps import App, Apps
    from flake8_celery_get.model.usage.tasks import Defined
    from flake8_celery_get.model.values.values import Place
    from flake8_celery_get.source.code import Span

SOFT, HARD = "soft_time_limit", "time_limit"
_BOTH = frozenset({SOFT, HARD})


@dataclass(frozen=True, slots=True)
class ImpossibleLimits(Note):
    """A soft limit that is not below the hard one, both in seconds."""

    soft: float
    hard: float


@dataclass(frozen=True, slots=True)
class _Limit:
    seconds: float
    path: str
    at: Span


def impossible_limits(apps: Apps, tasks: Iterable[Defined]) -> Iterator[ImpossibleLimits]:
    """The limits of apps and tasks of which the soft one never comes first."""
    annotations = Annotations(apps)
    for app in apps:
        soft, hard = _of_app(app, SOFT), _of_app(app, HARD)
        if soft is None or hard is None or soft.seconds < hard.seconds:
            continue
        if not annotations.may_set(app, "*", _BOTH):
            yield ImpossibleLimits(soft.path, soft.at, None, soft.seconds, hard.seconds)
    for task in tasks:
        if task.is_own and not _BOTH.isdisjoint(task.keywords.others):
            for note in _of_task(apps, task):
                own, name = apps.get(task.options.app), name_of(apps.world, task)
                if not annotations.may_set(own, name, _BOTH):
                    yield note


def _of_task(apps: Apps, task: Defined) -> Iterator[ImpossibleLimits]:
    frame, said = said_options(apps.world, task)
    own: dict[str, _Limit] = {}
    for name in (SOFT, HARD):
        if name in said:
            seconds = number_of(frame, said[name].value)
            if not seconds:
                return  # nobody can tell, or there is none
            own[name] = _Limit(seconds, task.symbol.scope.path, said[name].at)
    app = apps.get(task.options.app) if {"base", "**"}.isdisjoint(said) else None
    soft = own.get(SOFT) or (_of_app(app, SOFT) if app is not None else None)
    hard = own.get(HARD) or (_of_app(app, HARD) if app is not None else None)
    if own and soft is not None and hard is not None and soft.seconds >= hard.seconds:
        place = own.get(SOFT) or own[HARD]
        yield ImpossibleLimits(
            place.path, place.at, task.symbol, soft.seconds, hard.seconds
        )


def _of_app(app: App, name: str) -> _Limit | None:
    """The limit that an app surely has; 0 stands for none."""
    answer = app.setting(f"task_{name}")
    if not isinstance(answer, SetTo) or answer.may_differ:
        return None
    value, place = answer.value, answer.place
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not value:
        return None
    return _limit(float(value), place)


def _limit(seconds: float, place: Place) -> _Limit:
    return _Limit(seconds, *place)
