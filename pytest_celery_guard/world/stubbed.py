"""What runs in place of a task's body: all around it is as it would be."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, TypeGuard

from pytest_celery_guard.private import celery as private


@dataclass(frozen=True, slots=True)
class Stub:
    """What a task returns, or raises; ``returns`` may be a function of its arguments."""

    returns: object = None
    raises: BaseException | type[BaseException] | None = None

    def __call__(self, *args: Any, **kwargs: Any) -> object:
        """What the task does."""
        if self.raises is not None:
            raise self.raises
        if is_function(self.returns):
            return self.returns(*args, **kwargs)
        return self.returns


def is_function(value: object) -> TypeGuard[Callable[..., object]]:
    """Whether it is called for what a task returns: a function, a mock, a task; no signature."""
    return callable(value) and not isinstance(value, type | Mapping)


@contextmanager
def stubbed_body(task: Any, stub: Stub) -> Iterator[None]:
    """Let a stub run in place of a task's body.

    Below the wrapper that ``autoretry_for`` makes, so that an error is retried for.
    """
    has_wrapper = private.RUN_WITHOUT_RETRY in vars(task)
    name = private.RUN_WITHOUT_RETRY if has_wrapper else "run"
    own = vars(task).get(name)
    setattr(task, name, fitting(getattr(task, name), stub))
    try:
        yield
    finally:
        delattr(task, name)
        if own is not None:
            setattr(task, name, own)


def fitting(body: Callable[..., Any], stub: Stub) -> Callable[..., Any]:
    """A stub that refuses arguments as the body does."""
    try:
        # What a decorator passes on is not known: its own parameters count, as for Celery.
        signature = inspect.signature(body, follow_wrapped=False)
    except (TypeError, ValueError):  # written in C
        return stub

    def run(*args: Any, **kwargs: Any) -> object:
        signature.bind(*args, **kwargs)
        return stub(*args, **kwargs)

    return run
