"""Soft time limits that the hard ones leave no room for.

https://docs.celeryq.dev/en/stable/userguide/workers.html#time-limits
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from flake8_celery_get.model.flow.frame import Frame
from flake8_celery_get.model.noticed.notes import Note
from flake8_celery_get.model.settings.answers import NotSet, SetTo
from flake8_celery_get.model.usage.declarations.annotations import Annotations
from flake8_celery_get.model.usage.declarations.class_options import (
    attributes,
    own_attributes,
)
from flake8_celery_get.model.usage.written.numbers import number_of
from flake8_celery_get.model.usage.written.said_options import name_of, said_options
from flake8_celery_get.model.values.values import External, FromEnvironment, Literal
from flake8_celery_get.source import code

if TYPE_CHECKING:
    from flake8_celery_get.model.flow.surroundings import Surroundings
    from flake8_celery_get.model.settings.apps.apps import App, Apps
    from flake8_celery_get.model.usage.tasks import Defined
    from flake8_celery_get.model.values.definitions import ClassSymbol
    from flake8_celery_get.model.values.values import Value
    from flake8_celery_get.source.code import Span

SOFT, HARD = "soft_time_limit", "time_limit"
_BOTH = frozenset({SOFT, HARD})

_AS_ATTRIBUTE = re.compile(rb"(?m)^[ \t]+(?:soft_)?time_limit\b[^=\n(]*=(?!=)[^,\n]*$")
"""A limit that a class sets."""


@dataclass(frozen=True, slots=True)
class ImpossibleLimits(Note):
    """A soft limit that is not below the hard one, both in seconds.

    ``both`` is what both are set to, where nobody knows how many seconds that is.
    """

    soft: float
    hard: float
    both: str = ""


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
            yield from self._same_of_app(app)
        yield from self._of_classes()
        for task in tasks:
            if task.is_own and not _BOTH.isdisjoint(task.keywords.others):
                limits = self.of_task(task)
                if _is_impossible(limits):
                    own = SOFT if SOFT in task.keywords.others else HARD
                    yield _noted(limits, limits[own], task.symbol)
                yield from self._same_of_task(task)

    def _of_classes(self) -> Iterator[ImpossibleLimits]:
        """The limits that a class of tasks has as attributes."""
        world = self._apps.world
        for path in world.project.celery_files(_AS_ATTRIBUTE):
            classes = [] if world.is_test(path) else world.scope(path).all_classes()
            for symbol in filter(world.classes.is_task, classes):
                limits = _of_class(world, symbol)
                own = [limits[name] for name in own_attributes(symbol) if name in limits]
                is_annotated = self._annotations.may_set(None, "*", _BOTH)
                if own and _is_impossible(limits) and not is_annotated:
                    yield _noted(limits, own[0], None)

    def _same_of_app(self, app: App) -> Iterator[ImpossibleLimits]:
        """One variable of the environment, or of another package, is both limits of an app."""
        soft, hard = (app.setting(f"task_{name}") for name in (SOFT, HARD))
        if isinstance(soft, NotSet) or isinstance(hard, NotSet) or soft.place is None:
            return
        is_same = soft.origin == hard.origin != "" and type(soft) is type(hard)
        if isinstance(soft, SetTo) and isinstance(hard, SetTo):
            is_same = is_same and soft.may_differ and soft.value == hard.value != 0
        if is_same and not self._annotations.may_set(app, "*", _BOTH):
            yield ImpossibleLimits(*soft.place, None, 0, 0, soft.origin.lstrip("$"))

    def _same_of_task(self, task: Defined) -> Iterator[ImpossibleLimits]:
        """One variable or name of which nobody knows the value is both limits of a task."""
        world, app = self._apps.world, self._apps.get(task.options.app)
        frame, said = said_options(world, task)
        if self._annotations.may_set(app, name_of(world, task), _BOTH):
            return
        both = (
            _in_common(frame, said[SOFT].value, said[HARD].value)
            if said.keys() >= _BOTH
            else ""
        )
        if both:
            path, at = task.symbol.scope.path, said[SOFT].at
            yield ImpossibleLimits(path, at, task.symbol, 0, 0, both)

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


def _in_common(frame: Frame, soft: code.Expression, hard: code.Expression) -> str:
    """What gives both limits: a name, or a variable of the environment; empty for none."""
    with frame.world.looking_deep():
        value, other = frame.evaluate(soft), frame.evaluate(hard)
    name = code.dotted(soft)
    if name and name == code.dotted(hard):
        is_open = isinstance(value, (External, FromEnvironment))
        is_limit = not _is_none_somewhere(frame.world, name.rpartition(".")[2])
        return name if is_open and is_limit else ""
    if not isinstance(value, FromEnvironment) or value != other:
        return ""
    return "" if _is_no_limit(value.default) else value.name


def _is_no_limit(value: Value) -> bool:
    return isinstance(value, Literal) and not value.value


def _is_none_somewhere(world: Surroundings, name: str) -> bool:
    """Whether some module binds the name to None or 0, which stand for no limit."""
    bound = re.compile(rf"\b{re.escape(name)}\b[^=\n]*=\s*(?:None|0)\b")
    return any(world.project.matching({name}, bound))


def _is_impossible(limits: dict[str, Limit]) -> bool:
    return len(limits) == len(_BOTH) and limits[SOFT].seconds >= limits[HARD].seconds


def _noted(limits: dict[str, Limit], place: Limit, within: object) -> ImpossibleLimits:
    soft, hard = limits[SOFT].seconds, limits[HARD].seconds
    return ImpossibleLimits(place.path, place.at, within, soft, hard)


def _of_app(app: App) -> dict[str, Limit]:
    """The limits that an app surely has; 0 stands for none."""
    found = {name: _set_by(app, name) for name in (SOFT, HARD)}
    return {name: limit for name, limit in found.items() if limit is not None}


def _of_class(world: Surroundings, symbol: ClassSymbol) -> dict[str, Limit]:
    """The limits of a class, some perhaps of a base class, each where it is surely known."""
    found: dict[str, Limit] = {}
    said = attributes(world, symbol)
    for name in [name for name in (SOFT, HARD) if name in said]:
        frame, value, at = said[name]
        if seconds := number_of(frame, value):
            found[name] = Limit(seconds, frame.scope.path, at)
    return found


def _set_by(app: App, name: str) -> Limit | None:
    answer = app.setting(f"task_{name}")
    if not isinstance(answer, SetTo) or answer.may_differ:
        return None
    value, place = answer.value, answer.place
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not value:
        return None
    return Limit(float(value), *place)
