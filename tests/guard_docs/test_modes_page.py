"""The page about modes: what its console blocks show is what pytest prints."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

from pytest_celery_guard.explain.real_worker import AHEAD, IN_ITS_TIME, elsewhere
from pytest_celery_guard.in_pytest.usage import NO_BROKER
from tests.guard_docs.conftest import AROUND, DOCS, PAGE
from tests.guard_docs.page import ID, blocks, files, write

TEXT = (DOCS / "guard-modes.md").read_text(encoding="utf-8")


def shown() -> list[str]:
    """What the page shows of a terminal, beside the commands."""
    texts = [text for _, _, language, text in blocks(TEXT) if language == "console"]
    return [text for text in texts if not text.startswith("$ ")]


def test_a_suite_of_eager_tests_is_told_what_differs(tmp_path: Path) -> None:
    write({**AROUND, **files(PAGE.read_text(encoding="utf-8")), **files(TEXT)}, tmp_path)
    options = ("-p", "no:cacheprovider", "-p", "no:randomly", "-p", "no:hypothesispytest")
    command = (sys.executable, "-m", "pytest", *options, "--celery-guard-parity")
    done = subprocess.run(
        (*command, "tests/test_before.py"),
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0
    printed = [line for line in done.stdout.splitlines() if line]
    lines = [line.strip("= ") if line[:1] == "=" else line for line in printed]
    assert shown()[1] in ID.sub("…", "\n".join(lines))


def test_a_run_without_a_broker_ends_as_the_page_shows() -> None:
    assert shown()[0] == f"ERROR: {NO_BROKER}\n"


def test_the_page_has_the_reasons_of_a_real_worker() -> None:
    section = TEXT.partition("### When states or sends differ")[2].partition("\n###")[0]
    shown = re.findall(r"^- (.+)$", section, re.M)
    assert shown == [IN_ITS_TIME, AHEAD, elsewhere("os.environ['SHOP_RATE']")]


def test_the_page_names_every_reason_to_skip() -> None:
    table = TEXT.partition("### Skipped tests")[2].partition("\n## ")[0]
    for reason in (
        "needs virtual time",
        "a worker takes the next message when it likes",
        "another process can't import it",
        "another process can't see its rows",
        "a worker in another process has none",
    ):
        assert reason in table
