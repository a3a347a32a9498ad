"""``--watch``: a run that goes on until Ctrl-C."""

from __future__ import annotations

import signal
import subprocess
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest

from tests.cli.project import FINE, HELPER, SCRIPT, WAITS

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import IO

    from tests.cli.project import Project

VIA_HELPER = "from celery import shared_task\nfrom helper import fetch\n\n\n"
VIA_HELPER += "@shared_task\ndef total(x):\n    return fetch(total.delay(x))\n"


@contextmanager
def watched(project: Project, *flags: str) -> Iterator[IO[str]]:
    """The lines of stdout and stderr of a run that watches."""
    command = [sys.executable, "-u", "-m", "flake8_celery_get", "check", "--watch", *flags]
    with subprocess.Popen(
        command,
        cwd=project.folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as process:
        assert process.stdout
        yield process.stdout
        process.send_signal(signal.SIGINT)
        assert process.wait(90) == 130


def next_report(lines: IO[str]) -> list[str]:
    """What is told up to the next pause."""
    report: list[str] = []
    for line in lines:
        if "watching for changes" in line:
            break
        report.append(line.rstrip())
    return report


@pytest.mark.timeout(120)
def test_checks_again_after_each_change(project: Project) -> None:
    project.write("pyproject.toml", "")
    project.write("helper.py", HELPER)
    project.write("script.py", SCRIPT)
    project.write("app/tasks.py", VIA_HELPER)
    with watched(project, "app") as lines:
        assert "app/tasks.py:7:12: CEL101" in next_report(lines)[0]
        project.write("helper.py", HELPER.replace(".get()", ".id"))
        assert next_report(lines) == ["no findings (1 file checked)"]
        project.write("app/new.py", WAITS)
        assert "app/new.py:11:12: CEL101" in next_report(lines)[0]
        project.write("pyproject.toml", "[tool.celery-guard]\nselct = []\n")
        assert "selct: there is no such option" in next_report(lines)[0]
        project.write("pyproject.toml", "[tool.celery-guard]\nselect = ['CEL2']\n")
        assert next_report(lines) == ["no findings (2 files checked)"]


@pytest.mark.timeout(120)
def test_shows_the_lines_as_they_are_now(project: Project) -> None:
    project.write("tasks.py", WAITS)
    with watched(project) as lines:
        assert next_report(lines)[1] == "  11 |     return add.delay(x, 1).get()"
        project.write("tasks.py", WAITS.replace("x, 1", "x, 234"))
        assert next_report(lines)[1] == "  11 |     return add.delay(x, 234).get()"


@pytest.mark.parametrize("flag", ["--write-baseline", "--add-noqa", "--output-file=x"])
def test_refuses_what_would_be_done_again_and_again(project: Project, flag: str) -> None:
    project.write("a.py", FINE)
    run = project.guard("check", "--watch", flag)
    name = flag.partition("=")[0]
    reason = f"--watch and {name} can't be combined"
    assert (run.code, run.out, run.err) == (2, "", f"celery-guard: {reason}\n")
