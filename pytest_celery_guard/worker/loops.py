"""Tasks that need a thread without an event loop, in one that runs one."""

from __future__ import annotations

import asyncio
import functools
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from pytest_celery_guard.explain.loops import explained

REFUSALS = (
    "cannot be called from a running event loop",  # asyncio.run
    "Cannot run the event loop while another loop is running",  # run_until_complete
    "This event loop is already running",
    "You cannot use AsyncToSync in the same thread",  # asgiref
    "Already running asyncio in this thread",  # anyio
    "Attempted to call run() from inside a run()",  # trio
    "You cannot call this from an async context",  # Django
)
"""How libraries say that this thread runs a loop, so that no other can run in it."""


@contextmanager
def loops_refused(task: Any, note: Callable[[str], object]) -> Iterator[None]:
    """Note why a task failed, if that is because its caller runs a loop in this thread."""
    if not is_on_loop():
        yield
        return
    own, body = vars(task).get("run"), task.run

    @functools.wraps(body)
    def run(*args: Any, **kwargs: Any) -> Any:
        try:
            return body(*args, **kwargs)
        except Exception as error:
            if any(text in str(error) for text in REFUSALS):
                note(explained(task.name, error))
            raise

    task.run = run
    try:
        yield
    finally:
        del task.run
        if own is not None:
            task.run = own


def is_on_loop() -> bool:
    """Whether this thread runs an event loop, of asyncio or of trio."""
    return is_in_asyncio() or is_in_trio()


def is_in_asyncio() -> bool:
    """Whether asyncio runs a loop in this thread."""
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return False
    return True


def is_in_trio() -> bool:
    """Whether trio runs in this thread; False where nobody has imported it."""
    trio = sys.modules.get("trio")
    if trio is None:
        return False
    try:
        trio.lowlevel.current_task()
    except RuntimeError:
        return False
    return True
