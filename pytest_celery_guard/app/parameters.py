"""The parameters of a task's body."""

from __future__ import annotations

import inspect
from functools import lru_cache
from typing import Any

from celery.app.task import Task


def misfit(task: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> str:
    """Why a task can't be called with these arguments; empty when it can, or nobody knows."""
    header = getattr(task, "__header__", None)
    try:
        (header or bound_run(task.run))(*args, **kwargs)
    except TypeError as error:
        return str(error)
    return ""


def names_of(task: Any) -> list[str]:
    """The names of the positional parameters; none when the task is not known."""
    # With autoretry_for, run is Celery's wrapper; the header has the task's own parameters.
    function = getattr(task, "__header__", None) or getattr(task, "run", None)
    # What a decorator passes on is not known: its own parameters count, as for Celery.
    found = of_function(function, follow_wrapped=False)
    named = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)
    return [each.name for each in found if each.kind in named]


def numbers_of(task: Any) -> set[str]:
    """The parameters whose default is a number: ``retries=0``, ``days=7``."""
    # A header has numbers for all defaults; a decorator's body is as good as any.
    found = of_function(getattr(task, "run", None), follow_wrapped=True)
    return {each.name for each in found if isinstance(each.default, int | float)}


def of_function(function: Any, *, follow_wrapped: bool) -> list[inspect.Parameter]:
    """The parameters of a function; none when they can't be told."""
    try:
        found = inspect.signature(function, follow_wrapped=follow_wrapped)
    except (TypeError, ValueError):
        return []
    return [*found.parameters.values()]


def parameters_of(app: Any, name: str) -> list[str]:
    """The names of the positional parameters of a task that an app has."""
    return names_of(app.tasks.get(name))


def takes_its_own_way(task: Any) -> bool:
    """Whether the arguments of a send need not be those of the task's body.

    The class says so with ``typing=False``, or has code of its own on the way from the message to
    the body: a Strategy that collects messages, a Request, a tracer, a ``__call__``.
    """
    return (
        task.typing is False
        or task.Strategy != Task.Strategy
        or task.Request != Task.Request
        or type(task).__trace__ is not None
        or type(task).__call__ is not Task.__call__
    )


def is_checked_by_celery(task: Any) -> bool:
    """Whether ``apply_async`` refuses arguments that don't fit, whatever the class does."""
    return bool(task.typing) and hasattr(task, "__header__")


def bound_run(run: Any) -> Any:
    """A function with the parameters of ``run`` that does nothing."""
    return binder(getattr(run, "__func__", run), hasattr(run, "__func__"))


@lru_cache(maxsize=1000)
def binder(function: Any, is_method: bool) -> Any:
    """``inspect.signature`` takes 20 us, so it is asked once for each function."""
    signature = inspect.signature(function, follow_wrapped=False)

    def bind(*args: Any, **kwargs: Any) -> None:
        signature.bind(*(None, *args) if is_method else args, **kwargs)

    return bind
