"""Arguments that don't fit a task which is sent by its name: by beat, ``send_task``, a signature.

For the first two, Celery checks them nowhere but in the worker, when it calls the task.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from flake8_celery_get.model.usage.declarations.base_classes import RUNS, BaseClasses
from flake8_celery_get.model.usage.signatures.misfits import (
    BY_NAME,
    Misfit,
    is_immutable,
    misfit_in,
)
from flake8_celery_get.model.usage.signatures.passed import (
    APPLY_ASYNC,
    NAMED_SIGNATURE,
    SEND_TASK,
    packed,
)
from flake8_celery_get.model.usage.signatures.tasks_sent import Shapes
from flake8_celery_get.model.values.values import AppValue, External, Literal

if TYPE_CHECKING:
    from flake8_celery_get.model.evaluate.world import World
    from flake8_celery_get.model.sends.beat import Scheduled
    from flake8_celery_get.model.usage.sent.canvases import Roles
    from flake8_celery_get.model.usage.sent.sends import Sends, Sent
    from flake8_celery_get.model.usage.signatures.shapes import Shape
    from flake8_celery_get.model.usage.tasks import Defined


def misfits_by_name(
    world: World, tasks: Iterable[Defined], sends: Sends, entries: Iterable[Scheduled]
) -> Iterator[Misfit]:
    """The entries of schedules, calls of ``send_task`` and signatures that raise TypeError."""
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
        misfit = _misfit(found[0], names, sends.roles) if len(found) == 1 else None
        if misfit is not None:
            yield misfit


def _misfit(sent: Sent, names: _Names, roles: Roles) -> Misfit | None:
    is_signature = sent.way in {"signature", "subtask"}
    if sent.task is not None or not (is_signature or sent.way == "send_task"):
        return None
    name = _name(sent)
    shape = names.shape(name)
    if shape is None or not isinstance(sent.owner, (AppValue, External)):
        return None
    site = sent.path, sent.at, sent.within, names.function(name)
    if is_signature:
        passed = packed(sent.given, NAMED_SIGNATURE)
        return misfit_in(roles, site, passed, shape, is_immutable=is_immutable(sent))
    reason = packed(sent.given, SEND_TASK).misfit(shape, is_whole=True)
    return Misfit(*site, reason, BY_NAME) if reason else None


def _name(sent: Sent) -> str:
    """The name of the task that is sent; empty where it is no constant."""
    first = sent.given[0] if sent.given else None
    if (
        first is None
        or first.name not in {"", "name"}
        or not isinstance(first.value, Literal)
    ):
        return ""
    return first.value.value if isinstance(first.value.value, str) else ""


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
