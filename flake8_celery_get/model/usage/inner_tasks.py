"""Tasks that are defined inside functions, such as factories of apps."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from flake8_celery_get.model.classes import decorators
from flake8_celery_get.model.classes.task_options import is_of_project
from flake8_celery_get.model.usage.tasks import DECORATED
from flake8_celery_get.model.values.parts import options
from flake8_celery_get.model.values.values import Closure, FunctionValue
from flake8_celery_get.source import code

if TYPE_CHECKING:
    from flake8_celery_get.model.flow.surroundings import Surroundings

_INSIDE = re.compile(r"\n[ \t]+@[\w.]*task")


def inner_tasks(world: Surroundings) -> Iterator[tuple[Closure, code.Function]]:
    """The inner functions that are tasks, test code left out."""
    for scope in world.scopes():
        if not world.is_test(scope.path) and scope.source.holds(DECORATED):
            for symbol in scope.all_functions():
                if scope.source.has(symbol.definition, _INSIDE):
                    world.relevance.read(scope, symbol.definition)
                    inner = world.calls.outcome(FunctionValue(symbol)).inner
                    yield from _inside(world, inner)


def _inside(
    world: Surroundings, closures: Iterable[Closure]
) -> Iterator[tuple[Closure, code.Function]]:
    for closure in closures:
        if isinstance(closure.code, code.Function):
            if world.nested_task(closure) is not None:
                yield closure, closure.code
            yield from _inside(world, world.calls.outcome(closure).inner)


def own_decorator(
    world: Surroundings, closure: Closure, node: code.Function
) -> code.Expression | None:
    """The decorator of Celery itself that makes the task; None for one of the project's."""
    own = None
    for decorator in node.decorators:
        text, value = world.decorator(closure.frame, decorator)
        if any(map(is_of_project, options(value))):
            return None
        if decorators.is_celerys(world, closure.frame.scope, text, value):
            own = own or decorator
    return own
