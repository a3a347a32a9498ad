"""Classes of tasks, and whatever else of a project, that send on commit by themselves."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, TypeAlias

from flake8_celery_get.model.usage.declarations.base_classes import SENDS, BaseClasses

if TYPE_CHECKING:
    from flake8_celery_get.model.flow.surroundings import Surroundings
    from flake8_celery_get.model.usage.sent.sends import Sent
    from flake8_celery_get.model.values.values import Place

Found: TypeAlias = "dict[Place, list[Sent | None]]"

_DEFERS = re.compile(r"\bdef (?:apply_async|delay|send_task)\b[\s\S]{0,1500}\bon_commit\b")
"""A task class, or an app, that sends on commit by itself."""
_SENDERS = frozenset({"apply_async", "delay", "send_task"})
_METHODS = re.compile(r"\bdef (?:apply_async|delay|send_task)\b")


def not_deferred(world: Surroundings, known: Found) -> Found:
    """Those of the sends that no class of the project may hand to ``on_commit``."""
    paths = list(_deferring(world))
    if not paths:
        return known
    bases = BaseClasses(world)
    if bases.has_own_app or not all(_is_of_classes(world, path) for path in paths):
        return {}
    return {
        place: found
        for place, found in known.items()
        if all(
            sent is not None
            and sent.task is not None
            and not bases.changes(sent.task, SENDS)
            for sent in found
        )
    }


def _deferring(world: Surroundings) -> Iterator[str]:
    """The files with a method, or a function, that sends on commit."""
    for path in world.project.mentioning({"on_commit"}):
        if not world.is_test(path) and _DEFERS.search(world.project.consult(path).text):
            yield path


def _is_of_classes(world: Surroundings, path: str) -> bool:
    """Whether all that sends on commit in a file is a method of a task's class."""
    scope = world.scope(path)
    methods = [
        name
        for symbol in scope.all_classes()
        if world.classes.is_task(symbol)
        for name in symbol.methods.keys() & _SENDERS
    ]
    return len(methods) == len(_METHODS.findall(scope.source.text))
