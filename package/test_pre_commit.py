"""The hook as pre-commit makes and runs it, and an old project that takes us in."""

from __future__ import annotations

import shutil
import subprocess
import sys
import venv
from collections.abc import Callable
from pathlib import Path

import pytest

from flake8_celery_get.printing.addresses import REPOSITORY
from package.conftest import commit_all
from package.environment import Environment, run
from package.readme import commands, hook_configuration

ROOT = Path(__file__).parent.parent
TOOLS = Path(sys.executable).parent

Run = Callable[..., subprocess.CompletedProcess[str]]

TASKS = """\
from celery import shared_task


@shared_task
def step_{number}(x):
    return x


@shared_task
def job_{number}(x):
    return step_{number}.delay(x).get()
"""
"""A module as fifty others: one finding."""


@pytest.fixture(scope="session")
def hook(repository: Path) -> str:
    """The file of the README, for this project as it stands."""
    revision = run("git", "rev-parse", "HEAD", folder=repository).stdout.strip()
    return hook_configuration(repository, revision)


@pytest.fixture(scope="session")
def home(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Where pre-commit keeps the hook's environment: made once, used by all tests."""
    return str(tmp_path_factory.mktemp("pre-commit"))


@pytest.fixture
def in_project(tmp_path: Path, hook: str, home: str) -> Run:
    """Run a command in a project that has the hook's configuration."""
    project = tmp_path / "project"
    project.mkdir()
    (project / ".pre-commit-config.yaml").write_text(hook, encoding="utf-8")
    tools = (tmp_path / "environment" / "bin", TOOLS)

    def run_there(*command: str) -> subprocess.CompletedProcess[str]:
        return run(*command, folder=project, fails=True, paths=tools, PRE_COMMIT_HOME=home)

    return run_there


def test_the_hook_finds_and_the_baseline_silences(
    in_project: Run, tmp_path: Path, install: Callable[..., Environment]
) -> None:
    project = tmp_path / "project"
    shutil.copytree(ROOT / "examples/shop/wrong", project, dirs_exist_ok=True)
    commit_all(project)
    done = in_project("pre-commit", "run", "--all-files")
    assert "shop/views.py:15:5: CEL102 " in done.stdout
    assert (done.returncode, "- exit code: 1" in done.stdout) == (1, True)

    install()
    assert in_project("celery-guard", "check", "--write-baseline").returncode == 0
    done = in_project("pre-commit", "run", "--all-files")
    assert done.stdout.endswith("Passed\n")
    assert done.returncode == 0


def test_three_commands_take_an_old_project_in(
    in_project: Run, tmp_path: Path, wheel: Path
) -> None:
    project = tmp_path / "project"
    for number in range(50):
        text = TASKS.format(number=number)
        (project / f"jobs_{number}.py").write_text(text, encoding="utf-8")
    commit_all(project)
    venv.create(tmp_path / "environment", with_pip=True)

    typed = commands()
    assert len(typed) == 3
    for command, shown in typed:
        # The wheel stands for the repository's address.
        done = in_project("sh", "-c", command.replace(f"git+{REPOSITORY}", wheel.as_uri()))
        print(f"$ {command}\n{done.stdout}{done.stderr}", end="")
        assert done.returncode == 0
        assert done.stdout == shown or command.startswith("pip ")

    in_project("git", "add", "-A")
    done = in_project("git", "commit", "-m", "Take the linter in")
    print(f"$ git commit -m …\n{done.stdout}{done.stderr}", end="")
    assert done.returncode == 0
    done = in_project("pre-commit", "run", "--all-files")
    print(f"$ pre-commit run --all-files\n{done.stdout}", end="")
    assert done.stdout.endswith("Passed\n")
    assert in_project("flake8", "--select=CEL").returncode == 0

    (project / "new.py").write_text(TASKS.format(number="new"), encoding="utf-8")
    in_project("git", "add", "-A")
    done = in_project("git", "commit", "-m", "Wait once more")
    print(f"$ git commit -m …\n{done.stdout}{done.stderr}", end="")
    assert done.returncode == 1
    assert "new.py:11:12: CEL101 " in done.stderr
    assert "1 finding in 1 file" in done.stderr
    done = in_project("flake8", "--select=CEL")
    print(f"$ flake8 --select=CEL\n{done.stdout}{done.stderr}", end="")
    assert done.stdout.startswith("./new.py:11:12: CEL101 ")
    assert done.stdout.count("\n") == 1
