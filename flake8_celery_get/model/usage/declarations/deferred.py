"""Tasks whose function runs nothing when it is called: coroutines and generators."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from flake8_celery_get.model.noticed.notes import Note
from flake8_celery_get.model.usage.declarations.base_classes import RUNS
from flake8_celery_get.model.usage.declarations.class_based import run_methods
from flake8_celery_get.model.usage.tasks import place_of_name

if TYPE_CHECKING:
    from flake8_celery_get.model.flow.surroundings import Surroundings
    from flake8_celery_get.model.usage.declarations.base_classes import BaseClasses
    from flake8_celery_get.model.usage.tasks import Defined
    from flake8_celery_get.model.values.definitions import FunctionSymbol

COROUTINE, GENERATOR = "coroutine", "generator"

_AWAITS = frozenset(
    {
        "celery_aio_pool", "aio_celery", "celery_pool_asyncio", "aiocelery", "AsyncIOPool",
        "async_celery", "celery_decorator_taskcls", "build_async_tracer",
        "CELERY_CUSTOM_WORKER_POOL", "TracerWithAsyncSupport",
    }
)  # fmt: skip
"""Packages and names of pools, tracers and base classes that await what a task returns."""

_CHANGES_TRACER = re.compile(rb"\bbuild_tracer\b")


@dataclass(frozen=True, slots=True)
class Deferred(Note):
    """A task that is a coroutine or a generator: ``kind`` says which."""

    task: str
    kind: str


def deferred_tasks(
    world: Surroundings, tasks: Iterable[Defined], bases: BaseClasses
) -> Iterator[Deferred]:
    """The tasks of which nothing runs, as a worker only calls their functions."""
    plain = [
        (task.symbol, kind)
        for task in tasks
        if task.is_plain
        and (kind := _kind(world, task.symbol))
        and not bases.changes(task, RUNS)
    ]
    methods = [
        (method, kind) for method in run_methods(world) if (kind := _kind(world, method))
    ]
    found = [*plain, *methods]
    if not found or _is_awaited(world):
        return
    for symbol, kind in found:
        name = symbol.owner.name if symbol.owner is not None else symbol.name
        yield Deferred(symbol.scope.path, place_of_name(symbol), symbol, name, kind)


def _kind(world: Surroundings, symbol: FunctionSymbol) -> str:
    if symbol.definition.is_async:
        return COROUTINE
    if "yield" not in symbol.definition.text(symbol.scope.source.lines):
        return ""
    function = world.calls.function_code(symbol)
    return GENERATOR if function is not None and function.yields else ""


def _is_awaited(world: Surroundings) -> bool:
    """Whether the project has something that runs what such a task returns."""
    project = world.project
    return bool(project.celery_files(_CHANGES_TRACER)) or any(
        True for _ in project.mentioning(set(_AWAITS))
    )
