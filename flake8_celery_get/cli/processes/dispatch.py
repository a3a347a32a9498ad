"""Decides where files are checked: in this process, or in several."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from flake8_celery_get.cli.faults import save_cache
from flake8_celery_get.engine import Engine, collector_off

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from flake8_celery_get.cli.file_check import FileCheck
    from flake8_celery_get.cli.results import FileReport

# On the standard library's 1,516 files a second process gained nothing: one process
# reads the project, and the others wait for what it learns.
FILES_PER_PROCESS = 1000


def checked(
    check: FileCheck, files: Sequence[str], jobs: int | None
) -> Iterator[FileReport]:
    """Yield the report on each file; without ``jobs``, as many processes as pay off."""
    if jobs is None:
        jobs = min(os.cpu_count() or 1, len(files) // FILES_PER_PROCESS)
    jobs = min(jobs, len(files))
    if jobs <= 1 or not _has_semaphores():
        return _in_this_process(check, files)
    # Imported here: one process needs no multiprocessing.
    from flake8_celery_get.cli.processes.workers import in_processes

    return in_processes(check, files, jobs)


def _has_semaphores() -> bool:
    """Tell whether processes can work together here; some containers forbid it."""
    try:
        from multiprocessing import Lock

        Lock()
    except (ImportError, OSError):
        return False
    return True


def _in_this_process(check: FileCheck, files: Sequence[str]) -> Iterator[FileReport]:
    engine = Engine(check.options)
    with collector_off():
        for path in files:
            yield check.run(engine, path)
    save_cache(engine)
