"""Apps without tasks: they watch the workers of others, or a file tries something with them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from flake8_celery_get.model.values.definitions import FunctionSymbol

if TYPE_CHECKING:
    from flake8_celery_get.model.flow.surroundings import Surroundings
    from flake8_celery_get.model.values.values import Place

_WATCHES = re.compile(
    r"\.events\b|\bEventReceiver\b|\.control\b|\binspect\(|\.connection(?:_for_\w+)?\("
)
_WORKS = re.compile(
    r"@\w[\w.]*task\b|shared_task|\btask\(|\bTask\)|register_task|autodiscover_tasks"
    r"|(?<!tate)(?<!tate\(\))\.tasks\b"
    r"|\binclude\b|\bimports\b|\.delay\b|apply_async|send_task|signature\(|\.si?\("
    r"|[Bb]eat_?schedule|BEAT_?SCHEDULE|add_periodic_task|worker_main"
)
"""What defines, finds or sends a task; ``state.tasks`` are those that events told of."""


def only_watches(world: Surroundings, path: str, *, is_only_app: bool) -> bool:
    """Whether the app made in a file is asked for events and workers, and for nothing else.

    Tasks of any file may belong to the only app of a project.
    """
    others = world.project.celery_files() if is_only_app else list(_importers(world, path))
    texts = [
        world.project.source(each).text
        for each in dict.fromkeys((path, *others))
        if not world.is_test(each)
    ]
    return any(map(_WATCHES.search, texts)) and not any(map(_WORKS.search, texts))


def watches_in_function(world: Surroundings, app: Place) -> bool:
    """Whether the function that makes the app asks it for workers, and hands it to nobody."""
    path, at = app
    scope = world.scope(path)
    function = scope.function_around(at[0])
    if function is None or scope.source.has(function.definition, _WORKS):
        return False
    around = function.definition
    bound = _BOUND.search(scope.source.lines[at[0] - 1][: at[1]])
    name = re.escape(bound[1]) if bound else ""
    hands_on = re.compile(rf"\breturn\s+{name}\s*$", re.MULTILINE)
    is_kept = bool(name) and scope.source.has(around, hands_on)
    return scope.source.has(around, _WATCHES) and not is_kept


_BOUND = re.compile(r"([\w.]+)\s*=\s*$")


def is_tried(world: Surroundings, app: Place) -> bool:
    """Whether an app is made under ``__name__ == "__main__"``, where no task is in sight."""
    path, at = app
    scope = world.scope(path)
    in_main = [each for each in scope.all_statements() if each.within_main]
    if not any(each.spans(at[0]) for each in in_main):
        return False
    functions = (function.definition for function in scope.functions.values())
    return not any(scope.source.has(each, _WORKS) for each in (*in_main, *functions))


def is_never_made(world: Surroundings, within: object) -> bool:
    """Whether an app is made in a function whose name nothing else says: nobody calls it."""
    if not isinstance(within, FunctionSymbol) or within.definition.decorators:
        return False
    word = re.compile(rf"\b{re.escape(within.name)}\b")
    texts = (
        world.project.consult(path).text
        for path in world.project.mentioning({within.name})
        if not world.is_test(path)
    )
    is_said_once = sum(len(word.findall(text)) for text in texts) == 1
    return is_said_once and not world.project.beside.mention({within.name})


def _importers(world: Surroundings, path: str) -> Iterator[str]:
    """The files that import the module of an app, or something from it."""
    name = world.project.modules.name_of(path).rpartition(".")[2]
    for other in world.project.mentioning({name}):
        scope = world.scope(other)
        items = (*scope.imports.values(), *scope.stars)
        if any(world.module_of(scope, item) == path for item in items):
            yield other
