"""A fork of the server does what a new process does."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.project import WAITS
from tests.forks.client import LINTER, Done

CALLS = [
    ("flake8_celery_get", "check"),
    ("flake8_celery_get", "check", "-"),
    ("flake8_celery_get", "check", "-j2", "--no-such-option"),
    ("flake8", "--select=CEL"),
]


@pytest.mark.parametrize("call", CALLS, ids=" ".join)
def test_a_fork_is_like_a_new_process(tmp_path: Path, call: tuple[str, ...]) -> None:
    (tmp_path / "tasks.py").write_text(WAITS)
    stdin = f"# naïve\n{WAITS}".encode()
    forked = LINTER.fork(("-m", *call), tmp_path, {"COLUMNS": "60"}, stdin)
    new = subprocess.run(
        [sys.executable, "-m", *call],
        cwd=tmp_path,
        env={**os.environ, "PYTHONIOENCODING": "utf-8", "COLUMNS": "60"},
        input=stdin,
        capture_output=True,
    )
    assert forked == Done(new.returncode, new.stdout, new.stderr)


def test_variables_for_python_need_a_new_process() -> None:
    assert LINTER.can_fork(("-m", "flake8"), {"NO_COLOR": "1"})
    assert not LINTER.can_fork(("-m", "flake8"), {"PYTHONWARNINGS": "error"})
    assert not LINTER.can_fork(("-c", "print()"), {})
