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

SLOW = """\
import pathlib, sys, time
from flake8_celery_get.cli.main import main
from flake8_celery_get.engine import Engine

def check(self, path, text=None):
    pathlib.Path("started").touch()
    time.sleep(60)

Engine.check = check
if __name__ == "__main__":
    sys.exit(main(["check", sys.argv[1], "."]))
"""


@pytest.fixture(autouse=True)
def ctrl_c_counts() -> Iterator[None]:
    """A shell lets what it runs in the background ignore Ctrl-C, and a child inherits that."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.skipif(sys.platform == "win32", reason="has no process groups to signal")
@pytest.mark.parametrize("jobs", ["-j1", "-j2"])
def test_ctrl_c_ends_a_run_at_once_and_quietly(project: Project, jobs: str) -> None:
    for number in range(20):
        project.write(f"fine_{number}.py", FINE)
    slow = project.write("build/slow.py", SLOW)
    process = subprocess.Popen(
        [sys.executable, str(slow), jobs],
        cwd=project.folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
    )
    deadline = time.monotonic() + 30
    while not (project.folder / "started").exists() and time.monotonic() < deadline:
        time.sleep(0.02)
    os.killpg(process.pid, signal.SIGINT)
    assert process.communicate(timeout=30) == (b"", b"")
    assert process.returncode == 130
