"""The page about Celery 6: its project is checked, fixed, and imported with warnings as errors."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import celery
import pytest

from flake8_celery_get.catalog import all_rules
from flake8_celery_get.cli.main import main

TEXT = (Path(__file__).parent.parent / "docs/celery-6.md").read_text(encoding="utf-8")
NAMED = re.compile(r"^`(\S+)`:\n\n```python\n(.*?)^```$", re.M | re.S)
AFTER = re.compile(r"`(\S+)` afterwards:\n\n```python\n(.*?)^```$", re.M | re.S)
COMMAND = re.compile(r"^```console\n\$ celery-guard (.+)\n((?:.+\n)*)```$", re.M)


@pytest.fixture
def root(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The page's project, in a folder whose name says nothing of tests."""
    folder = tmp_path_factory.mktemp("page").resolve()
    (folder / "pyproject.toml").touch()
    for name, code in NAMED.findall(TEXT):
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(code, encoding="utf-8")
    monkeypatch.chdir(folder)
    return folder


def checked(root: Path) -> subprocess.CompletedProcess[str]:
    """What the page's script says of the project."""
    command = [sys.executable, str(root / "check.py")]
    return subprocess.run(command, cwd=root, capture_output=True, text=True, check=False)


def test_commands_find_and_fix(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    commands = COMMAND.findall(TEXT)
    assert len(commands) == 3
    for command, output in commands:
        main([*command.split(), "--no-cache"])
        assert capsys.readouterr().out.strip() == output.strip()
    config, tasks, app = AFTER.findall(TEXT)
    for name, code in (config, app):
        assert (root / name).read_text(encoding="utf-8") == code
    written = (root / tasks[0]).read_text(encoding="utf-8")
    assert written == tasks[1].replace(', queue="reports"', "")


@pytest.mark.skipif(celery.VERSION < (5, 7), reason="warns of options since 5.7")
def test_celery_is_quiet_afterwards(root: Path) -> None:
    assert "CDeprecationWarning" in checked(root).stderr
    main(["check", "--select", "CEL8", "--fix", "--no-cache", "-q"])
    assert "'queue' task attribute" in checked(root).stderr
    main(["check", "--select", "CEL8", "--fix", "--unsafe-fixes", "--no-cache", "-q"])
    assert checked(root).stdout == "nothing left\n"
    assert main(["check", "--select", "CEL8", "--no-cache", "-q"]) == 0


def test_all_rules_are_in_the_table() -> None:
    ours = [rule.code for rule in all_rules() if rule.code.startswith("CEL8")]
    assert re.findall(r"^\| (CEL\d+) ", TEXT, re.M) == ours
