"""Arguments that don't fit a task which is sent by its name: by beat, or by ``send_task``.

Celery checks them nowhere but in the worker, when it calls the task.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from flake8_celery_get.model.usage.declarations.base_classes import RUNS, BaseClasses
from flake8_celery_get.model.usage.signatures.misfits import BY_NAME, Misfit
from flake8_celery_get.model.usage.signatures.passed import APPLY_ASYNC, SEND_TASK, packed
from flake8_celery_get.model.usage.signatures.tasks_sent import Shapes
from flake8_celery_get.model.values.values import AppValue, Literal

if TYPE_CHECKING:
    from flake8_celery_get.model.evaluate.world import World
    from flake8_celery_get.model.sends.beat import Scheduled
    from flake8_celery_get.model.usage.sent.sends import Sends, Sent
    from flake8_celery_get.model.usage.signatures.shapes import Shape
    from flake8_celery_get.model.usage.tasks import Defined


def misfits_by_name(
    world: World, tasks: Iterable[Defined], sends: Sends, entries: Iterable[Scheduled]
) -> Iterator[Misfit]:
    """The entries of schedules, and the calls of ``send_task``, that raise in the worker."""
    names = _Names(world, tasks)
    for entry in entries:
        shape = names.shape(entry.task.name)
        if shape is not None and entry.given is not None:
            reason = packed(entry.given, APPLY_ASYNC).misfit(shape, is_whole=True)
            if reason:
                at = entry.given[0].at if entry.given else entry.at
                name = names.function(entry.task.name)
                yield Misfit(entry.path, at, None, name, reason, BY_NAME)
    for found in sends.certain():
        yield from _sent(found[0], names) if len(found) == 1 else ()


def _sent(sent: Sent, names: _Names) -> Iterator[Misfit]:
    if sent.way != "send_task" or not isinstance(sent.owner, AppValue) or not sent.given:
        return
    first = sent.given[0].value if sent.given[0].name in {"", "name"} else None
    name = first.value if isinstance(first, Literal) else None
    shape = names.shape(name) if isinstance(name, str) else None
    if shape is not None:
        reason = packed(sent.given, SEND_TASK).misfit(shape, is_whole=True)
        if reason:
            function = names.function(str(name))
            yield Misfit(sent.path, sent.at, sent.within, function, reason, BY_NAME)


class _Names:
    """The tasks by their names in Celery, where there is only one of each."""

    def __init__(self, world: World, tasks: Iterable[Defined]) -> None:
        self._bases = BaseClasses(world)
        self._shapes = Shapes(world, self._bases)
        self._tasks: dict[str, Defined | None] = {}
        for task in tasks:
            if task.name:
                self._tasks[task.name] = None if task.name in self._tasks else task

    def shape(self, name: str) -> Shape | None:
        """What the task takes; None where its class may pass other arguments on."""
        task = self._tasks.get(name)
        if task is None or self._bases.changes(task, RUNS):
            return None
        return self._shapes.of(task)

    def function(self, name: str) -> str:
        """The name of the task's function."""
        task = self._tasks.get(name)
        return task.symbol.name if task is not None else name
