"""The commands and tables on the page about configuration are ones that work."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.cli.project import WAITS

if TYPE_CHECKING:
    from tests.cli.project import Project

PAGE = (Path(__file__).parents[2] / "docs/configuration.md").read_text(encoding="utf-8")
COMMANDS = [
    line.removeprefix("$ celery-guard ")
    for line in PAGE.splitlines()
    if line.startswith("$ celery-guard ")
]


@pytest.mark.parametrize("command", COMMANDS)
def test_a_command_does_what_it_says(project: Project, command: str) -> None:
    project.write("shop/tasks.py", WAITS)
    project.write("src/tasks.py", WAITS)
    whole = f"{sys.executable} -m flake8_celery_get {command}"
    done = subprocess.run(
        whole, shell=True, cwd=project.folder, capture_output=True, text=True
    )
    assert (done.returncode in {0, 1}, done.stderr) == (True, "")
    assert done.stdout


def test_the_table_is_read(project: Project) -> None:
    (table,) = [
        block
        for block in re.findall(r"```toml\n(.*?)```", PAGE, re.S)
        if "celery-g" in block
    ]
    project.write("pyproject.toml", table)
    project.write("celery-guard-baseline.json", '{"version": 1, "findings": {}}')
    project.write("migrations/tasks.py", WAITS)
    project.write("tasks.py", WAITS)
    run = project.guard("check")
    assert (run.code, run.err) == (1, "")
    assert [line.partition(" ")[0] for line in run.out.splitlines()] == ["tasks.py:11:12:"]


def test_flake8_reads_the_section(project: Project) -> None:
    (section,) = re.findall(r"```ini\n(\[flake8\].*?)```", PAGE, re.S)
    project.write("setup.cfg", section)
    project.write("tasks.py", WAITS)
    done = subprocess.run(
        (sys.executable, "-m", "flake8", "--select=CEL"),
        cwd=project.folder,
        capture_output=True,
        text=True,
    )
    assert (done.stdout[:18], done.stderr) == ("./tasks.py:11:12: ", "")
    assert not (project.folder / ".celery_guard_cache").exists()
