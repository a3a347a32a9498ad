"""Tasks whose names nobody chose: https://docs.celeryq.dev/en/stable/userguide/tasks.html#names"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from flake8_celery_get.model.classes.task_options import is_of_project
from flake8_celery_get.model.noticed.notes import Note
from flake8_celery_get.model.usage.inner_tasks import inner_tasks
from flake8_celery_get.model.usage.tasks import Defined, place_of_name
from flake8_celery_get.model.values.parts import options
from flake8_celery_get.model.values.values import Closure
from flake8_celery_get.source import code

if TYPE_CHECKING:
    from flake8_celery_get.model.flow.surroundings import Surroundings

_SCHEMES = frozenset({"gen_task_name", "_task_from_fun"})
"""Who overrides one of these has names that follow a scheme of the project's own."""


@dataclass(frozen=True, slots=True)
class Nameless(Note):
    """A task that Celery names after its module."""

    name: str


def nameless_tasks(world: Surroundings, tasks: Iterable[Defined]) -> Iterator[Nameless]:
    """The tasks without a name of their own; none where the app has a scheme for names."""
    if any(not world.is_test(path) for path in world.project.mentioning(set(_SCHEMES))):
        return
    for task in tasks:
        if task.is_own and not task.is_named:
            symbol = task.symbol
            yield Nameless(symbol.scope.path, place_of_name(symbol), symbol, symbol.name)
    for closure, node in inner_tasks(world):
        if _is_nameless(world, closure, node):
            yield Nameless(closure.frame.scope.path, node.at, node, node.name)


def _is_nameless(world: Surroundings, closure: Closure, node: code.Function) -> bool:
    for decorator in node.decorators:
        _, value = world.decorator(closure.frame, decorator)
        if any(map(is_of_project, options(value))):
            return False
        arguments = decorator.arguments if isinstance(decorator, code.Call) else []
        if any(argument.name in {"name", "**"} for argument in arguments):
            return False
    return True
