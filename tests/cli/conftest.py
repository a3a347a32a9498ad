from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.another_user import OwnProject, obstacle
from tests.cli.project import Project


@pytest.fixture
def project(tmp_path: Path) -> Project:
    """An empty project; its configuration keeps flake8 from looking further up."""
    made = Project(tmp_path)
    made.write(".flake8", "[flake8]\nmax-line-length = 1000\n")
    return made


@pytest.fixture
def theirs() -> Iterator[OwnProject]:
    """An empty project in a folder that others can reach; pytest's own are private."""
    if reason := obstacle():
        pytest.skip(reason)
    folder = Path(tempfile.mkdtemp(prefix="celery-guard-")).resolve()
    folder.chmod(0o755)
    made = OwnProject(folder)
    made.write("pyproject.toml", "")
    yield made
    for path in folder.rglob("*"):
        if path.is_dir() and not path.is_symlink():
            path.chmod(0o700)
    shutil.rmtree(folder)
