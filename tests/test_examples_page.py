"""What the page about the examples shows is what a reader gets."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PAGE = (ROOT / "docs/examples.md").read_text(encoding="utf-8")
TOOLS = Path(sys.executable).parent
NAMES = ("shop", "report")


def shown(command: str) -> str:
    """What the page shows below a command, to the end of the block."""
    return PAGE.partition(f"$ {command}\n")[2].partition("```")[0]


def as_shown(output: str) -> str:
    """An output with times left out, and blanks at the ends of lines."""
    text = re.sub(r"(?<= in )\d+\.\d+s", "…", output)
    return re.sub(r" +$", "", text, flags=re.M)


def demo(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    # The environment exists: this test runs in one.
    make = ("make", "--silent", "--old-file=.venv/.ready", f"BIN={TOOLS}", "demo")
    return subprocess.run(
        (*make, *arguments),
        cwd=ROOT,
        env={**os.environ, "NO_COLOR": "1", "COLUMNS": "80", **environment},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize("ci", ["", "true"])
def test_the_demo_prints_what_the_page_shows(ci: str) -> None:
    done = demo(CI=ci)
    assert as_shown(done.stdout) == as_shown(shown("make demo"))
    assert (done.returncode, done.stderr) == (0, "")


def test_the_demo_is_short_and_says_why_it_fails() -> None:
    lines = shown("make demo").splitlines()
    assert len(lines) <= 80
    assert "the point of this demo" in lines[-1]


def test_the_long_demo_shows_every_example() -> None:
    done = demo("ALL=1")
    assert (done.returncode, done.stderr) == (0, "")
    commands = re.findall(r"^\$ (.+)$", done.stdout, re.M)
    tests = [f"pytest examples/{name}/{v}" for v in ("right", "wrong") for name in NAMES]
    assert commands == ["celery-guard check examples", *tests]
    assert all(text in done.stdout for text in ("7 passed", "9 passed", "7 failed"))
    assert "the point of this demo" in done.stdout.splitlines()[-1]


def test_the_map_is_what_the_command_prints() -> None:
    command = "celery-guard map examples/shop/wrong"
    arguments = (*command.split()[1:], "--no-cache")
    done = subprocess.run(
        (sys.executable, "-m", "flake8_celery_get", *arguments),
        cwd=ROOT,
        env={**os.environ, "NO_COLOR": "1", "COLUMNS": "80"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout == shown(command)
