"""The wheel, built from what git would commit, and environments that hold nothing else."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from package.environment import Environment, run

ROOT = Path(__file__).parent.parent


@pytest.fixture(scope="session")
def repository(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A git repository of this project as it stands, committed or not."""
    copy = tmp_path_factory.mktemp("repository")
    listed = run("git", "ls-files", "-z", "-co", "--exclude-standard", folder=ROOT).stdout
    for name in filter(None, listed.split("\0")):
        if (ROOT / name).is_file():
            (copy / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, copy / name)
    commit_all(copy)
    return copy


@pytest.fixture(scope="session")
def built(repository: Path, tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """The sdist, and the wheel that was built from it."""
    folder = tmp_path_factory.mktemp("dist")
    build = (sys.executable, "-m", "build", "--no-isolation", "--outdir", str(folder))
    run(*build, folder=repository)
    return sorted(folder.iterdir())


@pytest.fixture(scope="session")
def wheel(built: list[Path]) -> Path:
    (found,) = [path for path in built if path.suffix == ".whl"]
    return found


@pytest.fixture
def install(wheel: Path, tmp_path: Path) -> Callable[..., Environment]:
    """Make an empty environment and install the wheel with an extra, and more."""

    def make(extra: str = "", *more: str) -> Environment:
        made = Environment.empty(tmp_path / "environment")
        made.install(f"{wheel}[{extra}]" if extra else str(wheel), *more)
        return made

    return make


def commit_all(folder: Path) -> None:
    """Make a repository of a folder, with one commit."""
    for words in (("init", "-q"), ("add", "-A"), ("commit", "-q", "-m", "As it is")):
        run("git", *words, folder=folder)
