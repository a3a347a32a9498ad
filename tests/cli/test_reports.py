from __future__ import annotations

import os
import pty
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from flake8_celery_get import __version__
from tests.cli.project import HELPER, SCRIPT, WAIT_LINE, WAITS

if TYPE_CHECKING:
    from tests.cli.project import Project

VIA_HELPER = """\
from celery import shared_task
from helper import fetch


@shared_task
def add(x, y):
    return x + y


@shared_task
def total(x):
    return fetch(add.delay(x, 1))
"""


def test_text_shows_line_and_caret(project: Project) -> None:
    project.write("tasks.py", WAITS)
    head, code, carets, *_ = project.guard("check").out.splitlines()
    assert head.startswith("tasks.py:11:12: CEL101 ")
    assert code == "  11 |     return add.delay(x, 1).get()"
    assert carets == "     |            ^^^^^^^^^^^^^^^^^^^^^"


def test_text_shows_the_way_to_the_read(project: Project) -> None:
    project.write("helper.py", HELPER)
    project.write("script.py", SCRIPT)
    project.write("tasks.py", VIA_HELPER)
    report = project.guard("check", "tasks.py").out
    finding, _, count = report.rpartition("\n\n")
    head, _, _, *hops = finding.splitlines()
    assert head.startswith("tasks.py:12:12: CEL101 ")
    assert "helper.py:5" in head
    assert hops[-1].startswith("    helper.py:5:12: ")
    assert count == "1 finding in 1 file (1 file checked)\n"


def test_text_names_files_elsewhere_in_full(project: Project) -> None:
    path = project.write("app/tasks.py", WAITS)
    (project.folder / "here").mkdir()
    from_here = type(project)(project.folder / "here")
    assert from_here.guard("check", "../app").out.startswith(f"{path}:11:12: CEL101")


def test_json_is_exactly_as_promised(project: Project) -> None:
    project.write("app/tasks.py", WAITS)
    project.write("broken.py", "def f(:\n")
    document = project.guard("check", "--output-format=json").json
    (finding,) = document["findings"]
    related, message, mark = finding["related"], finding["message"], finding["fingerprint"]
    assert document == {
        "version": 1,
        "tool": f"celery-guard {__version__}",
        "files": 2,
        "findings": [
            {
                "code": "CEL101",
                "name": "blocking-read-in-task",
                "url": "https://celery-guard.readthedocs.io/en/latest/rules/CEL101/",
                "message": message,
                "path": "app/tasks.py",
                "line": WAIT_LINE,
                "column": 12,
                "end_line": WAIT_LINE,
                "end_column": 33,
                "fingerprint": mark,
                "related": related,
                "fix": None,
            }
        ],
        "errors": [{"path": "broken.py", "message": "line 1: invalid syntax"}],
    }
    assert message
    assert mark


def test_json_counts_from_one_on_the_way_too(project: Project) -> None:
    project.write("lib/helper.py", HELPER)
    project.write("script.py", SCRIPT.replace("from helper", "from lib.helper"))
    project.write("tasks.py", VIA_HELPER.replace("from helper", "from lib.helper"))
    document = project.guard("check", "--output-format=json", "tasks.py").json
    read = document["findings"][0]["related"][-1]
    assert set(read) == {"path", "line", "column", "message"}
    assert (read["path"], read["line"], read["column"]) == ("lib/helper.py", 5, 12)


def test_json_is_sorted_and_relative(project: Project) -> None:
    for name in ("b.py", "a.py", "pkg/z.py", "pkg/a.py"):
        project.write(name, WAITS)
    document = project.guard("check", "--output-format=json", "pkg", "b.py", ".").json
    assert [f["path"] for f in document["findings"]] == [
        "a.py",
        "b.py",
        "pkg/a.py",
        "pkg/z.py",
    ]
    (project.folder / "here").mkdir()
    from_here = type(project)(project.folder / "here")
    assert from_here.guard_places("../b.py") == ["../b.py:11:12 CEL101"]


def test_nobody_has_to_read_to_the_end(project: Project) -> None:
    for number in range(400):
        project.write(f"tasks_{number}.py", WAITS)
    command = [sys.executable, "-m", "flake8_celery_get", "check"]
    with subprocess.Popen(
        command,
        cwd=project.folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as process:
        assert process.stdout
        assert process.stderr
        process.stdout.close()
        assert process.stderr.read() == b""
    assert process.returncode == 1


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="has no full disk")
def test_a_full_disk_is_one_line(project: Project) -> None:
    project.write("tasks.py", WAITS)
    with open("/dev/full", "wb") as full:
        done = subprocess.run(
            [sys.executable, "-m", "flake8_celery_get", "check"],
            cwd=project.folder,
            stdout=full,
            stderr=subprocess.PIPE,
        )
    assert done.returncode == 2
    reason = b"celery-guard: cannot write the report: No space left on device\n"
    assert done.stderr == reason


@pytest.mark.parametrize(("refused", "painted"), [("", True), ("1", False)])
def test_colours_only_a_terminal(project: Project, refused: str, painted: bool) -> None:
    project.write("tasks.py", WAITS)
    assert "\x1b[" not in project.guard("check").out
    out = _on_a_terminal(project, NO_COLOR=refused, TERM="xterm")
    assert ("\x1b[" in out) is painted
    assert "tasks.py" in out


def _on_a_terminal(project: Project, **environment: str) -> str:
    ours, theirs = pty.openpty()
    subprocess.run(
        [sys.executable, "-m", "flake8_celery_get", "check"],
        cwd=project.folder,
        stdout=theirs,
        env={**os.environ, **environment},
    )
    os.close(theirs)
    with open(ours, "rb", buffering=0) as terminal:
        return terminal.read(65536).decode()
