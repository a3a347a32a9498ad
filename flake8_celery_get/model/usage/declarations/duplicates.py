"""Tasks that have the name of another one: Celery keeps the one that it meets first.

https://docs.celeryq.dev/en/stable/userguide/tasks.html#names
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from flake8_celery_get.model.noticed.notes import Note
from flake8_celery_get.model.usage.tasks import Defined, defined_task, place_of_name
from flake8_celery_get.model.usage.written.said_options import name_of
from flake8_celery_get.model.values.definitions import FunctionSymbol

if TYPE_CHECKING:
    from flake8_celery_get.model.flow.surroundings import Surroundings
    from flake8_celery_get.model.settings.apps.apps import Apps
    from flake8_celery_get.model.values.values import Place


@dataclass(frozen=True, slots=True)
class DuplicateName(Note):
    """A task whose name another one has: ``first`` is where that stands."""

    name: str
    first: Place


def duplicate_names(
    world: Surroundings, apps: Apps, tasks: Iterable[Defined]
) -> Iterator[DuplicateName]:
    """The tasks of which, or of whose namesakes, nothing ever runs."""
    by_name: dict[object, list[Defined]] = {}
    for task in tasks:
        for each in (*_replaced(world, task), task):
            if name_of(world, each) and each.is_own and _stands_alone(each):
                by_name.setdefault(_key(apps, each), []).append(each)
    for found in by_name.values():
        first, *others = sorted(found, key=_place)
        for other in others:
            place = other.symbol.scope.path, place_of_name(other.symbol), other.symbol
            at = first.symbol.scope.path, place_of_name(first.symbol)
            yield DuplicateName(*place, name_of(world, other), at)


def _key(apps: Apps, task: Defined) -> object:
    """What two tasks have in common of which only one can be registered."""
    path = task.symbol.scope.path
    is_only = sum(1 for _ in apps) <= 1
    app = () if is_only else task.options.app  # a shared task is one of the only app, too
    if not task.is_named:
        return path, app, task.name
    module = apps.world.project.modules.name_of(path)
    package = module.partition(".")[0] if is_only and "." in module else path
    return package, app, name_of(apps.world, task)


def _place(task: Defined) -> tuple[str, int]:
    return task.symbol.scope.path, task.symbol.definition.line


def _replaced(world: Surroundings, task: Defined) -> Iterator[Defined]:
    """Tasks that a module defines before one of the same function name."""
    symbol = task.symbol
    for definition in symbol.scope.named(symbol.name):
        if definition is symbol.definition or symbol.owner is not None:
            break
        if definition.kind == "function" and definition.decorators:
            earlier = defined_task(world, FunctionSymbol(symbol.scope, definition))
            if earlier is not None:
                yield earlier


def _stands_alone(task: Defined) -> bool:
    """Whether nothing decides which of several definitions there is."""
    return task.symbol.owner is None and task.symbol.definition.column == 0
