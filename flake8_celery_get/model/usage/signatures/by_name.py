"""Arguments that don't fit a task which is sent by its name: by beat, ``send_task``, a signature.

For the first two, Celery checks them nowhere but in the worker, when it calls the task.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from os.path import dirname, split
from typing import TYPE_CHECKING

from flake8_celery_get.model.usage.declarations.base_classes import RUNS, BaseClasses
from flake8_celery_get.model.usage.signatures.misfits import (
    IN_WORKER,
    LETTERS,
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
    from flake8_celery_get.model.flow.surroundings import Surroundings
    from flake8_celery_get.model.sends.beat import Scheduled
    from flake8_celery_get.model.usage.sent.canvases import Roles
    from flake8_celery_get.model.usage.sent.sends import Sends, Sent
    from flake8_celery_get.model.usage.signatures.shapes import Shape
    from flake8_celery_get.model.usage.tasks import Defined
    from flake8_celery_get.model.values.arguments import Given


def misfits_by_name(
    world: Surroundings,
    tasks: Iterable[Defined],
    sends: Sends,
    entries: Iterable[Scheduled],
) -> Iterator[Misfit]:
    """The entries of schedules, calls of ``send_task`` and signatures that raise TypeError."""
    names = _Names(world, tasks)
    for entry in entries:
        shape = names.shape(entry.task.name, entry.path)
        if shape is not None and entry.given is not None:
            reason = packed(entry.given, APPLY_ASYNC).misfit(shape, is_whole=True)
            if reason:
                at = entry.given[0].at if entry.given else entry.at
                name = names.function(entry.task.name, entry.path)
                role = LETTERS if _is_text(entry.given) else IN_WORKER
                yield Misfit(entry.path, at, None, name, reason, role)
    for found in sends.certain():
        misfit = _misfit(found[0], names, sends.roles) if len(found) == 1 else None
        if misfit is not None:
            yield misfit


def _is_text(given: Iterable[Given]) -> bool:
    """Whether an entry has a text for its arguments: beat passes each letter of it."""
    values = (each.value for each in given if each.name == "args")
    return any(isinstance(v, Literal) and isinstance(v.value, str) for v in values)


def _misfit(sent: Sent, names: _Names, roles: Roles) -> Misfit | None:
    is_signature = sent.way in {"signature", "subtask"}
    if sent.task is not None or not (is_signature or sent.way == "send_task"):
        return None
    name = _name(sent)
    shape = names.shape(name, sent.path)
    if shape is None or not isinstance(sent.owner, (AppValue, External)):
        return None
    site = sent.path, sent.at, sent.within, names.function(name, sent.path)
    if is_signature:
        passed = packed(sent.given, NAMED_SIGNATURE)
        return misfit_in(roles, site, passed, shape, is_immutable=is_immutable(sent))
    reason = packed(sent.given, SEND_TASK).misfit(shape, is_whole=True)
    return Misfit(*site, reason, IN_WORKER) if reason else None


def _name(sent: Sent) -> str:
    """The name of the task that is sent; empty where it is no constant."""
    first = sent.given[0] if sent.given else None
    if (
        first is None
        or first.name not in {"", "name", "task"}
        or not isinstance(first.value, Literal)
    ):
        return ""
    return first.value.value if isinstance(first.value.value, str) else ""


class _Names:
    """The tasks by their names in Celery, where there is only one of each.

    A folder that is no package is where a program starts: there, a task of the module beside
    is called after that module alone.
    """

    def __init__(self, world: Surroundings, tasks: Iterable[Defined]) -> None:
        self._bases = BaseClasses(world)
        self._shapes = Shapes(world, self._bases)
        self._tasks: dict[tuple[str, str], Defined | None] = {}
        for task in tasks:
            if task.name:
                self._add("", task.name, task)
            folder, name = _beside(world, task)
            if name and name != task.name:
                self._add(folder, name, task)

    def _add(self, folder: str, name: str, task: Defined) -> None:
        key = folder, name
        self._tasks[key] = None if key in self._tasks else task

    def _of(self, name: str, path: str) -> Defined | None:
        """The task of a name that is written down in a file."""
        return self._tasks.get(("", name)) or self._tasks.get((dirname(path), name))

    def shape(self, name: str, path: str) -> Shape | None:
        """What the task takes; None where its class may pass other arguments on."""
        task = self._of(name, path)
        if task is None or self._bases.changes(task, RUNS):
            return None
        return self._shapes.of(task)

    def function(self, name: str, path: str) -> str:
        """The name of the task's function."""
        task = self._of(name, path)
        return task.title if task is not None else name


def _beside(world: Surroundings, task: Defined) -> tuple[str, str]:
    """The folder of a task's module, and the task's name from there; empty in a package."""
    folder, file = split(task.symbol.scope.path)
    if task.is_named or world.project.modules.package_top(folder) != folder:
        return folder, ""
    return folder, f"{file.removesuffix('.py')}.{task.title}"
