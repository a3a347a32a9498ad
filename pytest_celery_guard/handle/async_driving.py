"""Runs the worker for coroutines: in another thread, where tasks may start loops of their own."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from importlib import import_module
from typing import Any, Protocol, TypeVar, cast

from pytest_celery_guard.values.ran import Ran
from pytest_celery_guard.worker.contexts import CARRIED
from pytest_celery_guard.worker.loops import is_in_trio

T = TypeVar("T")


class Drives(Protocol):
    """What a handle has to run the worker in the thread of its caller."""

    def step(self) -> bool:
        """Run one task."""

    def drain(
        self,
        *,
        limit: int | None,
        queue: str | None,
        only: object,
        until: object,
        commit: bool,
    ) -> Ran:
        """Run what is due."""

    def advance(self, delta: timedelta | None, *, beat: bool, **parts: float) -> Ran:
        """Skip virtual time."""

    @property
    def run(self) -> Callable[..., Any]:
        """Run one task alone."""


class DrivesFromCoroutines:
    """What a handle has to be awaited: each does what it is called after."""

    async def astep(self: Drives) -> bool:
        """Await ``step()`` in another thread: run one task; False when none is due."""
        return await in_thread(self.step)

    async def adrain(
        self: Drives,
        *,
        limit: int | None = None,
        queue: str | None = None,
        only: object = None,
        until: object = None,
        commit: bool = False,
    ) -> Ran:
        """Await ``drain()`` in another thread: run what is due, and what that sends."""
        __tracebackhide__ = True
        return await in_thread(
            partial(
                self.drain, limit=limit, queue=queue, only=only, until=until, commit=commit
            )
        )

    async def aadvance(
        self: Drives, delta: timedelta | None = None, *, beat: bool = False, **parts: float
    ) -> Ran:
        """Await ``advance()`` in another thread: skip virtual time."""
        __tracebackhide__ = True
        return await in_thread(partial(self.advance, delta, beat=beat, **parts))

    async def arun(self: Drives, signature: Any, **options: Any) -> Any:
        """Await ``run()`` in another thread: send a signature and run that task alone."""
        __tracebackhide__ = True
        return await in_thread(partial(self.run, signature, **options))


async def in_thread(function: Callable[[], T]) -> T:
    """Call a function in another thread, with a copy of the context; return what it does.

    A task in it has a context of its own, as everywhere.

    With Django it is the thread of Django's own asynchronous calls, whose connection has their
    rows. Works under asyncio and trio.
    """
    __tracebackhide__ = True
    if is_in_trio():
        call = import_module("trio").to_thread.run_sync
        return cast(T, await call(function))
    if "django" in sys.modules and (asgiref := sys.modules.get("asgiref.sync")):
        in_djangos_thread = partial(_with_no_thread_of_its_own, asgiref, function)
        return cast(T, await asgiref.sync_to_async(in_djangos_thread)())
    return await asyncio.to_thread(function)


def _with_no_thread_of_its_own(asgiref: Any, function: Callable[[], T]) -> T:
    # A task may run coroutines, which may use Django: not in this thread, which is busy.
    # This is a copy of the caller's context, so nothing is to be put back.
    own_thread = asgiref.SyncToAsync.thread_sensitive_context
    own_thread.set(asgiref.ThreadSensitiveContext())
    if own_thread not in CARRIED:
        CARRIED.append(own_thread)
    return function()
