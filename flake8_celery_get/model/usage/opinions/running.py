"""How long tasks may run, how they are acknowledged, and how they are tried again."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from flake8_celery_get.model.noticed.notes import Note
from flake8_celery_get.model.settings.answers import Answer, NotSet, SetTo
from flake8_celery_get.model.usage.opinions.task_classes import (
    place_of_class,
    retrying_classes,
)
from flake8_celery_get.model.usage.written.said_options import said_options
from flake8_celery_get.source import code

if TYPE_CHECKING:
    from flake8_celery_get.model.flow.surroundings import Surroundings
    from flake8_celery_get.model.settings.apps.apps import App, Apps
    from flake8_celery_get.model.usage.tasks import Defined

_LIMITS = ("task_time_limit", "task_soft_time_limit", "task_annotations")
"""Settings that may limit how long tasks run: annotations can give a task any option."""
_EVERYTHING = frozenset({"Exception", "BaseException"})


@dataclass(frozen=True, slots=True)
class Unlimited(Note):
    """An app whose tasks may run forever, with the number of those that have no limit."""

    app: str
    tasks: int


@dataclass(frozen=True, slots=True)
class Hoarding(Note):
    """Late acknowledgement, with a worker that reserves ``multiplier`` messages a process."""

    multiplier: int


@dataclass(frozen=True, slots=True)
class PlainRetry(Note):
    """A task that is tried again by itself: without an end, or without a backoff."""

    is_endless: bool


@dataclass(frozen=True, slots=True)
class RetryOnAll(Note):
    """A task that is tried again after any exception."""

    name: str


def unlimited_apps(apps: Apps, tasks: Iterable[Defined]) -> Iterator[Unlimited]:
    """The apps that set no time limit, for tasks that set none either."""
    world = apps.world
    lacking = [task for task in tasks if _is_unlimited(world, task)]
    if not lacking or world.project.beside.mention({"--time-limit", "--soft-time-limit"}):
        return
    for app in apps:
        if all(_is_unset(app.setting(name)) for name in _LIMITS):
            own = [task for task in lacking if apps.get(task.options.app) is app]
            if own:
                yield Unlimited(app.path, app.at, None, app.name, len(own))


def _is_unset(answer: Answer) -> bool:
    return isinstance(answer, NotSet) or (
        isinstance(answer, SetTo) and answer.value is None and not answer.may_differ
    )


def _is_unlimited(world: Surroundings, task: Defined) -> bool:
    if task.place is None:
        return False
    _, said = said_options(world, task)
    return {"time_limit", "soft_time_limit", "base", "**"}.isdisjoint(said)


def hoarding_workers(apps: Apps, tasks: Iterable[Defined]) -> Iterator[Hoarding]:
    """What acknowledges late while workers reserve several messages."""
    if apps.world.project.beside.mention({"--prefetch-multiplier"}):
        return
    for app in apps:
        multiplier = _multiplier(app)
        late = app.setting("task_acks_late")
        if multiplier > 1 and isinstance(late, SetTo) and late.value is True:
            yield Hoarding(*late.place, None, multiplier)
    for task in tasks:
        own = apps.get(task.options.app)
        said = said_options(apps.world, task)[1]
        is_late = "acks_late" in said and _is(said["acks_late"].value, True)
        if own is not None and is_late and _multiplier(own) > 1:
            path, at = task.symbol.scope.path, said["acks_late"].at
            yield Hoarding(path, at, None, _multiplier(own))


def _multiplier(app: App) -> int:
    """How many messages a process reserves; 0 where nobody can tell."""
    answer = app.setting("worker_prefetch_multiplier")
    if isinstance(answer, NotSet):
        return 4  # Celery's default
    value = answer.value if isinstance(answer, SetTo) and not answer.may_differ else 0
    return value if isinstance(value, int) else 0


def plain_retries(world: Surroundings, tasks: Iterable[Defined]) -> Iterator[PlainRetry]:
    """The tasks with ``autoretry_for`` that have no end, or no backoff."""
    for task in tasks:
        said = said_options(world, task)[1]
        if "autoretry_for" not in said or not {"**", "base"}.isdisjoint(said):
            continue
        if _is_empty(said["autoretry_for"].value):
            continue
        path = task.symbol.scope.path
        if "max_retries" in said and _is(said["max_retries"].value, None):
            yield PlainRetry(path, said["max_retries"].at, None, True)
        elif "retry_backoff" not in said or _is(said["retry_backoff"].value, False):
            yield PlainRetry(path, said["autoretry_for"].at, None, False)


def plain_retries_of_classes(world: Surroundings) -> Iterator[PlainRetry]:
    """The base classes of tasks whose ``autoretry_for`` has no end, or no backoff."""
    for symbol, said in retrying_classes(world):
        path = symbol.scope.path
        if "max_retries" in said and _is(said["max_retries"][0], None):
            yield PlainRetry(path, said["max_retries"][1], None, True)
        elif "retry_backoff" not in said or _is(said["retry_backoff"][0], False):
            yield PlainRetry(path, place_of_class(symbol), None, False)


def retries_on_all(world: Surroundings, tasks: Iterable[Defined]) -> Iterator[RetryOnAll]:
    """The tasks with ``autoretry_for=(Exception,)``."""
    for task in tasks:
        frame, said = said_options(world, task)
        if "autoretry_for" in said and "dont_autoretry_for" not in said:
            name = _everything_in(frame.scope.bound_once(said["autoretry_for"].value))
            if name:
                path, at = task.symbol.scope.path, said["autoretry_for"].at
                yield RetryOnAll(path, at, None, name)


def retries_of_classes_on_all(world: Surroundings) -> Iterator[RetryOnAll]:
    """The base classes of tasks with ``autoretry_for = (Exception,)``."""
    for symbol, said in retrying_classes(world):
        value, at = said["autoretry_for"]
        name = _everything_in(value)
        if name and "dont_autoretry_for" not in said:
            yield RetryOnAll(symbol.scope.path, at, None, name)


def _everything_in(node: code.Expression) -> str:
    """The name of the class of all errors, if a list of classes has it."""
    items = node.items if isinstance(node, code.Display) else []
    names = [item.id for item in items if isinstance(item, code.Name)]
    return next((name for name in names if name in _EVERYTHING), "")


def _is_empty(node: code.Expression) -> bool:
    """Whether a list of exceptions has none, so that nothing is tried again."""
    return _is(node, None) or (isinstance(node, code.Display) and not node.items)


def _is(node: code.Expression, value: object) -> bool:
    return isinstance(node, code.Constant) and node.value is value
