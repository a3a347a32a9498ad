"""Where the running code belongs to: a task, a web request, a coroutine, or to the test.

A place follows the context: into the thread of a synchronous endpoint, which gets a copy of it,
and not into a thread that somebody starts by hand.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from threading import get_ident
from typing import Any, Literal
from weakref import WeakKeyDictionary

from pytest_celery_guard.private import celery as private

Kind = Literal["task", "request", "coroutine", "elsewhere"]


def never() -> bool:
    """Of a place whose code hands no read to a thread."""
    return False


@dataclass(eq=False)
class Place:
    """One run of a task, one request, or one coroutine that the event loop runs.

    ``sent`` are ids of tasks that were sent while it lasted, ``finished`` are those that its
    code has seen to be over. ``hands_over`` tells whether its code runs on an event loop, so that
    a read in a thread is one that was handed there. ``looks`` has what each call asked
    in vain. ``thread`` is where it was entered, and ``outer`` the place that this one
    runs in, as an eager task does.
    """

    kind: Kind
    name: str = ""
    task_id: str = ""
    hands_over: Callable[[], bool] = never
    outer: Place | None = None
    thread: int = 0
    sent: set[str] = field(default_factory=set)
    finished: set[str] = field(default_factory=set)
    looks: dict[object, Any] = field(default_factory=dict)
    has_turned: bool = False

    @property
    def entry(self) -> str:
        """How a message names it."""
        return f"{self.kind} {self.name}".rstrip()


ELSEWHERE = Place("elsewhere")
"""Code that an entry leaves behind, such as what runs after the response was sent."""

CURRENT: ContextVar[Place | None] = ContextVar("celery_guard_place", default=None)
"""The place that was entered last, in each context."""

_by_owner: WeakKeyDictionary[Any, Place] = WeakKeyDictionary()


@contextmanager
def entered(place: Place) -> Iterator[None]:
    """Be in a place for the length of a ``with`` block."""
    before = CURRENT.get()
    place.outer, place.thread = before, get_ident()
    CURRENT.set(place)
    try:
        yield
    finally:
        CURRENT.set(before)  # no token: a coroutine may be closed in another context


def entered_here() -> Place | None:
    """The place that was entered last, in this context."""
    return CURRENT.get()


def here() -> Place | None:
    """The place of the running code; None for the test itself, and for threads of its own."""
    place = CURRENT.get()
    if place is not None:
        return None if place is ELSEWHERE else place
    # A task that the test runs by itself, through apply() or as a function.
    task = private.current_task()
    if task is not None:
        return _of(task.request, lambda: Place("task", task.name))
    running = running_coroutine()
    return None if running is None else _of(running, lambda: Place("coroutine"))


def running_coroutine() -> asyncio.Task[Any] | None:
    """What the event loop of this thread runs now."""
    return asyncio.current_task() if is_on_loop() else None


def is_on_loop() -> bool:
    """Whether asyncio runs an event loop in this thread."""
    return (
        asyncio._get_running_loop() is not None
    )  # the public one raises, which takes longer


def note_sent(task_id: str) -> Place | None:
    """Remember, in all places around the running code, that a task was sent; return this one."""
    place = innermost = here()
    while place is not None:
        place.sent.add(task_id)
        place = place.outer
    return innermost


def note_finished(task_id: str) -> None:
    """Remember that the running code has seen the end of a task."""
    place = here()
    if place is not None:
        place.finished.add(task_id)


def _of(owner: Any, new: Callable[[], Place]) -> Place:
    place = _by_owner.get(owner)
    if place is None:
        place = _by_owner[owner] = new()
    return place
