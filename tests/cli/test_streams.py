"""stdout and stderr that are closed, full or read by nobody."""

from __future__ import annotations

import shlex
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.cli.project import WAITS, Run

if TYPE_CHECKING:
    from tests.cli.project import Project

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="has no such shell")
FULL = pytest.mark.skipif(not Path("/dev/full").exists(), reason="has no full disk")


def in_a_shell(project: Project, command: str, redirected: str) -> Run:
    """Run the command in a shell that redirects; the exit code is the command's."""
    line = f"{shlex.quote(sys.executable)} -m flake8_celery_get {command} {redirected}"
    done = subprocess.run(
        ["bash", "-o", "pipefail", "-c", line], cwd=project.folder, capture_output=True
    )
    return Run(done.returncode, done.stdout.decode(), done.stderr.decode())


@pytest.fixture
def waiting(project: Project) -> Project:
    for number in range(4):
        project.write(f"tasks_{number}.py", WAITS)
    return project


COMMANDS = {
    "check": 1,
    "check -j2": 1,
    "check --output-format=json": 1,
    "check --diff": 0,
    "check gone.py": 2,
    "check --nope": 2,
    "map": 0,
    "map --format=html": 0,
    "rules": 0,
    "explain CEL101": 0,
    "--version": 0,
    "check --help": 0,
}


@pytest.mark.parametrize("closed", [">&-", "2>&-", ">&- 2>&-", "<&- >&- 2>&-"])
@pytest.mark.parametrize("command", COMMANDS)
def test_closed_streams_change_no_exit_code(
    waiting: Project, command: str, closed: str
) -> None:
    run = in_a_shell(waiting, command, closed)
    expected = in_a_shell(waiting, command, "")
    is_out, is_err = (f" {closed}".find(f" {sign}&-") < 0 for sign in (">", "2>"))
    assert run.code == expected.code == COMMANDS[command]
    assert run.out == (expected.out if is_out else "")
    assert run.err == (expected.err if is_err else "")


@pytest.mark.parametrize("command", ["check", "map", "rules", "check --help", "--version"])
def test_whoever_reads_only_the_beginning_sees_no_error(
    waiting: Project, command: str
) -> None:
    run = in_a_shell(waiting, command, "| head -c 1")
    assert (len(run.out), run.err) == (1, "")
    assert run.code == COMMANDS[command]


@FULL
@pytest.mark.parametrize("command", ["check", "map", "rules", "check --help", "--version"])
def test_a_full_disk_is_one_line_and_an_error(waiting: Project, command: str) -> None:
    run = in_a_shell(waiting, command, "> /dev/full")
    told = "celery-guard: cannot write the report: No space left on device\n"
    assert (run.code, run.out, run.err) == (2, "", told)


@FULL
def test_a_full_disk_for_errors_leaves_the_report(waiting: Project) -> None:
    run = in_a_shell(waiting, "check gone.py tasks_1.py", "2> /dev/full")
    assert (run.code, run.err) == (2, "")
    assert run.out.startswith("tasks_1.py:11:12: CEL101")


def test_a_report_that_cant_be_written_takes_no_other_line_along(waiting: Project) -> None:
    run = waiting.guard("check", "gone.py", "--output-file=nowhere/report")
    assert run.code == 2
    assert run.err.splitlines() == [
        "celery-guard: gone.py: No such file or directory",
        "celery-guard: cannot write nowhere/report: No such file or directory",
    ]
