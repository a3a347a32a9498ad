"""One function that waits for a commit."""

from __future__ import annotations

import functools
import reprlib
from collections.abc import Callable
from typing import Any

from pytest_celery_guard.basics.callers import Place

SENDERS = frozenset(
    {"delay", "apply_async", "send_task", "delay_on_commit", "apply_async_on_commit"}
)
"""Methods that send a task."""


class Hook:
    """Stands for the function in Django's list, and knows whether anyone has called it.

    Django's ``captureOnCommitCallbacks`` calls hooks and leaves them in the list. A project's own
    helper may do the same, and the guard does.
    """

    def __init__(self, function: Callable[[], object], place: Place | None) -> None:
        self.function = function
        self.place = place
        self.has_run = False
        self.is_committed = False

    def __call__(self) -> object:
        """Run the function for someone else, unless a commit of the guard's has done so."""
        self.has_run = True
        return None if self.is_committed else self.function()

    def commit(self) -> None:
        """Run the function, for good."""
        self.has_run = self.is_committed = True
        self.function()

    def __eq__(self, other: object) -> bool:
        return self.function == getattr(other, "function", other)

    def __hash__(self) -> int:
        return hash(self.function)

    def __getattr__(self, name: str) -> Any:
        if name == "function":  # a copy under way has nothing yet
            raise AttributeError(name)
        return getattr(self.function, name)

    def __repr__(self) -> str:
        return repr(self.function)


def sends(hook: Hook) -> str:
    """What a hook sends, in words; empty for one that sends nothing, as far as one can see."""
    function: Any = hook.function
    args, kwargs = (), {}
    if isinstance(function, functools.partial):
        args, kwargs, function = function.args, function.keywords, function.func
    owner: Any = getattr(function, "__self__", None)
    if getattr(function, "__name__", "") in SENDERS and hasattr(owner, "apply_async"):
        given = [*map(reprlib.repr, args)]
        given += [f"{name}={reprlib.repr(value)}" for name, value in kwargs.items()]
        name = getattr(owner, "name", None) or owner["task"]
        return f"{name}.{function.__name__}({', '.join(given)})"
    code = getattr(getattr(function, "__func__", function), "__code__", None)
    called = sorted(SENDERS.intersection(code.co_names)) if code else []
    return f"{function.__qualname__}, which calls {called[0]}" if called else ""
