"""The options that a task's own decorator is given."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flake8_celery_get.model.flow.frame import Frame
from flake8_celery_get.source import code

if TYPE_CHECKING:
    from flake8_celery_get.model.usage.tasks import Defined


def said_options(task: Defined) -> tuple[Frame, dict[str, code.Argument]]:
    """The keywords of Celery's decorator, and where to evaluate them.

    ``"**"`` stands for what is unpacked. None for a decorator that is not Celery's own.
    """
    symbol = task.symbol
    frame = Frame(symbol.scope.world, symbol.scope)
    nodes = symbol.scope.world.calls.decorators_of(symbol)
    if not nodes or task.place is None:
        return frame, {}
    decorator = nodes[task.place]
    arguments = decorator.arguments if isinstance(decorator, code.Call) else []
    return frame, {argument.name: argument for argument in arguments if argument.name}
