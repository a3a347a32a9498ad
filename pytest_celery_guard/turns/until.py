"""A drain that ends early: when a result is there, or a function says so."""

from __future__ import annotations

from collections.abc import Callable

from pytest_celery_guard.errors import GuardError
from pytest_celery_guard.turns.choosing import ids_of
from pytest_celery_guard.values.states import READY_STATES
from pytest_celery_guard.world import story
from pytest_celery_guard.world.parts import Wanted
from pytest_celery_guard.world.world import World


def drain_until(world: World, until: object, limit: int, wanted: Wanted | None) -> int:
    """Run until a result (or id) is there, or a function is true; return how many tasks ran.

    Raises GuardError if that never comes.
    """
    __tracebackhide__ = True
    is_over = _ends(world, until)
    for ran in range(limit):
        if is_over():
            return ran
        if not world.worker.step(wanted):
            raise GuardError(f"drain(until=…): {_why_never(world, until, wanted)}")
    raise GuardError(f"drain(until=…): {limit} tasks ran and the condition is not met.")


def _ends(world: World, until: object) -> Callable[[], bool]:
    if callable(until):
        return lambda: bool(until())
    ids = ids_of(until)
    return lambda: all(_is_ready(world, each) for each in ids)


def _why_never(world: World, until: object, wanted: Wanted | None) -> str:
    if wanted is not None and world.worker.has_due():
        return "the tasks that this drain may run don't meet the condition; others wait."
    if callable(until):
        return "nothing is left to run, and the function still returns false."
    missing = (each for each in ids_of(until) if not _is_ready(world, each))
    return story.why_never(world, next(missing))


def _is_ready(world: World, task_id: str) -> bool:
    return story.path(world, task_id)[-1] in READY_STATES
