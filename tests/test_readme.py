"""What the README shows is what a reader gets."""

from __future__ import annotations

import inspect
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from flake8_celery_get.catalog import all_rules
from flake8_celery_get.options import OPTION_FIELDS

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
FENCED = re.compile(r"(?:^`([^`\n]+)`:\n\n)?^```(\w+)\n(.*?)^```$", re.M | re.S)
BLOCKS = [match.groups() for match in FENCED.finditer(README)]
TOOLS = Path(sys.executable).parent
FLAKE8 = (sys.executable, "-m", "flake8")
CELERY_GUARD = (sys.executable, "-m", "flake8_celery_get")


def run(command: tuple[str, ...], folder: Path) -> subprocess.CompletedProcess[str]:
    """Run a command as a reader would, with a plain terminal's environment."""
    environment = {**os.environ, "NO_COLOR": "1", "COLUMNS": "80"}
    return subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, check=False
    )


def output_of(command: str) -> str:
    """What the README shows below ``$ command``."""
    prompt = f"$ {command}\n"
    (shown,) = [text for _, kind, text in BLOCKS if kind == "console" and prompt in text]
    return str(shown).removeprefix(prompt)


def block(kind: str) -> str:
    """The only code block of this language."""
    (text,) = [text for _, language, text in BLOCKS if language == kind]
    return str(text)


def table(heading: str) -> list[list[str]]:
    """The rows of the table in a section, without its head."""
    section = README.partition(f"\n## {heading}\n")[2].partition("\n## ")[0]
    rows = [line for line in section.splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in row.strip("|").split("|")] for row in rows[2:]]


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    """The project of the README's first screen."""
    for name, _, text in BLOCKS:
        if name is not None:
            path = tmp_path / str(name)
            path.parent.mkdir(exist_ok=True)
            path.write_text(str(text), encoding="utf-8")
    # Messages name paths from the project's root; an empty file is enough to mark it.
    (tmp_path / "setup.cfg").touch()
    return tmp_path


def test_the_problem_and_its_remedy_fit_on_the_first_screen() -> None:
    assert README.partition("\n## ")[0].count("\n") < 40


def test_the_finding_is_what_the_command_prints(shop: Path) -> None:
    done = run((*CELERY_GUARD, "check"), shop)
    assert done.stdout == output_of("celery-guard check")
    assert (done.returncode, done.stderr) == (1, "")


def test_the_way_to_fix_it_has_no_finding(shop: Path) -> None:
    wrong = (shop / "shop/views.py").read_text(encoding="utf-8")
    (fix,) = [text for name, kind, text in BLOCKS if kind == "python" and name is None]
    head, _, _ = wrong.partition("\n\ndef report")
    (shop / "shop/views.py").write_text(f"{head}\n\n{fix}", encoding="utf-8")
    done = run((*CELERY_GUARD, "check"), shop)
    assert (done.returncode, done.stderr) == (0, "")


def test_flake8_reports_it_too(shop: Path) -> None:
    assert "flake8 --select=CEL" in README
    done = run((*FLAKE8, "--select=CEL"), shop)
    first = output_of("celery-guard check").splitlines()[0]
    assert done.stdout.splitlines() == [f"./{first}"]


def test_flake8_takes_the_configuration(shop: Path) -> None:
    (shop / "setup.cfg").write_text(block("ini"), encoding="utf-8")
    done = run((*FLAKE8, "--select=CEL"), shop)
    assert (done.returncode, done.stderr) == (1, "")
    assert not (shop / ".celery_guard_cache").exists()


def test_ruff_keeps_our_noqa_comments_with_the_setting(tmp_path: Path) -> None:
    (tmp_path / "views.py").write_text("total = 1  # noqa: CEL102\n", encoding="utf-8")
    ruff = (str(TOOLS / "ruff"), "check", "--no-cache", "--extend-select=RUF102")
    assert run(ruff, tmp_path).returncode == 1
    (tmp_path / "pyproject.toml").write_text(block("toml"), encoding="utf-8")
    assert run(ruff, tmp_path).returncode == 0


def test_the_hook_is_the_one_that_pre_commit_finds(shop: Path) -> None:
    hook = (ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8")
    fields = dict(re.findall(r"^[- ] (\w+): (.+)$", hook, re.M))
    assert f"- id: {fields['id']}\n" in README
    entry = (str(TOOLS / fields["entry"].split()[0]), *fields["entry"].split()[1:])
    done = run((*entry, "shop/views.py"), shop)
    assert done.stdout == output_of("celery-guard check")


def test_the_rules_are_those_of_the_catalogue() -> None:
    rules = [
        [rule.code, rule.name, inspect.cleandoc(rule.__doc__ or "").splitlines()[0]]
        for rule in all_rules()
    ]
    assert table("Rules") == rules


def test_the_options_are_those_there_are() -> None:
    flags = [f"--{option.name.replace('_', '-')}" for option in OPTION_FIELDS]
    names = [f"`{flag}`" for flag in flags]
    names[flags.index("--cache")] = "`--cache`, `--no-cache`"
    helps = [option.metadata["help"] for option in OPTION_FIELDS]
    assert table("Options") == [list(row) for row in zip(names, helps, strict=True)]


@pytest.mark.parametrize("row", table("The command"), ids=lambda row: row[0])
def test_the_commands_work(row: list[str], shop: Path) -> None:
    words = row[0].strip("`").replace("[PATH ...]", "shop").split()
    assert words[0] == "celery-guard"
    done = run((*CELERY_GUARD, *words[1:]), shop)
    assert done.returncode == (1 if "check" in words else 0)
    assert (bool(done.stdout), done.stderr) == (True, "")


def test_the_targets_are_those_of_the_makefile() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    (phony,) = re.findall(r"^\.PHONY: help (.+)$", makefile, re.M)
    assert [row[0] for row in table("Develop")] == [f"`make {t}`" for t in phony.split()]


def test_the_demo_prints_what_the_readme_shows() -> None:
    # The environment stands: this test runs in one.
    make = ("make", "--silent", "--old-file=.venv/.ready", f"BIN={TOOLS}", "demo")
    done = run(make, ROOT)
    assert done.stdout == output_of("make demo")
    assert (done.returncode, done.stderr) == (0, "")


def test_the_documentation_has_every_option() -> None:
    page = (ROOT / "docs/configuration.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| `([a-z-]+)` \|", page, re.M)
    assert rows == [option.name.replace("_", "-") for option in OPTION_FIELDS]
