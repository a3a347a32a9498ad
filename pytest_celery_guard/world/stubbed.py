"""What runs in place of a task's body: all around it is as it would be."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from pytest_celery_guard.private import celery as private
from pytest_celery_guard.sends.wildcards import FUNCTIONS


@dataclass(frozen=True, slots=True)
class Stub:
    """What a task returns, or raises; ``returns`` may be a function of its arguments."""

    returns: object = None
    raises: BaseException | type[BaseException] | None = None

    def __call__(self, *args: Any, **kwargs: Any) -> object:
        """What the task does."""
        if self.raises is not None:
            raise self.raises
        if isinstance(self.returns, FUNCTIONS):
            return self.returns(*args, **kwargs)
        return self.returns


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
