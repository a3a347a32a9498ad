"""Ways to run many tasks that do nothing, each timed in a process of its own.

Run inside an environment with Celery: ``contestants.py WAY NUMBER`` prints the seconds, by
the clock and of CPU time, in which so many tasks were sent and run.
"""

from __future__ import annotations

import json
import logging
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from functools import partial
from typing import Any

Finish = Callable[[int], None]
"""Waits, or sees to it, that so many tasks have run since the start."""

Way = Callable[["Project"], AbstractContextManager[Finish]]

TOO_LONG = 300.0


class Project:
    """An app as a user has it, with one task, which counts its runs and does nothing else."""

    def __init__(self, broker: str, backend: str, *, ignore_result: bool = False) -> None:
        from celery import Celery  # the bench reads WAYS where there is none

        self.app = Celery("bench", broker=broker, backend=backend)
        self.ran = 0

        def count() -> None:
            self.ran += 1

        self.task = self.app.task(count, name="noop", ignore_result=ignore_result)


def real(**options: Any) -> Project:
    """A project whose broker and result backend are elsewhere: the guard stands in."""
    return Project("redis://nowhere.invalid//", "redis://nowhere.invalid/0", **options)


def in_memory() -> Project:
    """A project whose broker and result backend are Celery's own, inside the process."""
    return Project("memory://", "cache+memory://")


@contextmanager
def guard(project: Project, *, eager: bool = False) -> Iterator[Finish]:
    """The guard: tasks run when they are asked to, or when they are sent."""
    from pytest_celery_guard import CeleryGuard

    with CeleryGuard(project.app, eager=eager) as handle:
        yield lambda number: None if eager else _drain(handle, number)


@contextmanager
def always_eager(project: Project, *, stored: bool) -> Iterator[Finish]:
    """Celery's own eager mode: no message, no worker, and perhaps no result."""
    project.app.conf.task_always_eager = True
    project.task.store_eager_result = stored  # the task copied the setting when it was made
    yield lambda number: None


@contextmanager
def worker_thread(project: Project) -> Iterator[Finish]:
    """Celery's worker for tests, in a thread of this process."""
    from celery.contrib.testing.worker import start_worker

    with start_worker(project.app, pool="solo", perform_ping_check=False):
        yield partial(_wait, project)


WAYS: dict[str, tuple[Callable[[], Project], Way]] = {
    "step": (real, guard),
    "step, results ignored": (partial(real, ignore_result=True), guard),
    "guard, eager": (real, partial(guard, eager=True)),
    "always eager": (in_memory, partial(always_eager, stored=False)),
    "always eager, stored": (in_memory, partial(always_eager, stored=True)),
    "worker thread": (in_memory, worker_thread),
}


def seconds(way: str, number: int) -> dict[str, float]:
    """Send and run so many tasks; the first one, which builds what is kept, is not timed."""
    make, run = WAYS[way]
    project = make()
    with run(project) as finish:
        project.task.delay()
        finish(1)
        start, cpu_start = time.perf_counter(), time.process_time()
        for _ in range(number):
            project.task.delay()
        finish(1 + number)
        spent = {
            "wall": time.perf_counter() - start,
            "cpu": time.process_time() - cpu_start,
        }
    if project.ran != 1 + number:
        raise SystemExit(f"{way}: {project.ran} tasks ran instead of {1 + number}")
    return spent


def _drain(handle: Any, number: int) -> None:
    handle.drain(limit=number + 1)


def _wait(project: Project, number: int) -> None:
    end = time.monotonic() + TOO_LONG
    while project.ran < number and time.monotonic() < end:
        time.sleep(0.001)


if __name__ == "__main__":
    logging.disable(logging.CRITICAL)
    print(json.dumps(seconds(sys.argv[1], int(sys.argv[2]))))
