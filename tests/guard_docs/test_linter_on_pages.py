"""What pages about the guard show of the linter is what it prints for their files."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.guard_docs.conftest import AROUND, DOCS, PAGE
from tests.guard_docs.page import blocks, files, write

PAGES = ("guard-django", "guard-flask", "guard-fastapi", "guard-async")


def shown(page: str) -> tuple[str, str]:
    """The call of the linter on a page, and what the page shows below it."""
    text = (DOCS / f"{page}.md").read_text(encoding="utf-8")
    (block,) = [
        text
        for _, _, language, text in blocks(text)
        if language == "console" and text.startswith("$ celery-guard check")
    ]
    command, _, output = block.partition("\n")
    return command.removeprefix("$ celery-guard "), output


@pytest.mark.parametrize("page", PAGES)
def test_the_linter_prints_what_the_page_shows(page: str, tmp_path: Path) -> None:
    own = (DOCS / f"{page}.md").read_text(encoding="utf-8")
    write({**AROUND, **files(PAGE.read_text(encoding="utf-8")), **files(own)}, tmp_path)
    arguments, output = shown(page)
    done = subprocess.run(
        (sys.executable, "-m", "flake8_celery_get", *arguments.split()),
        cwd=tmp_path,
        env={**os.environ, "NO_COLOR": "1", "COLUMNS": "80"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout == output
    assert (done.returncode, done.stderr) == (1, "")
