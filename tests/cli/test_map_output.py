"""Where ``celery-guard map`` writes, and as what."""

from __future__ import annotations

import json
import os
import pty
import re
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.cli.project import WAITS

if TYPE_CHECKING:
    from tests.cli.project import Project

OPENER = """\
#!{python}
import pathlib, sys
pathlib.Path("opened").write_text(sys.argv[1])
"""


@pytest.fixture
def waiting(project: Project) -> Project:
    """A project with two tasks."""
    project.write("setup.cfg", "")
    project.write("tasks.py", WAITS)
    return project


@pytest.mark.parametrize(
    ("name", "start"),
    [
        ("map.html", "<!doctype html>"),
        ("map.HTM", "<!doctype html>"),
        ("map.json", "{"),
        ("map.mmd", "flowchart LR"),
        ("map.txt", "test_"),
        ("map", "test_"),
    ],
)
def test_a_name_tells_the_format(waiting: Project, name: str, start: str) -> None:
    run = waiting.guard("map", "--output", name)
    assert (run.code, run.out, run.err) == (0, "", "")
    assert (waiting.folder / name).read_text(encoding="utf-8").startswith(start)


def test_a_format_that_is_given_counts_for_any_name(waiting: Project) -> None:
    waiting.guard("map", "--output=map.html", "--format=json")
    assert json.loads((waiting.folder / "map.html").read_text())["version"] == 1


def test_the_options_are_also_called_as_those_of_check(waiting: Project) -> None:
    waiting.guard("map", "--output-file=map.html", "--output-format=json")
    assert json.loads((waiting.folder / "map.html").read_text())["version"] == 1


def test_a_page_is_opened_instead_of_shown_as_source(waiting: Project) -> None:
    opener = waiting.write("opener", OPENER.format(python=sys.executable))
    opener.chmod(0o755)
    out = on_a_terminal(waiting, "map", "--format=html", BROWSER=str(opener))
    found = re.fullmatch(r"The map opens in your browser: (.*\.html)\s*", out)
    assert found
    page = Path(found[1])
    assert page.as_uri() == (waiting.folder / "opened").read_text()
    assert page.read_text(encoding="utf-8").startswith("<!doctype html>")
    assert page.stat().st_mode & 0o077 == 0
    page.unlink()


def test_without_a_browser_the_page_is_named(waiting: Project) -> None:
    out = on_a_terminal(waiting, "map", "--format=html", TMPDIR=str(waiting.folder))
    (page,) = waiting.folder.glob("celery-guard-map-*.html")
    assert out.strip() == f"The map is in {page}; open it in a browser"


def test_a_pipe_gets_the_page(waiting: Project) -> None:
    assert waiting.guard("map", "--format=html").out.startswith("<!doctype html>")


def on_a_terminal(project: Project, *arguments: str, **environment: str) -> str:
    ours, theirs = pty.openpty()
    known = ("DISPLAY", "WAYLAND_DISPLAY", "BROWSER")
    inherited = {k: v for k, v in os.environ.items() if k not in known}
    subprocess.run(
        [sys.executable, "-m", "flake8_celery_get", *arguments],
        cwd=project.folder,
        stdout=theirs,
        env={**inherited, **environment},
        check=True,
    )
    os.close(theirs)
    with open(ours, "rb", buffering=0) as terminal:
        return terminal.read(65536).decode()
