"""What is known of the tasks that are sent: their parameters, where these can be told."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from flake8_celery_get.model.usage.signatures.kinds.held import HeldNames
from flake8_celery_get.model.usage.signatures.passing_on import passes_on
from flake8_celery_get.model.usage.signatures.shapes import ANYTHING, Shape, shape_of

if TYPE_CHECKING:
    from flake8_celery_get.model.flow.surroundings import Surroundings
    from flake8_celery_get.model.usage.declarations.base_classes import BaseClasses
    from flake8_celery_get.model.usage.sent.sends import Sent
    from flake8_celery_get.model.usage.tasks import Defined


class Shapes:
    """The parameters of each task, asked for once."""

    def __init__(self, world: Surroundings, bases: BaseClasses) -> None:
        self._world = world
        self.bases = bases
        self.held = HeldNames(world)
        self._known: dict[object, Shape | None] = {}
        self._is_checked = not any(
            not world.is_test(path) for path in world.project.mentioning({"strict_typing"})
        )

    def of(self, task: Defined) -> Shape | None:
        """What a task takes; None where a send of it may mean something else."""
        if task.symbol not in self._known:
            self._known[task.symbol] = self._found(task)
        return self._known[task.symbol]

    def written_out(self, sent: Sent) -> Sent:
        """A send with lists and dicts in place of the variables that do nothing but hold them."""
        given = tuple(
            replace(each, node=self.held.written_out(each.node, sent))
            for each in sent.given
        )
        return replace(sent, given=given)

    def _found(self, task: Defined) -> Shape | None:
        if not self._is_checked or "typing" in (*task.keywords.off, *task.keywords.others):
            return None
        if _is_defined_again(task) or not self.bases.takes_arguments(task):
            return None
        is_plain = task.is_plain or task.kind is not None or passes_on(self._world, task)
        if is_plain:
            return shape_of(task)
        return ANYTHING if _is_outermost(task) else None


def _is_outermost(task: Defined) -> bool:
    """Whether Celery's own decorator is above all others: what they make is a task's function."""
    return task.place == 0 and task.symbol.owner is None


def _is_defined_again(task: Defined) -> bool:
    """Whether the module gives the name to something else too."""
    scope, name = task.symbol.scope, task.symbol.name
    return task.kind is None and (len(scope.named(name)) > 1 or name in scope.variables)
