"""What runs in another process in production: it has no context variables of who sends."""

from __future__ import annotations

from collections.abc import Callable
from contextvars import Context, ContextVar
from typing import Any, ParamSpec, TypeVar

from pytest_celery_guard.watching import places

Given = ParamSpec("Given")
Returned = TypeVar("Returned")

CARRIED: list[ContextVar[Any]] = [places.CURRENT]
"""The variables that go along all the same: those that the guard itself has set."""


def run_elsewhere(
    function: Callable[Given, Returned], *args: Given.args, **kwargs: Given.kwargs
) -> Returned:
    """Call a function in a new ``contextvars.Context``: nothing goes in, and nothing comes out."""
    __tracebackhide__ = True
    context = Context()
    for variable in CARRIED:
        if (value := variable.get(None)) is not None:
            context.run(variable.set, value)
    return context.run(function, *args, **kwargs)
