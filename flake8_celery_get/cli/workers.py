"""Checks many files in several processes, and survives the death of some."""

from __future__ import annotations

from collections import deque
from concurrent.futures.process import BrokenProcessPool, ProcessPoolExecutor
from multiprocessing import active_children
from multiprocessing.util import Finalize
from typing import TYPE_CHECKING

from flake8_celery_get.cli import interrupts
from flake8_celery_get.cli.faults import ignore_warnings, save_cache
from flake8_celery_get.cli.orphans import end_with_parent
from flake8_celery_get.cli.results import FileReport
from flake8_celery_get.engine import Engine

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from flake8_celery_get.cli.file_check import FileCheck

FILES_PER_MESSAGE = 8

_this_process: tuple[FileCheck, Engine] | None = None


def in_processes(check: FileCheck, files: Sequence[str], jobs: int) -> Iterator[FileReport]:
    """Yield the report on each file, in order.

    When a process dies, one process checks the rest file by file: so it is known which
    file it was.
    """
    waiting = deque(files)
    while waiting:
        try:
            yield from _reports(check, waiting, jobs)
        except BrokenProcessPool:  # noqa: PERF203 - a new try for each dead process
            if jobs == 1:
                path = waiting.popleft()
                yield FileReport(path, error="the process that checked it died")
            jobs = 1


def _reports(check: FileCheck, waiting: deque[str], jobs: int) -> Iterator[FileReport]:
    files = tuple(waiting)
    chunk = 1 if jobs == 1 else max(1, min(FILES_PER_MESSAGE, len(files) // jobs))
    pool = ProcessPoolExecutor(jobs, initializer=_start, initargs=(check,))
    try:
        with interrupts.held():  # the processes start here
            reports = pool.map(_check_here, files, chunksize=chunk)
        for report in reports:
            waiting.popleft()
            yield report
    except BaseException:
        for process in active_children():  # don't wait for what they have begun
            process.kill()
        raise
    finally:
        pool.shutdown(cancel_futures=True)


def _start(check: FileCheck) -> None:
    global _this_process
    # Ctrl-C reaches every process of the terminal: die at once, without a traceback.
    interrupts.be_killed()
    end_with_parent()
    ignore_warnings()
    engine = Engine(check.options)
    _this_process = check, engine
    # atexit is not enough: multiprocessing's workers leave without it.
    Finalize(None, save_cache, args=(engine,), exitpriority=0)


def _check_here(path: str) -> FileReport:
    assert _this_process is not None
    check, engine = _this_process
    return check.run(engine, path)
