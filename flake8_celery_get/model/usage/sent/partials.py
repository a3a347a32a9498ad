"""Sends that ``partial`` prepares, and the places where they are called without arguments.

https://docs.python.org/3/library/functools.html#functools.partial
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from flake8_celery_get.model.flow.listener import Listener
from flake8_celery_get.model.values.values import External, Value
from flake8_celery_get.source import code

if TYPE_CHECKING:
    from flake8_celery_get.model.flow.frame import Frame
    from flake8_celery_get.model.values.arguments import Given
    from flake8_celery_get.model.values.values import Place


def is_partial(function: Value, given: Sequence[Given]) -> bool:
    """Whether a call is ``functools.partial(function, …)``."""
    return (
        function == External("functools.partial") and given[:1] != () and not given[0].name
    )


class Hooks(Listener):
    """Hears of ``on_commit(partial(…))``: Django calls the hook without further arguments."""

    def __init__(self) -> None:
        self.complete: set[Place] = set()

    def called(
        self, frame: Frame, function: Value, given: tuple[Given, ...], node: code.Call
    ) -> None:
        """A call was evaluated."""
        if code.last_name(node.function) != "on_commit":
            return
        if isinstance(function, External) and function.path.startswith("django."):
            hooks = (each.node for each in given[:1] if each.name in {"", "func"})
            self.complete |= {
                (frame.scope.path, hook.at) for hook in hooks if isinstance(hook, code.Call)
            }
