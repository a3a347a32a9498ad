"""``--quiet``, ``--verbose`` and ``--color``."""

from __future__ import annotations

import os
import pty
import re
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from tests.cli.project import WAITS

if TYPE_CHECKING:
    from tests.cli.project import Project

ESCAPE = "\x1b["
LINK = "\x1b]8;;https://celery-guard.readthedocs.io/en/latest/rules/CEL101/\x1b\\"


@pytest.fixture
def waiting(project: Project) -> Project:
    """A project with one finding."""
    project.write("tasks.py", WAITS)
    return project


def test_quiet_is_findings_alone(waiting: Project) -> None:
    run = waiting.guard("check", "--quiet")
    assert (run.code, run.err) == (1, "")
    assert run.out.startswith("tasks.py:11:12: CEL101 ")
    assert len(run.out.splitlines()) == 3
    assert waiting.guard("check", "-q", "--ignore=CEL1").out == ""


def test_quiet_still_tells_errors(waiting: Project) -> None:
    waiting.write("broken.py", "def f(:\n")
    run = waiting.guard("check", "-q", "--ignore=CEL1")
    assert (run.code, run.out) == (2, "")
    assert run.err == "celery-guard: broken.py: line 1: invalid syntax\n"


@pytest.mark.parametrize(
    "flags",
    [
        ("--write-baseline",),
        ("--add-noqa",),
        ("gone", "--exclude=*"),
    ],
)
def test_quiet_goes_with_whatever_is_done(waiting: Project, flags: tuple[str, ...]) -> None:
    (waiting.folder / "gone").mkdir()
    run = waiting.guard("check", "-q", *flags)
    assert (run.code, run.out, run.err) == (0, "", "")


def test_verbose_tells_what_was_used(waiting: Project) -> None:
    waiting.write("pyproject.toml", "[tool.celery-guard]\n")
    waiting.write("known.json", '{"version": 1, "findings": {}}')
    run = waiting.guard("check", "--verbose", "--baseline=known.json")
    lines = [line.removeprefix("celery-guard: ") for line in run.err.splitlines()]
    assert lines[:4] == [
        "configuration: pyproject.toml",
        "baseline: known.json",
        "project: .",
        "cache: .celery_guard_cache",
    ]
    assert re.fullmatch(r"checked 1 file in \d+\.\d\d s", lines[4])
    bare = waiting.guard("check", "-v", "--isolated", "--no-cache").err
    assert "configuration: none\n" in bare
    assert "cache: none\n" in bare


def test_verbose_ends_with_the_pages_of_the_rules(waiting: Project) -> None:
    waiting.write("script.py", "from tasks import add\nprint(add.delay(1, 2).get())\n")
    waiting.write("other.py", WAITS)
    *_, blank, first, second = waiting.guard("check", "-v").out.splitlines()
    page = "https://celery-guard.readthedocs.io/en/latest/rules/"
    assert blank == ""
    assert first == f"CEL101 blocking-read-in-task: {page}CEL101/"
    assert second == f"CEL104 read-without-timeout: {page}CEL104/"


@pytest.mark.parametrize(
    ("flags", "environment", "painted"),
    [
        ((), {}, False),
        ((), {"FORCE_COLOR": "1"}, True),
        ((), {"FORCE_COLOR": "1", "NO_COLOR": "1"}, False),
        (("--color=always",), {"NO_COLOR": "1"}, True),
        (("--color=never",), {"FORCE_COLOR": "1"}, False),
        (("--color=auto",), {"FORCE_COLOR": "1"}, True),
    ],
)
def test_colors_in_a_pipe(
    waiting: Project, flags: tuple[str, ...], environment: dict[str, str], painted: bool
) -> None:
    clean = {"FORCE_COLOR": "", "NO_COLOR": ""} | environment
    for output in ("text", "concise"):
        run = waiting.guard("check", f"--output-format={output}", *flags, **clean)
        assert (ESCAPE in run.out) is painted
    assert (ESCAPE in waiting.guard("map", *flags, **clean).out) is painted
    assert ESCAPE not in waiting.guard("check", "--output-format=json", *flags, **clean).out


def test_a_file_gets_no_colors_unless_they_are_asked_for(waiting: Project) -> None:
    report = waiting.folder / "report.txt"
    on_a_terminal(waiting, "--output-file=report.txt")
    assert ESCAPE not in report.read_text()
    waiting.guard("check", "--output-file=report.txt", "--color=always")
    assert ESCAPE in report.read_text()


@pytest.mark.parametrize(
    ("environment", "linked"),
    [
        ({"TERM_PROGRAM": "vscode"}, True),
        ({"VTE_VERSION": "7600"}, True),
        ({"VTE_VERSION": "4999"}, False),
        ({"TERM": "xterm-kitty"}, True),
        ({"WT_SESSION": "0815"}, True),
        ({}, False),
        ({"FORCE_HYPERLINK": "1"}, True),
        ({"TERM_PROGRAM": "vscode", "FORCE_HYPERLINK": "0"}, False),
        ({"TERM_PROGRAM": "vscode", "NO_COLOR": "1"}, False),
    ],
)
def test_codes_are_links_where_the_terminal_shows_them(
    waiting: Project, environment: dict[str, str], linked: bool
) -> None:
    out = on_a_terminal(waiting, **environment)
    assert (f"{LINK}\x1b[1;31mCEL101\x1b[0m\x1b]8;;\x1b\\" in out) is linked
    assert "CEL101" in out


def test_no_links_in_a_pipe(waiting: Project) -> None:
    out = waiting.guard("check", "--color=always", TERM_PROGRAM="vscode").out
    assert LINK not in out


def on_a_terminal(project: Project, *flags: str, **environment: str) -> str:
    ours, theirs = pty.openpty()
    told = {"TERM": "xterm", "NO_COLOR": "", "FORCE_COLOR": "", **environment}
    known = ("TERM_PROGRAM", "VTE_VERSION", "WT_SESSION", "KONSOLE_VERSION", "DOMTERM")
    inherited = {k: v for k, v in os.environ.items() if k not in known}
    subprocess.run(
        [sys.executable, "-m", "flake8_celery_get", "check", *flags],
        cwd=project.folder,
        stdout=theirs,
        env={**inherited, **told},
    )
    os.write(theirs, b".")  # something to read where there is no report
    os.close(theirs)
    with open(ours, "rb", buffering=0) as terminal:
        return terminal.read(65536).decode()
