"""A fork of the server does what a new process does."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from tests.cli import forks
from tests.cli.project import WAITS, Project

CALLS = [
    ("flake8_celery_get", "check"),
    ("flake8_celery_get", "check", "-"),
    ("flake8_celery_get", "check", "-j2", "--no-such-option"),
    ("flake8", "--select=CEL"),
]


@pytest.mark.parametrize("call", CALLS, ids=" ".join)
def test_a_fork_is_like_a_new_process(project: Project, call: tuple[str, ...]) -> None:
    project.write("tasks.py", WAITS)
    environment = {**os.environ, "PYTHONIOENCODING": "utf-8", "COLUMNS": "60"}
    stdin = "# naïve\n".encode() + WAITS.encode()
    forked = forks.run(("-m", *call), project.folder, environment, stdin)
    new = subprocess.run(
        [sys.executable, "-m", *call],
        cwd=project.folder,
        env=environment,
        input=stdin,
        capture_output=True,
    )
    assert forked == forks.Done(new.returncode, new.stdout, new.stderr)


def test_variables_for_python_need_a_new_process() -> None:
    assert forks.can_fork(("-m", "flake8"), {"NO_COLOR": "1"})
    assert not forks.can_fork(("-m", "flake8"), {"PYTHONWARNINGS": "error"})
    assert not forks.can_fork(("-c", "print()"), {})
