"""Ctrl-C ends the process without a traceback, whenever it comes."""

from __future__ import annotations

import os
import signal
import sys
from contextlib import suppress

from flake8_celery_get.cli import INTERRUPTED

TYPE_CHECKING = False  # `typing` takes longer to import than all of this
if TYPE_CHECKING:
    from types import FrameType


_came = False


def came() -> bool:
    """Whether there was a Ctrl-C: C code may swallow it, or raise another error instead."""
    return _came


def be_quiet() -> None:
    """Let the first Ctrl-C unwind the process, and a second one end it at once.

    Where it is ignored, as in what a shell runs in the background, it stays so.
    """
    sys.unraisablehook = _unraisable
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        with suppress(ValueError):  # a thread may not
            signal.signal(signal.SIGINT, _interrupted)


def ignore() -> None:
    """Let nothing disturb the end of a process whose work is done."""
    with suppress(ValueError):  # a thread may not
        signal.signal(signal.SIGINT, signal.SIG_IGN)


def be_killed() -> None:
    """Let Ctrl-C kill this process: a worker, whose parent has the last word."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    if hasattr(signal, "pthread_sigmask"):
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})


def _interrupted(_number: int, _frame: FrameType | None) -> None:
    global _came
    _came = True
    signal.signal(signal.SIGINT, _leave)
    raise KeyboardInterrupt


def _leave(_number: int, _frame: FrameType | None) -> None:
    os._exit(INTERRUPTED)


def _unraisable(told: sys.UnraisableHookArgs) -> None:
    """Python prints and forgets what is raised in a callback, a KeyboardInterrupt too."""
    if issubclass(told.exc_type, KeyboardInterrupt):
        os._exit(INTERRUPTED)
    sys.__unraisablehook__(told)
