"""Raises what ends a task where it does not get lost: after a call, and not in a callback."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable
from types import FrameType
from typing import Any, NoReturn

from pytest_celery_guard.turns.killing import Tracing


class NextLine:
    """Calls ``reached`` with the frame whose next line begins first; it may raise there."""

    def __init__(self, tracing: Tracing, reached: Callable[[FrameType], object]) -> None:
        self._tracing = tracing
        self._reached = reached
        self._is_awaited = False

    def await_in(self, frames: Iterable[FrameType]) -> None:
        """Wait for a line in one of these."""
        self._is_awaited = True
        for each in frames:
            each.f_trace = self._trace
        self._tracing.begin()

    def forget(self) -> None:
        """Wait no longer."""
        self._is_awaited = False

    def _trace(self, frame: FrameType, event: str, argument: object) -> Any:
        if event == "line" and self._is_awaited:
            self._is_awaited = False
            self._reached(frame)
        return self._trace


class Heard:
    """Raises an error, and calls ``ignored`` if Python ignores it.

    So it does with what a finalizer, or a callback of the garbage collector, raises.
    """

    def __init__(self, ignored: Callable[[], object]) -> None:
        self._ignored = ignored
        self._before: Any = None
        self._error: BaseException | None = None

    def throw(self, error: BaseException) -> NoReturn:
        """Raise it."""
        if self._error is None:
            self._before, sys.unraisablehook = sys.unraisablehook, self._hook
        self._error = error
        raise error

    def end(self) -> None:
        """Let others hear of what is ignored."""
        if self._error is not None:
            self._error, sys.unraisablehook = None, self._before

    def _hook(self, unraisable: Any) -> None:
        if unraisable.exc_value is self._error:
            self._ignored()
        else:
            self._before(unraisable)
