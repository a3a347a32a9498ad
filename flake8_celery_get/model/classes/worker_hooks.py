"""What a worker runs around a task: receivers of its signals, handlers of its class.

https://docs.celeryq.dev/en/stable/userguide/signals.html#task-signals
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from flake8_celery_get.model.classes.decorators import text_of
from flake8_celery_get.model.values.parts import options
from flake8_celery_get.model.values.values import Closure, External, FunctionValue, Value
from flake8_celery_get.source import code

if TYPE_CHECKING:
    from flake8_celery_get.model.flow.frame import Frame
    from flake8_celery_get.model.flow.surroundings import Surroundings
    from flake8_celery_get.model.values.arguments import Given
    from flake8_celery_get.model.values.definitions import FunctionSymbol

TASK_HANDLERS = frozenset(
    {"on_success", "on_failure", "on_retry", "after_return", "before_start"}
)
"""Methods of a task's class that run before and after it, in the same process."""

_CONNECTS = frozenset(
    f"celery.signals.{signal}.connect"
    for signal in (
        "task_prerun", "task_postrun", "task_success", "task_failure", "task_retry",
        "task_internal_error",
    )
)  # fmt: skip
"""What connects a function to a signal that is sent where tasks run."""

_RECEIVERS = (
    External("django.dispatch.receiver"),
    External("django.dispatch.dispatcher.receiver"),
)
"""They call the method ``connect`` of any signal."""
_GIVEN_TO_RECEIVER = re.compile(r"receiver\(([^)]*)\)")
_SIGNAL = re.compile(r"(?:\w+\.)*task_\w+")


def is_receiver(world: Surroundings, symbol: FunctionSymbol) -> bool:
    """Whether a decorator makes the function a receiver of such a signal."""
    return any(
        _connects(world.deeply(symbol.scope, name))
        for text in symbol.definition.decorators
        for name in _connecting(world, symbol, text)
    )


def _connecting(world: Surroundings, symbol: FunctionSymbol, decorator: str) -> list[str]:
    """What a decorator calls to connect: ``task_postrun.connect``, for Django's, too."""
    if decorator.endswith(".connect"):
        return [decorator]
    given = _GIVEN_TO_RECEIVER.findall(symbol.definition.head(symbol.scope.source.lines))
    signals = [f"{name}.connect" for text in given for name in _SIGNAL.findall(text)]
    is_receiver = signals and world.deeply(symbol.scope, decorator) in _RECEIVERS
    return signals if is_receiver else []


def is_inner_receiver(world: Surroundings, closure: Closure, node: code.Function) -> bool:
    """Whether a function inside another one is connected, by a decorator or a call."""
    if node in world.seen.receivers:
        return True
    return any(
        _connects(world.decorator(closure.frame, decorator)[1])
        for decorator in node.decorators
        if text_of(decorator).endswith(".connect")
    )


def note_receivers(frame: Frame, function: Value, given: tuple[Given, ...]) -> None:
    """Note the function that ``task_postrun.connect(function)`` connects."""
    if _connects(function):
        for argument in given:
            if isinstance(argument.value, FunctionValue):
                frame.world.seen.receivers.add(argument.value.symbol)
            elif isinstance(argument.value, Closure):
                frame.world.seen.receivers.add(argument.value.code)


def _connects(value: Value) -> bool:
    return any(
        isinstance(option, External) and option.path in _CONNECTS
        for option in options(value)
    )
