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
    from flake8_celery_get.source.code import Span

SOFT, HARD = "soft_time_limit", "time_limit"
_BOTH = frozenset({SOFT, HARD})


@dataclass(frozen=True, slots=True)
class ImpossibleLimits(Note):
    """A soft limit that is not below the hard one, both in seconds."""

    soft: float
    hard: float


@dataclass(frozen=True, slots=True)
class Limit:
    """A limit, and where it is set."""

    seconds: float
    path: str
    at: Span


class Limits:
    """The time limits of apps and tasks, as far as code tells."""

    def __init__(self, apps: Apps) -> None:
        self._apps = apps
        self._annotations = Annotations(apps)

    def impossible(self, tasks: Iterable[Defined]) -> Iterator[ImpossibleLimits]:
        """The limits of apps and tasks of which the soft one never comes first."""
        for app in self._apps:
            limits = _of_app(app)
            if _is_impossible(limits) and not self._annotations.may_set(app, "*", _BOTH):
                yield _noted(limits, limits[SOFT], None)
        for task in tasks:
            if task.is_own and not _BOTH.isdisjoint(task.keywords.others):
                limits = self.of_task(task)
                if _is_impossible(limits):
                    own = SOFT if SOFT in task.keywords.others else HARD
                    yield _noted(limits, limits[own], task.symbol)

    def of_task(self, task: Defined) -> dict[str, Limit]:
        """The limits of a task, some perhaps its app's, each where it is surely known."""
        world = self._apps.world
        app = self._apps.get(task.options.app)
        frame, said = said_options(world, task)
        is_plain = app is not None and {"base", "**"}.isdisjoint(said)
        found = _of_app(app) if app is not None and is_plain else {}
        for name in _BOTH & said.keys():
            found.pop(name, None)
            seconds = number_of(frame, said[name].value)
            if seconds:
                found[name] = Limit(seconds, task.symbol.scope.path, said[name].at)
        is_annotated = found and self._annotations.may_set(app, name_of(world, task), _BOTH)
        return {} if is_annotated else found


def _is_impossible(limits: dict[str, Limit]) -> bool:
    return len(limits) == len(_BOTH) and limits[SOFT].seconds >= limits[HARD].seconds


def _noted(limits: dict[str, Limit], place: Limit, within: object) -> ImpossibleLimits:
    soft, hard = limits[SOFT].seconds, limits[HARD].seconds
    return ImpossibleLimits(place.path, place.at, within, soft, hard)


def _of_app(app: App) -> dict[str, Limit]:
    """The limits that an app surely has; 0 stands for none."""
    found = {name: _set_by(app, name) for name in (SOFT, HARD)}
    return {name: limit for name, limit in found.items() if limit is not None}


def _set_by(app: App, name: str) -> Limit | None:
    answer = app.setting(f"task_{name}")
    if not isinstance(answer, SetTo) or answer.may_differ:
        return None
    value, place = answer.value, answer.place
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not value:
        return None
    return Limit(float(value), *place)
