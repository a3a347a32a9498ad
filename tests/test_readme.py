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
from flake8_celery_get.rule import Rule

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
FENCED = re.compile(r"(?:^`([^`\n]+)`:\n\n)?^```(\w+)\n(.*?)^```$", re.M | re.S)
BLOCKS = [match.groups() for match in FENCED.finditer(README)]
TOOLS = Path(sys.executable).parent
FLAKE8 = (sys.executable, "-m", "flake8")
CELERY_GUARD = (sys.executable, "-m", "flake8_celery_get")
PYTEST = (sys.executable, "-m", "pytest", "-p", "no:randomly")

PRICES = """\
from celery import Celery

app = Celery("shop", broker="redis://", backend="redis://")


@app.task
def look_up(sku):
    return 499
"""
"""The module that the first screen imports from."""

TEST_OF_FIX = """\
from shop.tasks import total_of


def test_total(celery_guard):
    result = total_of(["apple", "pear"])
    celery_guard.drain()
    assert result.get() == 998
"""


def run(command: tuple[str, ...], folder: Path) -> subprocess.CompletedProcess[str]:
    """Run a command as a reader would, with a plain terminal's environment."""
    environment = {**os.environ, "NO_COLOR": "1", "COLUMNS": "80"}
    return subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, check=False
    )


def output_of(command: str) -> str:
    """What the README shows below ``$ command``, to the next command or the end."""
    (shown,) = [
        text.partition(f"$ {command}\n")[2]
        for _, kind, text in BLOCKS
        if kind == "console" and f"$ {command}\n" in text
    ]
    return str(shown).partition("\n$ ")[0].rstrip("\n") + "\n"


def all_below(command: str) -> str:
    """What the README shows below ``$ command``, to the end of the block."""
    prompt = f"$ {command}\n"
    (shown,) = [text for _, kind, text in BLOCKS if kind == "console" and prompt in text]
    return str(shown).removeprefix(prompt)


def as_shown(output: str) -> str:
    """An output with ids and times left out, which no two runs share."""
    text = re.sub(r"[0-9a-f]{8}-[0-9a-f-]{27}", "…", output)
    text = re.sub(r"(?<= in )\d+\.\d+s", "…", text)
    return re.sub(r" +$", "", text, flags=re.M)


def block(kind: str) -> str:
    """The only code block of this language that is no file."""
    (text,) = [text for name, language, text in BLOCKS if language == kind and name is None]
    return str(text)


def table(heading: str) -> list[list[str]]:
    """The rows of the table in a section, without its head."""
    section = README.partition(f"\n## {heading}\n")[2].partition("\n## ")[0]
    rows = [line for line in section.splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in row.strip("|").split("|")] for row in rows[2:]]


def project(root: Path, *names: str) -> Path:
    """A folder with these files of the README."""
    for name, _, text in BLOCKS:
        if name in names:
            path = root / str(name)
            path.parent.mkdir(exist_ok=True)
            path.write_text(str(text), encoding="utf-8")
    # Messages name paths from the project's root; an empty file is enough to mark it.
    (root / "setup.cfg").touch()
    return root


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    """The project of the README's first screen."""
    root = project(tmp_path, "shop/tasks.py", "tests/test_total.py")
    (root / "shop/prices.py").write_text(PRICES, encoding="utf-8")
    return root


def test_the_problem_the_finding_and_the_test_fit_on_the_first_screen() -> None:
    first = README.partition("\n## ")[0]
    assert first.count("\n") < 40
    assert all(each in first for each in ("$ flake8", "$ pytest", "def test_"))


def test_the_finding_is_what_flake8_prints(shop: Path) -> None:
    done = run((*FLAKE8, "--select=CEL"), shop)
    assert done.stdout == output_of("flake8 --select=CEL")
    assert (done.returncode, done.stderr) == (1, "")


def test_the_failure_is_what_pytest_prints(shop: Path) -> None:
    done = run(PYTEST, shop)
    assert output_of("pytest") in as_shown(done.stdout)
    assert done.returncode == 1


def test_what_to_write_is_fine_with_both(shop: Path) -> None:
    (fix,) = [text for name, kind, text in BLOCKS if kind == "python" and name is None]
    (shop / "shop/tasks.py").write_text(str(fix), encoding="utf-8")
    (shop / "tests/test_total.py").write_text(TEST_OF_FIX, encoding="utf-8")
    assert run((*FLAKE8, "--select=CEL"), shop).returncode == 0
    done = run(PYTEST, shop)
    assert (done.returncode, "1 passed" in done.stdout) == (0, True)


def test_the_example_of_the_guard_passes(tmp_path: Path) -> None:
    root = project(tmp_path, "proj/tasks.py", "tests/test_charge.py")
    (root / "proj/bank.py").write_text("def charge(order, cents): ...\n", encoding="utf-8")
    done = run(PYTEST, root)
    assert (done.returncode, "1 passed" in done.stdout) == (0, True)


def test_the_command_reports_it_too(shop: Path) -> None:
    done = run((*CELERY_GUARD, "check"), shop)
    assert f"./{done.stdout.splitlines()[0]}\n" == output_of("flake8 --select=CEL")


def test_flake8_takes_the_configuration(shop: Path) -> None:
    (shop / "setup.cfg").write_text(block("ini"), encoding="utf-8")
    done = run((*FLAKE8, "--select=CEL"), shop)
    assert (done.returncode, done.stderr) == (1, "")
    assert not (shop / ".celery_guard_cache").exists()


def test_an_old_project_is_taken_in(tmp_path: Path) -> None:
    for number in range(50):
        waits = f"from celery.result import AsyncResult\n\nAsyncResult('{number}').get()\n"
        (tmp_path / f"script_{number}.py").write_text(waits, encoding="utf-8")
    written = run((*CELERY_GUARD, "check", "--write-baseline"), tmp_path)
    assert written.stdout == output_of("celery-guard check --write-baseline")
    assert run((*CELERY_GUARD, "check"), tmp_path).returncode == 0
    assert run((*FLAKE8, "--select=CEL"), tmp_path).returncode == 0
    (tmp_path / "new.py").write_text(waits, encoding="utf-8")
    done = run((*CELERY_GUARD, "check", "--output-format=concise"), tmp_path)
    assert (done.returncode, done.stdout.count("\n")) == (1, 1)
    assert run((*FLAKE8, "--select=CEL"), tmp_path).returncode == 1


def test_ruff_keeps_our_noqa_comments_with_the_setting(tmp_path: Path) -> None:
    code = "total = 1  # noqa: CEL102\n"
    (tmp_path / "views.py").write_text(code, encoding="utf-8")
    ruff = (str(TOOLS / "ruff"), "check", "--no-cache", "--extend-select=RUF100,RUF102")
    assert run(ruff, tmp_path).returncode == 1
    (tmp_path / "pyproject.toml").write_text(block("toml"), encoding="utf-8")
    assert run((*ruff, "--fix"), tmp_path).returncode == 0
    assert (tmp_path / "views.py").read_text(encoding="utf-8") == code
    (tmp_path / "pyproject.toml").unlink()
    run((*ruff, "--fix"), tmp_path)
    assert (tmp_path / "views.py").read_text(encoding="utf-8") == "total = 1\n"


def test_the_hook_is_the_one_that_pre_commit_finds(shop: Path) -> None:
    hook = (ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8")
    fields = dict(re.findall(r"^[- ] (\w+): (.+)$", hook, re.M))
    assert f"- id: {fields['id']}\n" in README
    entry = (str(TOOLS / fields["entry"].split()[0]), *fields["entry"].split()[1:])
    done = run((*entry, "shop/tasks.py"), shop)
    assert f"./{done.stdout.splitlines()[0]}\n" == output_of("flake8 --select=CEL")


def test_the_rules_are_those_of_the_catalogue() -> None:
    rules = [[rule.code, rule.name, _purpose(rule)] for rule in all_rules()]
    assert table("Rules") == rules


def _purpose(rule: type[Rule]) -> str:
    first = inspect.cleandoc(rule.__doc__ or "").splitlines()[0]
    return f"{first} Off by default." if rule.is_opinion() else first


def test_the_options_are_those_there_are() -> None:
    flags = [f"--{option.name.replace('_', '-')}" for option in OPTION_FIELDS]
    names = [f"`{flag}`" for flag in flags]
    names[flags.index("--cache")] = "`--cache`, `--no-cache`"
    helps = [option.metadata["help"] for option in OPTION_FIELDS]
    assert table("Options") == [list(row) for row in zip(names, helps, strict=True)]


@pytest.mark.parametrize("row", table("The command"), ids=lambda row: row[0])
def test_the_commands_work(row: list[str], shop: Path) -> None:
    words = (
        row[0].strip("`").replace("[PATH ...]", "shop").replace("[PATH]", "shop").split()
    )
    assert words[0] == "celery-guard"
    done = run((*CELERY_GUARD, *words[1:]), shop)
    assert done.returncode == (1 if "check" in words else 0)
    assert (bool(done.stdout), done.stderr) == (True, "")


def test_the_map_is_what_the_command_prints() -> None:
    command = "celery-guard map examples/shop/wrong"
    done = run((*CELERY_GUARD, *command.split()[1:], "--no-cache"), ROOT)
    assert done.stdout == all_below(command)


def test_the_targets_are_those_of_the_makefile() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    (phony,) = re.findall(r"^\.PHONY: help (.+)$", makefile, re.M)
    assert [row[0] for row in table("Develop")] == [f"`make {t}`" for t in phony.split()]


@pytest.mark.parametrize("ci", ["", "true"])
def test_the_demo_prints_what_the_readme_shows(
    ci: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CI", ci)
    # The environment stands: this test runs in one.
    make = ("make", "--silent", "--old-file=.venv/.ready", f"BIN={TOOLS}", "demo")
    done = run(make, ROOT)
    assert as_shown(done.stdout) == as_shown(all_below("make demo"))
    assert (done.returncode, done.stderr) == (0, "")
