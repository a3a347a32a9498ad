"""Ends code that catches what is to end it: a worker kills its process."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from types import FrameType
from typing import Any, NoReturn

from pytest_celery_guard.watching.frames import ENTRIES, is_library, module_of

PATIENCE = 3
"""So often it is raised where ``finally`` blocks can run; then also in them, and in handlers."""

TRACER = "celery.app.trace"
"""The module whose functions run a task."""

BUILTINS = "celery.app.builtins"
"""Celery's own tasks; those of ``map`` and ``starmap`` call another task."""

AROUND_BODIES = {
    "celery.app.autoretry": "run",
    "celery.app.base": "wrapper",  # of a task with ``pydantic=True``
    "celery.app.task": "__call__",
}
"""Functions of Celery's that stand between the tracer and the body, by their modules."""


class HardLimitPassed(BaseException):
    """Ends a task whose hard limit passed: nothing after it may report again."""


class Tracing:
    """Traces single frames in place of a debugger, or of what measures coverage.

    Python stops it if a trace raises, and it may begin again.
    """

    def __init__(self) -> None:
        self._before: Any = None
        self._has_begun = False

    def begin(self) -> None:
        """Trace the frames that have a trace of their own, and no others."""
        if not self._has_begun:
            self._has_begun, self._before = True, sys.gettrace()
        sys.settrace(trace_no_call)

    def end(self) -> None:
        """Let go on what was there before."""
        if self._has_begun:
            self._has_begun = False
            sys.settrace(self._before)


class Killing:
    """Raises HardLimitPassed in a task, and when the task has caught it and returns."""

    def __init__(self, tracing: Tracing) -> None:
        self._tracing = tracing
        self._times = 0

    @property
    def has_begun(self) -> bool:
        """Whether the task is to end."""
        return self._times > 0

    def kill(self, frame: FrameType | None) -> NoReturn:
        """Raise it; ``frame`` is the innermost one of the task."""
        self._times += 1
        self._let_none_return(frames_of_task(frame))
        raise HardLimitPassed

    def _let_none_return(self, frames: Sequence[FrameType]) -> None:
        own = [each for each in frames if not is_library(each.f_code.co_filename)]
        for each in own:
            each.f_trace = None
        for body in frames[-1:]:
            body.f_trace = raise_at_return
        if own and self._times > PATIENCE:
            # Tracing ends with what it raises, so each loop has its turn, the outermost first.
            own[-(self._times - PATIENCE) % len(own)].f_trace = raise_at_line
        self._tracing.begin()


def frames_of_task(frame: FrameType | None) -> list[FrameType]:
    """A frame and its callers, as far as the body of the task."""
    found: list[FrameType] = []
    while frame is not None and not _runs_task(frame):
        found.append(frame)
        frame = frame.f_back
    return found


def _runs_task(frame: FrameType) -> bool:
    """Whether it is the tracer, or the pool that runs a Strategy of the task's own."""
    return module_of(frame) == TRACER or frame.f_code in ENTRIES


def calls_body(frame: FrameType) -> bool:
    """Whether it is a function of Celery's that calls, or is, the body of a task."""
    module = module_of(frame)
    return module == BUILTINS or AROUND_BODIES.get(module) == frame.f_code.co_name


def trace_no_call(frame: FrameType, event: str, argument: object) -> None:
    """Let what the task calls meanwhile come to its end."""


def raise_at_return(frame: FrameType, event: str, argument: object) -> Any:
    """Never let the body of a task return."""
    if event == "return":
        raise HardLimitPassed
    return raise_at_return


def raise_at_line(frame: FrameType, event: str, argument: object) -> Any:
    """Let a handler end that goes on with a loop."""
    if event == "line":
        raise HardLimitPassed
    return raise_at_line
