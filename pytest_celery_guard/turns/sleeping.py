"""``time.sleep`` on the virtual clock: in tasks, and in the test itself."""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Iterator
from typing import Any

from pytest_celery_guard.basics.callers import LIBRARY
from pytest_celery_guard.basics.restoring import swap
from pytest_celery_guard.basics.undo import Undo
from pytest_celery_guard.world.world import World


def sleep_virtually(undo: Undo, world: World) -> None:
    """Let sleep skip time in this thread, until ``undo`` is closed.

    While the test sleeps, the worker runs what is due. A task that sleeps keeps it busy.
    """
    real, thread = time.sleep, threading.get_ident()

    def sleep(seconds: float) -> None:
        __tracebackhide__ = True
        if threading.get_ident() != thread:
            return real(seconds)
        if seconds < 0:
            raise ValueError("sleep length must be non-negative")
        if world.worker.busy:
            return world.clock.skip_to(world.clock.now() + seconds)
        world.worker.advance(seconds)
        return None

    for owner, name in [(time, "sleep"), *held_by_users(real)]:
        swap(undo, owner, name, sleep)


def held_by_users(real: Any) -> Iterator[tuple[Any, str]]:
    """Modules of the user's that say ``from time import sleep``."""
    for module in list(sys.modules.values()):
        names = getattr(module, "__dict__", {})
        path = names.get("__file__") or ""
        if path and not LIBRARY.search(path):
            held = [name for name, value in names.items() if value is real]
            yield from ((module, name) for name in held)
