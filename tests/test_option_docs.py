"""The page of all options, and that what it shows works wherever it says so."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path
from runpy import run_path

import pytest

from flake8_celery_get.choices.configuration import NOTHING_SAID, configuration
from flake8_celery_get.choices.option_values import to_options
from flake8_celery_get.cli.arguments.parser import parser
from flake8_celery_get.cli.settings.project import project_options
from flake8_celery_get.options import OPTION_FIELDS, Options

ROOT = Path(__file__).parent.parent
PAGE: str = run_path(str(ROOT / "docs/_hooks/option_pages.py"))["page"]()
EXAMPLES = Options(**{option.name: option.metadata["example"] for option in OPTION_FIELDS})


def shown(front: str) -> list[str]:
    """What the page shows for one front, an option each."""
    return re.findall(rf"^\| {re.escape(front)} \| `(.+)` \|$", PAGE, re.M)


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project that has the folders and the file of the examples."""
    for root in EXAMPLES.roots:
        (tmp_path / root).mkdir(parents=True)
    known = '{"version": 1, "findings": {}}'
    (tmp_path / EXAMPLES.baseline).write_text(known, encoding="utf-8")
    (tmp_path / "fine.py").write_text("total = 1\n", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def expected(folder: Path) -> Options:
    """The examples, with paths from the folder."""
    paths = ("baseline", "cache_dir")
    full = {name: str(folder / getattr(EXAMPLES, name)) for name in paths}
    roots = tuple(str(folder / root) for root in EXAMPLES.roots)
    values = {option.name: option.metadata["example"] for option in OPTION_FIELDS}
    return Options(**{**values, **full, "roots": roots})


def test_has_a_section_for_each_option() -> None:
    names = [option.name.replace("_", "-") for option in OPTION_FIELDS]
    assert re.findall(r"^## ([a-z-]+)$", PAGE, re.M) == names
    fronts = ("`pyproject.toml`", "`celery-guard`", "flake8")
    assert [len(shown(front)) for front in fronts] == [len(names)] * 3


def test_has_every_flag_of_the_command() -> None:
    usage = subprocess.run(
        (sys.executable, "-m", "flake8_celery_get", "check", "--help"),
        capture_output=True,
        text=True,
        env={**os.environ, "COLUMNS": "200"},
        check=True,
    ).stdout
    flags = set(re.findall(r"^ +(?:-\w[^,]*, )?(--[a-z-]+)", usage, re.M)) - {"--help"}
    assert [flag for flag in flags if f"`{flag}" not in PAGE] == []


def test_pyproject_takes_the_examples(project: Path) -> None:
    lines = ["[tool.celery-guard]", *shown("`pyproject.toml`")]
    (project / "pyproject.toml").write_text("\n".join(lines), encoding="utf-8")
    assert to_options(configuration(str(project)).options) == expected(project)


def test_the_command_takes_the_examples(project: Path) -> None:
    values = parser().parse_args(["check", *shown("`celery-guard`")])
    assert project_options(values, NOTHING_SAID) == expected(project)


def test_flake8_takes_the_examples(project: Path) -> None:
    lines = ["[flake8]", *shown("flake8")]
    (project / ".flake8").write_text("\n".join(lines), encoding="utf-8")
    show = (
        "import sys; from flake8.main.application import Application; "
        "from flake8_celery_get.plugin import Plugin; "
        "Application().run(['fine.py']); print(Plugin.options)"
    )
    done = subprocess.run((sys.executable, "-c", show), capture_output=True, text=True)
    assert (done.stdout, done.stderr) == (f"{expected(project)}\n", "")


def test_pyproject_takes_the_table_of_files(project: Path) -> None:
    (block,) = re.findall(r"```toml\n(.*?)```", PAGE, re.S)
    (project / "pyproject.toml").write_text(block, encoding="utf-8")
    assert configuration(str(project)).per_file_ignores == {"scripts/*": ("CEL104",)}
