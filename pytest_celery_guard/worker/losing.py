"""Where a task's process dies: before its body, in it, after it, or after its result is stored."""

from __future__ import annotations

import functools
import inspect
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import CodeType, FrameType
from typing import Any, NoReturn

from pytest_celery_guard.errors import WorkerCrashed, WorkerKilled
from pytest_celery_guard.private import celery as private
from pytest_celery_guard.world.played import Loss

LOOKED_UP = frozenset({"__get__", "__getattr__", "__getattribute__", private.GET_REQUEST})
"""Functions behind an attribute, such as ``self.request``: nobody would call that a call."""

FirstCallIsOver = Callable[[FrameType, str, Any], None]


@contextmanager
def mortal_body(task: Any, loss: Loss) -> Iterator[None]:
    """Let the body of a task meet its loss."""
    if loss.when == "stored":
        yield
        return
    own = vars(task).get("run")
    task.run = {"before": _before, "during": _during, "after": _after}[loss.when](
        task, loss
    )
    try:
        yield
    finally:
        del task.run
        if own is not None:
            task.run = own


def mortal_tracer(tracer: Callable[..., Any], loss: Loss | None) -> Callable[..., Any]:
    """Celery's tracer of a task; it dies where the result is stored and not yet reported."""
    if loss is None or loss.when != "stored":
        return tracer

    def traced(*args: Any, **kwargs: Any) -> NoReturn:
        tracer(*args, **kwargs)
        _die(loss)

    return traced


def _before(task: Any, loss: Loss) -> Callable[..., Any]:
    @functools.wraps(task.run)
    def run(*args: Any, **kwargs: Any) -> NoReturn:
        _die(loss)

    return run


def _during(task: Any, loss: Loss) -> Callable[..., Any]:
    body, code = task.run, _code_of(task)

    @functools.wraps(body)
    def run(*args: Any, **kwargs: Any) -> NoReturn:
        profiler = sys.getprofile()
        sys.setprofile(_dies_after_the_first_call(code, loss))
        try:
            body(*args, **kwargs)
        finally:
            sys.setprofile(profiler)
        _die(loss)  # it calls nothing: its end is its middle

    return run


def _after(task: Any, loss: Loss) -> Callable[..., Any]:
    body = task.run

    @functools.wraps(body)
    def run(*args: Any, **kwargs: Any) -> NoReturn:
        body(*args, **kwargs)
        _die(loss)

    return run


def _die(loss: Loss) -> NoReturn:
    loss.struck += 1
    raise (WorkerCrashed if loss.machine else WorkerKilled)(loss.told)


def _code_of(task: Any) -> CodeType | None:
    """The code that the user wrote: below Celery's wrapper for automatic retries, and others."""
    body = inspect.unwrap(getattr(task, private.RUN_WITHOUT_RETRY, task.run))
    code: CodeType | None = getattr(body, "__code__", None)
    return code


def _dies_after_the_first_call(code: CodeType | None, loss: Loss) -> FirstCallIsOver:
    def watch(frame: FrameType, event: str, _: Any) -> None:
        if event in {"c_return", "c_exception"}:
            by: FrameType | None = frame
        elif event == "return" and frame.f_code.co_name not in LOOKED_UP:
            by = frame.f_back
        else:
            return
        if by is not None and by.f_code is code:
            _die(loss)

    return watch
