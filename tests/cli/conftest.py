from __future__ import annotations

import shutil
import signal
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.another_user import OwnProject, obstacle
from tests.cli.project import Project


@pytest.fixture(autouse=True)
def signals_count() -> Iterator[None]:
    """A shell's background ignores Ctrl-C, nohup the end of a terminal: a child inherits it."""
    names = ("SIGINT", "SIGQUIT", "SIGHUP")
    numbers = [getattr(signal, name, signal.SIGINT) for name in names]
    ignored = [each for each in numbers if signal.getsignal(each) is signal.SIG_IGN]
    for number in ignored:
        signal.signal(number, signal.default_int_handler)
    yield
    for number in ignored:
        signal.signal(number, signal.SIG_IGN)


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
