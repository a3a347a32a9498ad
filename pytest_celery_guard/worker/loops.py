"""Tasks that need a thread without an event loop, in one that runs one."""

from __future__ import annotations

import functools
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any, Protocol

from pytest_celery_guard.errors import RunningLoopError
from pytest_celery_guard.explain.running import explained, loop_waits
from pytest_celery_guard.watching import places

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


PATIENCE = 5
"""So many seconds an event loop waits for a task that another thread runs."""


class Lock(AbstractContextManager[bool], Protocol):
    """What is asked of a lock."""

    def acquire(self, *, timeout: float) -> bool:
        """Take it, if it is free in time."""

    def release(self) -> None:
        """Give it back."""


@contextmanager
def loops_refused(task: Any, note: Callable[[str], object]) -> Iterator[None]:
    """Note why a task failed, if that is because its caller runs a loop in this thread."""
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


def turn(lock: Lock) -> AbstractContextManager[Any]:
    """Hold the lock of the worker. Raises RunningLoopError where a loop would wait for ever."""
    return in_time(lock) if is_on_loop() else lock


@contextmanager
def in_time(lock: Lock) -> Iterator[None]:
    """Hold it, unless a task in another thread waits for the very loop that waits for its end."""
    __tracebackhide__ = True
    if not lock.acquire(timeout=PATIENCE):
        raise RunningLoopError(loop_waits(PATIENCE))
    try:
        yield
    finally:
        lock.release()


def is_on_loop() -> bool:
    """Whether this thread runs an event loop, of asyncio or of trio."""
    return places.is_on_loop() or is_in_trio()


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
