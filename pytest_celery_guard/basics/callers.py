"""Which line of the user's code led here."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Mapping
from threading import Thread, current_thread, local
from types import CodeType, FrameType, FunctionType
from typing import NamedTuple
from weakref import WeakKeyDictionary

from pytest_celery_guard.private.pytest import PACKAGE as PYTEST

NOT_THE_USERS = ("celery", "kombu", "billiard", "vine", "pytest_celery_guard", "contextlib")

FRAMEWORKS = ("django", "asgiref")
"""They stand between the user's code and a send that waited for a commit."""

RUNNERS = (PYTEST, "pluggy")
"""They call the user's code: nothing above them is the user's."""

LIBRARY = re.compile(
    r"[\\/](?:lib[\\/]python3|(?:site|dist)-packages[\\/]|pytest_celery_guard[\\/])"
)
"""Part of the path of a file that is not the user's."""

POOL = "pytest_celery_guard.worker.pool"
"""Where the worker calls a task: what is above it is no sender."""

WORKERS = ("celery.worker", "celery.contrib.testing", "celery.apps")
"""Packages that run a worker, such as the one that a fixture of Celery's has in a thread."""

BEAT = "celery.beat"
"""It acts for itself in a thread of its own; a test can also drive a scheduler."""

PASSING_ON: set[CodeType] = set()
"""The guard's own functions that only call what somebody else has given."""

THREADS = ("asyncio", "concurrent", "multiprocessing", "threading")
"""Packages that call in a thread what somebody else has given, far from the line that gave it."""


class Place(NamedTuple):
    """A line of code, in a module of that name."""

    file: str
    line: int
    module: str = ""

    def __str__(self) -> str:
        """As short as an editor can open it."""
        return f"{self.file.removeprefix(os.getcwd() + os.sep)}:{self.line}"


STARTED: WeakKeyDictionary[Thread, Place | None] = WeakKeyDictionary()
"""At which line of the user's a thread was started."""


class Given(local):
    """In this thread: the line of the user's that has given it what it does."""

    def __init__(self) -> None:
        self.place = STARTED.get(current_thread())


GIVEN = Given()


def users_line() -> str:
    """``path:line`` of the innermost frame outside Celery and the guard."""
    frame = sys._getframe(1)
    while frame.f_back is not None:
        if package_of(frame) not in NOT_THE_USERS:
            break
        frame = frame.f_back
    return f"{frame.f_code.co_filename}:{frame.f_lineno}"


def line_of_the_user() -> str:
    """``path:line`` of the user's own code, as short as an editor can open it."""
    return str(users_place() or users_line())


def is_workers_own() -> bool:
    """Whether a worker acts for itself here, on behalf of no task: events, acks, heartbeats."""
    frame: FrameType | None = sys._getframe(1)
    is_beat = False
    while frame is not None:
        module = str(frame.f_globals.get("__name__", ""))
        if module.startswith(WORKERS):
            return True
        is_users = not LIBRARY.search(frame.f_code.co_filename)
        if module == POOL or (is_users and package_of(frame) not in NOT_THE_USERS):
            return False
        is_beat = is_beat or module == BEAT
        frame = frame.f_back
    return is_beat


def is_called_by_user() -> bool:
    """Whether the caller of the function that asks was called by the user's own code."""
    caller = sys._getframe(1).f_back
    return caller is not None and not LIBRARY.search(caller.f_code.co_filename)


def users_place() -> Place | None:
    """The innermost line of the user's own code, or else of a library outside Celery.

    A project under test may be installed, and is a library then by its path. None where the
    worker itself sends: what follows in a chain, a chord's body, a callback.
    """
    frame: FrameType | None = sys._getframe(1)
    outside: FrameType | None = None
    while frame is not None and frame.f_globals.get("__name__") != POOL:
        package = package_of(frame)
        if package in RUNNERS:
            break
        if package not in NOT_THE_USERS and package not in FRAMEWORKS:
            outside = outside or frame
            if not LIBRARY.search(frame.f_code.co_filename):
                return place_of(frame)
        frame = frame.f_back
    if GIVEN.place and (outside is None or package_of(outside) in THREADS):
        return GIVEN.place
    return outside and place_of(outside)


def place_of(frame: FrameType) -> Place:
    """The line that a frame is at."""
    module = str(frame.f_globals.get("__name__", ""))
    return Place(frame.f_code.co_filename, frame.f_lineno, module)


def package_of(frame: FrameType) -> str:
    """The package whose code a frame runs."""
    return _package(frame.f_globals)


def is_users_own(function: FunctionType) -> bool:
    """Whether a function is defined in the user's own code, not in a library."""
    is_library = LIBRARY.search(function.__code__.co_filename)
    return not is_library and _package(function.__globals__) not in NOT_THE_USERS


def _package(namespace: Mapping[str, object]) -> str:
    return str(namespace.get("__name__", "")).partition(".")[0]
