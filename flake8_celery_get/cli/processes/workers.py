"""Checks many files in several processes, and survives the death of some."""

from __future__ import annotations

import os
from collections import deque
from multiprocessing.util import Finalize
from typing import TYPE_CHECKING

from flake8_celery_get.cli import interrupts
from flake8_celery_get.cli.faults import ignore_warnings, save_cache
from flake8_celery_get.cli.processes.orphans import end_with_parent
from flake8_celery_get.cli.processes.worker_pool import WorkerDied, WorkerPool
from flake8_celery_get.cli.results import FileReport
from flake8_celery_get.engine import Engine

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from multiprocessing.connection import Connection

    from flake8_celery_get.cli.file_check import FileCheck

FILES_PER_MESSAGE = 8


def in_processes(check: FileCheck, files: Sequence[str], jobs: int) -> Iterator[FileReport]:
    """Yield the report on each file, in order.

    When a process dies, one process checks the rest file by file: so it is known which
    file it was.
    """
    waiting = deque(files)
    while waiting:
        try:
            for report in _reports(check, tuple(waiting), jobs):
                waiting.popleft()
                yield report
        except WorkerDied:  # noqa: PERF203 - a new try for each dead process
            if jobs == 1:
                path = waiting.popleft()
                yield FileReport(path, error="the process that checked it died")
            jobs = 1


def _reports(check: FileCheck, files: Sequence[str], jobs: int) -> Iterator[FileReport]:
    size = 1 if jobs == 1 else max(1, min(FILES_PER_MESSAGE, len(files) // jobs))
    chunks = [files[start : start + size] for start in range(0, len(files), size)]
    with WorkerPool(_work, check, jobs) as pool:
        yield from pool.reports(chunks)


def _work(check: FileCheck, pipe: Connection) -> None:
    """Answer each list of paths with their reports, until there are no more."""
    # Ctrl-C reaches every process of the terminal: die at once, without a traceback.
    interrupts.be_killed()
    end_with_parent()
    ignore_warnings()
    engine = Engine(check.options)
    # atexit is not enough: multiprocessing's workers leave without it.
    Finalize(None, save_cache, args=(engine,), exitpriority=0)
    try:
        while (paths := pipe.recv()) is not None:
            pipe.send([check.run(engine, path) for path in paths])
    except (EOFError, ConnectionError):  # the parent is gone
        os._exit(1)
