"""Sees each blocking read: who waits, where, and whether production would wait there, too."""

from __future__ import annotations

import functools
import sys
from collections.abc import Callable, Iterable, Iterator
from threading import get_ident
from types import FrameType
from typing import Any, Protocol

from celery import result as results

from pytest_celery_guard.basics.callers import PASSING_ON
from pytest_celery_guard.basics.restoring import (
    Change,
    Shared,
    swap_all,
)
from pytest_celery_guard.basics.undo import Undo
from pytest_celery_guard.findings.misuse import Misuse
from pytest_celery_guard.watching import frames, places
from pytest_celery_guard.watching.places import Place
from pytest_celery_guard.watching.requests import see_requests
from pytest_celery_guard.watching.switches import with_switch

READS = (
    (results.AsyncResult, ("get", "wait", "collect", "get_leaf")),
    (results.EagerResult, ("get", "wait")),
    (results.ResultSet, ("get", "join", "join_native", "iter_native")),
)
"""The methods that wait; an EagerResult has its own, and a GroupResult those of a ResultSet."""

OWN = ("celery.", "pytest_celery_guard.")
"""Modules that read for themselves, as for a chord."""


class Watched(Protocol):
    """What is told of misuse: the world of one app."""

    app: Any

    def note_misuse(self, misuse: Misuse, task_id: str) -> None:
        """Keep it, with the id of the task that did it, for the end of the test."""

    def is_finished(self, task_id: str) -> bool:
        """Whether the result of a task is there."""


def watch_reads(undo: Undo, world: Watched) -> None:
    """Tell a world of the misuse of its results; all is put back when the last one ends."""
    _worlds.join(undo, world)


def stay_watching(undo: Undo) -> None:
    """Leave the watched methods of results in place for a run, though no world listens.

    The web frameworks are put back after each test: others may look at them.
    """
    _reads.stay(undo)


def _watch(undo: Undo) -> None:
    see_requests(undo)
    _reads.stay(undo)


_reads = Shared[None](lambda undo: swap_all(undo, _watched_reads()))
_worlds = Shared[Watched](_watch)


def world_of(result: Any) -> Watched | None:
    """The world that a result belongs to; the last one for those that have no app."""
    app = getattr(result, "app", None)
    mine = [world for world in _worlds.members if world.app is app]
    found = mine or _worlds.members
    return found[-1] if found else None


def is_finished(world: Watched, place: Place, result: Any) -> bool:
    """Whether a read would return at once in production.

    What was sent in the same place is not finished there, though an eager drain has run it,
    unless the code itself has looked.
    """
    members: Iterable[Any] | None = getattr(result, "results", None)
    if members is not None:
        return all(is_finished(world, place, each) for each in members)
    if isinstance(result, results.EagerResult) or result.id in place.finished:
        return True
    return result.id not in place.sent and world.is_finished(result.id)


def code_of(world: Watched, place: Place, result: Any, is_lifted: bool) -> str | None:
    """What is wrong with a blocking read in this place; None when nothing is."""
    if isinstance(result, results.EagerResult):
        return "CEL101" if place.kind == "task" and not is_lifted else None
    if place.kind == "task":
        if not is_lifted:
            return "CEL101"
        return None if is_finished(world, place, result) else "CEL106"
    if is_finished(world, place, result) or is_handed_over(place):
        return None
    return "CEL102" if place.kind == "request" else "CEL103"


def is_refusal_off(place: Place) -> bool:
    """Whether ``allow_join_result`` is on in a task; in a worker it counts for its one thread."""
    return place.thread == get_ident() and not results.task_join_will_block()


def is_handed_over(place: Place) -> bool:
    """Whether a coroutine gave the read to a thread, where it stops nothing."""
    return not places.is_on_loop() and place.hands_over()


def steps_of(place: Place | None, frame: FrameType) -> list[FrameType]:
    """The user's frames from the entry to a frame, innermost first; empty for a test's own."""
    if place is None:
        found = frames.users(frames.inside(frame, frozenset()))
        return (
            found[:1] if found and not frames.is_test(found[0].f_code.co_filename) else []
        )
    if place.kind == "coroutine":
        return frames.users(frames.of_coroutine(frame))
    runs = frames.RUNS_TASK if place.kind == "task" else frames.RUNS_COROUTINE
    return frames.users(frames.inside(frame, runs))


def is_applications(frame: FrameType) -> bool:
    """Whether a frame belongs to the application, not to its tests."""
    return not frames.is_test(frame.f_code.co_filename)


def note(world: Watched, code: str, place: Place, frame: FrameType) -> None:
    """Tell a world of misuse in a place."""
    found = steps_of(place, frame)
    # A coroutine of the test itself may wait; a thread that only reads has no steps of its own.
    if found or place.kind != "coroutine":
        told = frames.steps(found)
        if code == "CEL106":
            told = with_switch(told, found)
        world.note_misuse(Misuse(code, place.entry, told), place.task_id)


def note_here(world: Watched | None, code: str, told: str = "") -> bool:
    """Tell a world of misuse by the application's code that runs now, in whatever place.

    Returns whether it is the application's, not the test's own.
    """
    place = places.here()
    if place is not None and place.kind == "coroutine":
        place = None
    found = steps_of(place, sys._getframe(1))
    if world is not None and found:
        entry, task_id = (place.entry, place.task_id) if place else ("", "")
        world.note_misuse(Misuse(code, entry, frames.steps(found), told), task_id)
    return bool(found)


def _judge(result: Any, is_allowed: bool, frame: FrameType) -> None:
    place = places.here()
    is_ignored = getattr(result, "ignored", False)
    if place is None and not is_ignored:  # the test itself, or a thread of its own
        return
    world = world_of(result)
    if world is None:
        return
    if is_ignored:
        note_here(world, "CEL203", "none")
    elif place is not None:
        is_lifted = is_allowed or is_refusal_off(place)
        if code := code_of(world, place, result, is_lifted):
            note(world, code, place, frame)


@functools.cache
def _watched_read(original: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(original)
    def read(self: Any, *args: Any, **kwargs: Any) -> Any:
        __tracebackhide__ = True
        caller = sys._getframe(1)
        if not is_celerys(caller):
            _judge(self, kwargs.get("disable_sync_subtasks") is False, caller)
        return original(self, *args, **kwargs)

    return read


def is_celerys(caller: FrameType) -> bool:
    """Whether Celery or the guard reads for itself; ``~signature`` is the user's read."""
    is_somebodys = caller.f_code.co_name == "__invert__" or caller.f_code in PASSING_ON
    return frames.module_of(caller).startswith(OWN) and not is_somebodys


def _watched_reads() -> Iterator[Change]:
    for owner, names in READS:
        for name in names:
            yield owner, name, _watched_read(vars(owner)[name])
