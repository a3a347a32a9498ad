"""docs/getting-started.md, played from top to bottom."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

PAGE = (Path(__file__).parent.parent / "docs/getting-started.md").read_text(
    encoding="utf-8"
)
BLOCK = re.compile(r"(?:^`([^`\n]+)`:\n\n)?^```(\w+)\n(.*?)^```$", re.M | re.S)
COMMANDS = {
    "celery-guard": ("flake8_celery_get",),
    "flake8": ("flake8",),
    "pytest": ("pytest", "-p", "no:randomly", "-p", "no:cacheprovider"),
}


def play(command: str, folder: Path) -> str:
    """Type a command, and return what a plain terminal shows, without times."""
    name, *arguments = command.split()
    done = subprocess.run(
        (sys.executable, "-m", *COMMANDS[name], *arguments),
        cwd=folder,
        env={**os.environ, "NO_COLOR": "1", "COLUMNS": "80"},
        capture_output=True,
        text=True,
        check=False,
    )
    return without_times(done.stdout)


def without_times(output: str) -> str:
    return re.sub(r"(?<= in )\d+\.\d+s", "…", output)


def test_each_step_does_what_the_page_shows(tmp_path: Path) -> None:
    typed = []
    for name, kind, text in BLOCK.findall(PAGE):
        if name:
            (tmp_path / name).parent.mkdir(exist_ok=True)
            (tmp_path / name).write_text(text, encoding="utf-8")
        elif kind == "console" and not text.startswith("$ pip install"):
            command, _, shown = text.removeprefix("$ ").partition("\n")
            assert play(command, tmp_path) == without_times(shown), command
            typed.append(command.split()[0])
    assert typed == ["celery-guard", "flake8", "celery-guard", "pytest"]
