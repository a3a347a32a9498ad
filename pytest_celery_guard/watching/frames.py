"""The user's part of the stack: from the entry to the read."""

from __future__ import annotations

import inspect
import linecache
import os
import re
import sys
from collections.abc import Sequence
from functools import cache
from itertools import islice
from pathlib import PurePath
from types import CodeType, FrameType

from pytest_celery_guard.findings.misuse import Step

LIBRARY = re.compile(
    r"^<|[\\/](?:lib[\\/]python3|(?:site|dist)-packages[\\/]|pytest_celery_guard[\\/])"
)
"""Files that are not the user's, or no files."""

NOT_USERS = sys.stdlib_module_names | {"celery", "kombu", "pytest_celery_guard"}
"""Packages that read for somebody else."""

RUNS_TASK = frozenset({"celery.app.trace", "celery.app.task"})
"""Modules whose functions call the body of a task."""

RUNS_COROUTINE = frozenset({"asyncio.events", "asyncio.base_events", "asyncio.runners"})
"""Modules whose functions run what another coroutine has started."""

ENTRIES: set[CodeType] = set()
"""The guard's own functions in which a task or a request begins."""

COROUTINE = inspect.CO_COROUTINE | inspect.CO_ASYNC_GENERATOR


@cache
def is_library(path: str) -> bool:
    """Whether a file belongs to Python, to an installed package or to the guard."""
    return LIBRARY.search(path) is not None


@cache
def is_test(path: str) -> bool:
    """Whether a file is test code, by the same names as for the linter."""
    parts = PurePath(shown_path(path)).parts
    name = parts[-1]
    return (
        not {"tests", "test"}.isdisjoint(parts[:-1])
        or name in {"tests.py", "conftest.py"}
        or (name.startswith("test_") and name.endswith(".py"))
        or name.endswith("_test.py")
    )


def shown_path(path: str) -> str:
    """A path from the current folder, where the file is below it."""
    below = f"{os.getcwd()}{os.sep}"
    return path.removeprefix(below)


def module_of(frame: FrameType) -> str:
    """The name of the module that a frame's code stands in."""
    return str(frame.f_globals.get("__name__", ""))


def package_of(frame: FrameType) -> str:
    """The first part of a module's name."""
    return module_of(frame).partition(".")[0]


def inside(frame: FrameType | None, begins_after: frozenset[str]) -> list[FrameType]:
    """A frame and its callers, as far as the entry, or a function of one of these modules."""
    found: list[FrameType] = []
    while frame is not None:
        if frame.f_code in ENTRIES:
            return found
        found.append(frame)
        frame = frame.f_back
    for at, each in enumerate(found):
        if module_of(each) in begins_after:
            return found[:at]
    return found


def users(frames: Sequence[FrameType]) -> list[FrameType]:
    """Those of the user; if that code is installed, the innermost one outside Celery."""
    found = [each for each in frames if not is_library(each.f_code.co_filename)]
    return found or [each for each in frames if package_of(each) not in NOT_USERS][:1]


def of_coroutine(frame: FrameType | None) -> list[FrameType]:
    """A frame and its callers, as far as the outermost coroutine of the application.

    Empty when there is none: a test may wait in a coroutine of its own.
    """
    frames = inside(frame, frozenset())
    ends = [
        at
        for at, each in enumerate(frames)
        if each.f_code.co_flags & COROUTINE
        and not is_library(each.f_code.co_filename)
        and not is_test(each.f_code.co_filename)
    ]
    return frames[: ends[-1] + 1] if ends else []


def steps(frames: Sequence[FrameType]) -> tuple[Step, ...]:
    """Frames as plain values, the outermost first; a comprehension is part of its line."""
    found: list[Step] = []
    for each in map(step, reversed(frames)):
        if not found or not each.function.startswith("<") or each[:2] != found[-1][:2]:
            found.append(each)
    return tuple(found)


def position(frame: FrameType) -> object:
    """Which part of its line a frame runs: the same each time, other than ``f_lasti``.

    Python 3.12 moves that behind an instruction's cache once it has specialised the call.
    """
    if sys.version_info >= (3, 12):
        return next(islice(frame.f_code.co_positions(), frame.f_lasti // 2, None))
    return frame.f_lasti


def step(frame: FrameType, line: int | None = None) -> Step:
    """A frame as a plain value, at the line that it runs or at another one."""
    code, line = frame.f_code, line or frame.f_lineno
    text = linecache.getline(code.co_filename, line, frame.f_globals).strip()
    return Step(shown_path(code.co_filename), line, code.co_name, text, module_of(frame))
