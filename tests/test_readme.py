"""What the README shows is what a reader gets, in a folder with nothing but its files."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from flake8_celery_get.pages.families import FAMILIES
from flake8_celery_get.printing.addresses import DOCUMENTATION

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
FENCED = re.compile(r"(?:^`([^`\n]+)`:\n\n)?^```(\w+)\n(.*?)^```$", re.M | re.S)
BLOCKS = [match.groups() for match in FENCED.finditer(README)]
TOOLS = Path(sys.executable).parent
COMMANDS = {
    "celery-guard": (sys.executable, "-m", "flake8_celery_get"),
    "flake8": (sys.executable, "-m", "flake8"),
    # As the script `pytest` does it, without the current folder on the path.
    "pytest": (str(TOOLS / "pytest"), "-p", "no:randomly", "-p", "no:asyncio"),
}

TEST_OF_FIX = """\
from tasks import total_of


def test_total(celery_guard):
    result = total_of(["apple", "pear"])
    celery_guard.drain()
    assert result.get() == 998
"""


def run(command: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """Run a command as a reader would, with a plain terminal's environment."""
    name, *arguments = command.split()
    return subprocess.run(
        (*COMMANDS[name], *arguments),
        cwd=folder,
        env={**os.environ, "NO_COLOR": "1", "COLUMNS": "80"},
        capture_output=True,
        text=True,
        check=False,
    )


def shown(command: str) -> str:
    """What the README shows below ``$ command``, to the next command or the end."""
    (block,) = [text for _, _, text in BLOCKS if f"$ {command}\n" in text]
    below = str(block).partition(f"$ {command}\n")[2]
    return below.partition("\n$ ")[0].rstrip("\n") + "\n"


def without_times(output: str) -> str:
    return re.sub(r"(?<= in )\d+\.\d+s", "…", output)


def block(kind: str) -> str:
    """The only code block of this language that is no file."""
    (text,) = [text for name, language, text in BLOCKS if language == kind and name is None]
    return str(text)


def table(heading: str) -> list[list[str]]:
    """The rows of the table in a section, without its head."""
    section = README.partition(f"\n## {heading}\n")[2].partition("\n## ")[0]
    rows = [line for line in section.splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in row.strip("|").split("|")] for row in rows[2:]]


def write(folder: Path, *names: str) -> None:
    """Write files of the README as they stand there; the first of each name counts."""
    files = {name: text for name, _, text in reversed(BLOCKS) if name}
    for name in names:
        (folder / name).write_text(str(files[name]), encoding="utf-8")


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    """A folder with the two files of the first screen."""
    write(tmp_path, "tasks.py", "test_tasks.py")
    return tmp_path


def test_it_is_short() -> None:
    assert README.count("\n") <= 200


def test_the_first_screen_has_the_problem_the_finding_and_the_failing_test() -> None:
    first = README.partition("\n## ")[0]
    assert all(each in first for each in ("$ celery-guard", "$ pytest", "def test_"))
    assert first.index("$ celery-guard") < first.index("$ pytest")


@pytest.mark.parametrize("command", ["celery-guard check", "pytest -q --show-capture=no"])
def test_two_files_in_an_empty_folder_give_this_output(shop: Path, command: str) -> None:
    done = run(command, shop)
    assert without_times(done.stdout) == without_times(shown(command))
    assert (done.returncode, done.stderr) == (1, "")


def test_neither_tool_reports_the_corrected_module(shop: Path) -> None:
    corrected = block("python")
    assert "chord" in corrected
    (shop / "tasks.py").write_text(corrected, encoding="utf-8")
    (shop / "test_tasks.py").write_text(TEST_OF_FIX, encoding="utf-8")
    assert run("celery-guard check", shop).returncode == 0
    done = run("pytest", shop)
    assert (done.returncode, "1 passed" in done.stdout) == (0, True)


def test_the_test_that_skips_time_passes(shop: Path) -> None:
    write(shop, "test_price.py")
    done = run("pytest test_price.py", shop)
    assert (done.returncode, "1 passed" in done.stdout) == (0, True)


def test_flake8_prints_the_finding_too(shop: Path) -> None:
    done = run("flake8 --select=CEL", shop)
    assert done.stdout == "./" + shown("celery-guard check").splitlines()[0] + "\n"


def test_ruff_keeps_our_noqa_comments_with_the_setting(tmp_path: Path) -> None:
    code = "total = 1  # noqa: CEL102\n"
    (tmp_path / "views.py").write_text(code, encoding="utf-8")

    def ruff(*arguments: str) -> int:
        options = ("check", "--no-cache", "--extend-select=RUF100,RUF102", *arguments)
        return subprocess.run((str(TOOLS / "ruff"), *options), cwd=tmp_path).returncode

    assert ruff() == 1
    (tmp_path / "pyproject.toml").write_text(block("toml"), encoding="utf-8")
    assert ruff("--fix") == 0
    assert (tmp_path / "views.py").read_text(encoding="utf-8") == code
    (tmp_path / "pyproject.toml").unlink()
    ruff("--fix")
    assert (tmp_path / "views.py").read_text(encoding="utf-8") == "total = 1\n"


@pytest.mark.parametrize("hook", ["celery-guard", "celery-guard-fix"])
def test_the_hooks_run_the_command(shop: Path, hook: str) -> None:
    hooks = (ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8")
    (entry,) = re.findall(rf"^- id: {hook}\n(?:  .*\n)*?  entry: (.+)$", hooks, re.M)
    assert "- id: celery-guard\n" in README
    done = run(f"{entry} tasks.py", shop)
    assert done.stdout.startswith(shown("celery-guard check").splitlines()[0])
    assert done.returncode == 1


@pytest.mark.parametrize("row", table("The command"), ids=lambda row: row[0])
def test_the_commands_work(row: list[str], shop: Path) -> None:
    command = row[0].strip("`").replace("[PATH ...]", ".").replace("[PATH]", ".")
    done = run(command, shop)
    assert done.returncode == (1 if "check" in command else 0)
    assert (bool(done.stdout), done.stderr) == (True, "")


def test_the_families_are_those_of_the_rules() -> None:
    families = [
        [f"[{prefix}xx]({DOCUMENTATION}rules/#{prefix.lower()}xx)", subject]
        for prefix, subject in FAMILIES.items()
        if prefix != "CEL0"
    ]
    assert table("Rules") == families


def test_the_targets_it_names_are_in_the_makefile() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    named = re.findall(r"`make (\w+)`", README)
    assert {"demo", "test", "lint", "bench"} <= set(named)
    assert all(f"\n{target}:" in makefile for target in named)
