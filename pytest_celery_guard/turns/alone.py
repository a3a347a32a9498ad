"""One task and its retries, while all others wait: what ``guard.run`` does."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

from celery.exceptions import TaskRevokedError, WorkerLostError
from celery.signals import task_postrun

from pytest_celery_guard.turns.choosing import wanted_by
from pytest_celery_guard.world import story
from pytest_celery_guard.world.world import World


class End(NamedTuple):
    """How a run ended: a state, and what was returned or raised; no state if it was killed."""

    state: str | None
    value: Any


def run_alone(world: World, send: Callable[[], Any], limit: int) -> Any:
    """Send a task, run it and its retries, return or raise what it does."""
    __tracebackhide__ = True
    with ends() as ended:
        result = send()
        run_to_its_end(world, result.id, ended, limit)
    end = ended.get(result.id)
    if end is None:  # a canvas, or a task that never came to run
        return result.get()
    world.seen.add(result.id)
    if end.state is None:
        raise killed_by(world, result.id)
    if end.state == "FAILURE":
        raise end.value
    return end.value


def killed_by(world: World, task_id: str) -> BaseException:
    """What a worker says of a task whose process has died: as it is stored, if results are."""
    told = [each for each in world.log.of(task_id) if each.state in {"FAILURE", "REVOKED"}]
    stored = (each.meta for each in told if isinstance(each.meta, BaseException))
    is_revoked = any(each.state == "REVOKED" for each in told)
    lost = WorkerLostError("The worker's process ended while the task ran.")
    return next(stored, TaskRevokedError("terminated") if is_revoked else lost)


@contextmanager
def ends() -> Iterator[dict[str, End]]:
    """The end of every run while this is open, by task id."""
    ended: dict[str, End] = {}

    def note(task_id: str, retval: object, state: str | None, **_: object) -> None:
        ended[task_id] = End(state, retval)

    task_postrun.connect(note, weak=False)
    try:
        yield ended
    finally:
        task_postrun.disconnect(note)


def run_to_its_end(world: World, task_id: str, ended: dict[str, End], limit: int) -> None:
    """Run one task and its retries, skipping time, while all others wait."""
    wanted = wanted_by(None, task_id)
    for _ in range(limit):
        if world.worker.step(wanted):
            continue
        if task_id in ended and ended[task_id].state != "RETRY":
            return
        due = [each.due for each in story.scheduled(world) if each.id == task_id]
        if not due:
            return
        world.clock.skip_to(due[0].timestamp())
