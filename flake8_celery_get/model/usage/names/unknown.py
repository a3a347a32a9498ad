"""Names that no task of the project has."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from flake8_celery_get.model.noticed.notes import Note
from flake8_celery_get.model.usage.names.named import (
    ROUTE,
    SCHEDULE,
    SEND,
    Named,
    named_tasks,
)
from flake8_celery_get.model.usage.names.registered import Registered

if TYPE_CHECKING:
    from flake8_celery_get.model.evaluate.world import World
    from flake8_celery_get.model.sends.beat import Scheduled
    from flake8_celery_get.model.settings.apps.apps import Apps
    from flake8_celery_get.model.usage.tasks import Defined

_PATTERN = re.compile(r"[*?\[\](){}^$|\\]")


@dataclass(frozen=True, slots=True)
class UnknownTask(Note):
    """A text that names no task; ``meant`` is empty where nothing comes close.

    A ``module`` stands in a route where the pattern for its tasks is meant.
    """

    name: str
    meant: str
    where: str
    is_module: bool = False


def unknown_tasks(
    world: World, apps: Apps, tasks: list[Defined], entries: list[Scheduled]
) -> Iterator[UnknownTask]:
    """The names that are surely meant for a task of this project."""
    registered = Registered(world, apps, tasks)
    if not registered.is_complete or not registered.names:
        return
    for named in dict.fromkeys(named_tasks(world, apps, entries)):
        if _PATTERN.search(named.name):
            if named.where == ROUTE and _routes_nothing(world, registered, named.name):
                yield UnknownTask(named.path, named.at, None, named.name, "", named.where)
        elif named.where == SEND and registered.is_for_others:
            continue  # their tasks are elsewhere
        elif not registered.has(named.name):
            note = _judged(world, registered, named)
            if note is not None:
                yield note


def _routes_nothing(world: World, registered: Registered, pattern: str) -> bool:
    """Whether a pattern stands for the tasks of a module, and all of them have other names."""
    module = pattern.removesuffix(".*")
    path = None if _PATTERN.search(module) else world.project.modules.exactly(module)
    if path is None or path.endswith("__init__.py"):
        return False
    return not registered.has_in(module) and registered.names_all_in(path)


def _judged(world: World, registered: Registered, named: Named) -> UnknownTask | None:
    name = named.name
    if named.where == ROUTE and _is_module(world, registered, name):
        meant = f"{name}.*"
        return UnknownTask(named.path, named.at, None, name, meant, named.where, True)
    if named.where == ROUTE and "." not in name and name not in registered.names.values():
        return None
    is_bare = named.where == ROUTE and "." not in name
    is_function = named.where == SCHEDULE and registered.function_meant_by(name) != ""
    if is_bare or is_function or registered.is_typo(name) or registered.is_ours(name):
        meant = registered.meant_by(name)
        return UnknownTask(named.path, named.at, None, name, meant, named.where)
    return None


def _is_module(world: World, registered: Registered, name: str) -> bool:
    """Whether a name is that of a module with tasks."""
    is_beginning = any(one.startswith(f"{name}.") for one in registered.names)
    return is_beginning and world.project.modules.holds(name)
