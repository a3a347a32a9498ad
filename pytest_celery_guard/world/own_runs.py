"""Bodies that a task's own Strategy runs through the pool, as celery-batches does.

One run is for many messages. No Request tells of a failure, and celery-batches only logs it.
"""

from __future__ import annotations

import traceback
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from typing import Any

from celery import Task

from pytest_celery_guard.basics.restoring import swap
from pytest_celery_guard.basics.undo import Undo
from pytest_celery_guard.world.stubbed import stubbed_body
from pytest_celery_guard.world.world import World


def runs_task(args: Sequence[Any]) -> bool:
    """Whether the pool is given a task itself; from a Request it gets its name."""
    return bool(args) and isinstance(args[0], Task)


@contextmanager
def noted_run(world: World, task: Any) -> Iterator[None]:
    """Let the task's stub run in its place, and note the failure of each message."""
    stub = world.stubs.get(task.name)
    with stubbed_body(task, stub) if stub else nullcontext(), Undo() as undo:
        body = task.run

        def run(*args: Any, **kwargs: Any) -> Any:
            __tracebackhide__ = True
            try:
                return body(*args, **kwargs)
            except Exception as error:
                note(world, ids_in(args), error)
                raise

        swap(undo, task, "run", run)
        yield


def ids_in(args: Iterable[Any]) -> set[str]:
    """The ids of the messages that a body gets."""
    lists = [each for each in args if isinstance(each, list | tuple)]
    return {str(each.id) for one in lists for each in one if hasattr(each, "id")}


def note(world: World, ids: Iterable[str], error: Exception) -> None:
    """Note that the task of each of these messages has failed."""
    told = traceback.format_exc()
    for task_id in ids:
        world.record(task_id, "FAILURE", "worker", repr(error), told)
