"""Functions that another thread runs for a coroutine: what they return comes back to it.

They may wait there. So their waits are not those of the coroutine.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from flake8_celery_get.model.known import celery_words
from flake8_celery_get.model.values.parts import either, options
from flake8_celery_get.model.values.values import (
    UNKNOWN,
    AppValue,
    Closure,
    FunctionValue,
    Method,
    Signature,
    TaskValue,
    Value,
)
from flake8_celery_get.source import code

if TYPE_CHECKING:
    from flake8_celery_get.model.flow.frame import Frame
    from flake8_celery_get.model.values.arguments import Given

_SENDS = celery_words.SENDERS | {"send_task"}


def run_in_thread(frame: Frame, given: Sequence[Given], node: code.Call) -> Value:
    """What the first argument returns if it is called with the others."""
    if not given:
        return UNKNOWN
    first, *others = given
    arguments = tuple(others)
    return either(
        _returned(frame, option, arguments, node) for option in options(first.value)
    )


def run_in_executor(frame: Frame, given: Sequence[Given], node: code.Call) -> Value:
    """The same for the event loop's method, whose first argument is the executor."""
    return run_in_thread(frame, given[1:], node)


def moved_to_thread(_frame: Frame, given: Sequence[Given], _node: code.Call) -> Value:
    """The first argument, where calling it is to send a task."""
    return given[0].value if given and _sends(given[0].value) else UNKNOWN


def _returned(
    frame: Frame, function: Value, given: tuple[Given, ...], node: code.Call
) -> Value:
    if isinstance(function, (Closure, FunctionValue)):
        return frame.world.calls.outcome(function, given).value
    return frame.called(function, given, node) if _sends(function) else UNKNOWN


def _sends(function: Value) -> bool:
    return (
        isinstance(function, Method)
        and function.name in _SENDS
        and isinstance(function.owner, (AppValue, Signature, TaskValue))
    )


RUN_IN_THREADS = {
    "anyio.to_thread.run_sync": run_in_thread,
    "asgiref.sync.sync_to_async": moved_to_thread,
    "asyncio.get_event_loop().run_in_executor": run_in_executor,
    "asyncio.get_running_loop().run_in_executor": run_in_executor,
    "asyncio.to_thread": run_in_thread,
    "channels.db.database_sync_to_async": moved_to_thread,
    "fastapi.concurrency.run_in_threadpool": run_in_thread,
    "starlette.concurrency.run_in_threadpool": run_in_thread,
}
"""What runs a function in a thread, or makes a coroutine function of it, by dotted path."""
