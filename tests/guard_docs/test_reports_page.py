"""The page about reports: what its console blocks show is what pytest prints."""

from __future__ import annotations

import json
import os
import re
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
    texts = enumerate(page.tests(TEXT, "").values())
    written = {f"tests/test_shop{number}.py": text for number, text in texts}
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
    return ID.sub("…", done.stdout).replace("test_shop0.", "test_shop.")


def shown() -> list[str]:
    """The console blocks of the page."""
    return [text for _, _, language, text in blocks(TEXT) if language == "console"]


def test_a_failure_has_the_section_that_the_page_shows(project: Path) -> None:
    section, *_ = shown()
    assert section in printed(project, "tests/test_shop0.py")


def test_a_run_ends_as_the_page_shows(project: Path) -> None:
    _, summary, *_ = shown()
    told = printed(project, "--celery-guard-report=report.json", "tests/test_shop1.py")
    assert summary in told
    assert summary.splitlines()[0] in printed(project, "-v", "tests/test_shop1.py")


def test_too_few_tasks_are_told_as_the_page_shows(project: Path) -> None:
    (block,) = [text for text in shown() if "--celery-guard-min-coverage" in text]
    command, _, complaint = block.partition("\n")
    flag = command.split()[-1]
    assert complaint in printed(project, flag, "tests/test_shop1.py")


def test_the_fields_are_those_of_the_document(project: Path) -> None:
    printed(project, "--celery-guard-report=report.json", "tests/test_shop1.py")
    document = json.loads((project / "report.json").read_text(encoding="utf-8"))
    rows = re.findall(r"^\| `(\w+)` \| (.+) \|$", TEXT, re.M)
    assert [name for name, _ in rows] == list(document)
    told = {name: re.findall(r"`(\w+)`", row) for name, row in rows}
    assert told["total"] == list(document["total"])
    assert told["coverage"] == list(document["coverage"])
    assert told["tasks"] == ["name", "registered", "total"]
    assert told["tests"] == list(document["tests"][0])
