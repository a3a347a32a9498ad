"""Worker processes end with the command, whatever ends it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import pytest

from tests.cli.project import FINE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.cli.project import Project

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="has no such signals")

BUSY = """\
import os, pathlib, sys, time, multiprocessing
from flake8_celery_get.cli.processes import workers
from flake8_celery_get.cli.main import main
from flake8_celery_get.engine import Engine

real = workers.{name}

def started(*arguments, **named):
    if multiprocessing.parent_process() is not None:
        pathlib.Path(f"worker_{{os.getpid()}}").touch()
        time.sleep({early})
    return real(*arguments, **named)

def check(*_):
    time.sleep(600)

workers.{name} = started
Engine.check = check
if __name__ == "__main__":
    multiprocessing.set_start_method(sys.argv[1])
    sys.exit(main(["check", "-j2", "."]))
"""
WORKING = BUSY.format(name="ignore_warnings", early=0)
"""Workers that are in the middle of a long file."""

BEGINNING = BUSY.format(name="end_with_parent", early=1)
"""Workers that have not yet asked to end with their parent."""

METHODS = ("fork", "spawn", "forkserver")
"""The defaults of Linux before Python 3.14, of other systems, and of Linux since."""

SIGNALS = (signal.SIGTERM, signal.SIGKILL, signal.SIGINT, signal.SIGHUP, signal.SIGQUIT)

MOMENTS = [pytest.param(WORKING, each, id=f"working-{each.name}") for each in SIGNALS]
MOMENTS += [
    pytest.param(BEGINNING, each, id=f"beginning-{each.name}")
    for each in (signal.SIGTERM, signal.SIGKILL)
]
"""Which signal comes when: workers that begin see only that their parent is gone."""

PATIENCE = 120
"""Seconds that a busy machine may need; far less than the workers' work takes."""


@pytest.fixture
def files(project: Project) -> Project:
    for number in range(8):
        project.write(f"fine_{number}.py", FINE)
    return project


def started(project: Project, script: str, method: str) -> subprocess.Popen[bytes]:
    """A run with two workers, which hold its stdout."""
    path = project.write("build/run.py", script)
    process = subprocess.Popen(
        [sys.executable, str(path), method],
        cwd=project.folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
    )
    deadline = time.monotonic() + PATIENCE
    while len(workers(project)) < 2 and time.monotonic() < deadline:
        time.sleep(0.01)
    return process


def workers(project: Project) -> list[int]:
    found = project.folder.glob("worker_*")
    return [int(path.name.partition("_")[2]) for path in found]


def alive(processes: list[int]) -> Iterator[int]:
    for number in processes:
        try:
            os.kill(number, 0)
        except ProcessLookupError:
            continue
        if sys.platform != "linux" or not _is_zombie(number):
            yield number


def _is_zombie(number: int) -> bool:
    """Whether only its parent has not yet heard of its end: no program, no open files."""
    try:
        with open(f"/proc/{number}/stat", encoding="utf-8") as file:
            return file.read().rpartition(")")[2].split()[0] == "Z"
    except OSError:
        return True


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize(("script", "number"), MOMENTS)
def test_no_worker_outlives_the_command(
    files: Project, number: int, script: str, method: str
) -> None:
    process = started(files, script, method)
    known = workers(files)
    assert len(known) == 2
    os.kill(process.pid, number)
    process.communicate(timeout=PATIENCE)  # returns when nobody holds stdout any more
    assert process.returncode != 0
    deadline = time.monotonic() + PATIENCE
    while list(alive(known)) and time.monotonic() < deadline:
        time.sleep(0.01)
    assert list(alive(known)) == []


@pytest.mark.parametrize("method", METHODS)
def test_whoever_leaves_early_waits_for_nobody(files: Project, method: str) -> None:
    """Ctrl-C that reaches only the command, as from an editor that ran it."""
    process = started(files, WORKING, method)
    process.send_signal(signal.SIGINT)
    assert process.communicate(timeout=PATIENCE) == (b"", b"")
    assert process.returncode == 130
