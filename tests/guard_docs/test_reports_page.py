"""The page about reports: what its console blocks show is what pytest prints."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.guard_docs import page
from tests.guard_docs.conftest import AROUND, DOCS, PAGE
from tests.guard_docs.page import ID, blocks, files, write

TEXT = (DOCS / "guard-reports.md").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The project of the first page, with the tests of this one."""
    root = tmp_path_factory.mktemp("project").resolve()
    named = [text.replace("test_line_", "test_") for text in page.tests(TEXT).values()]
    written = {f"tests/test_shop{at or ''}.py": text for at, text in enumerate(named)}
    write({**AROUND, **files(PAGE.read_text(encoding="utf-8")), **written}, root)
    return root


def printed(project: Path, *arguments: str) -> str:
    """What pytest prints in a terminal of 80 columns, with ids left out."""
    plugins = ("-p", "no:cacheprovider", "-p", "no:randomly", "-p", "no:django")
    done = subprocess.run(
        (sys.executable, "-m", "pytest", *plugins, *arguments),
        cwd=project,
        env={**os.environ, "COLUMNS": "80", "NO_COLOR": "1"},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    return ID.sub("…", done.stdout)


def shown() -> list[str]:
    """The console blocks of the page."""
    return [text for _, _, language, text in blocks(TEXT) if language == "console"]


def test_a_failure_has_the_section_that_the_page_shows(project: Path) -> None:
    section, *_ = shown()
    assert section in printed(project, "tests/test_shop.py")
