"""The generated projects hold what their names say, and the linter finds what they hide."""

from __future__ import annotations

from pathlib import Path

import pytest

from bench.growth.calls_probe import counted
from bench.growth.projects import KINDS
from bench.growth.table import exponent, write
from flake8_celery_get.engine import Engine
from flake8_celery_get.options import Options

EXPECTED = {
    "tasks in a file": 0,
    "sends in a file": 0,
    "views in a file": 6,
    "views that share a helper": 1,
    "keys of a dict of tasks": 1,
    "modules that import each other": 6,
    "chains of a hundred helpers": 6,
    "classes in a hierarchy": 1,
    "classes that override hooks": 1,
    "functions in a ring": 3,
    "reads in a list": 6,
    "findings in a function": 6,
}
"""Findings in projects of six things each."""


@pytest.mark.parametrize("name", KINDS)
def test_what_is_found_grows_with_the_project(name: str, tmp_path: Path) -> None:
    make, _ = KINDS[name]
    write(tmp_path, make(3))
    write(tmp_path, make(6))
    engine = Engine(Options(cache=False))
    found = [
        each for path in sorted(tmp_path.rglob("*.py")) for each in engine.check(str(path))
    ]
    assert len(found) == EXPECTED[name]


LARGE_PARTS = {"chains of a hundred helpers", "classes that override hooks"}
"""One more thing of these is a lot to read."""


@pytest.mark.parametrize("name", KINDS)
def test_twice_as_much_more_takes_twice_as_many_more_calls(
    name: str, tmp_path: Path
) -> None:
    make, _ = KINDS[name]
    numbers = (1, 2, 4) if name in LARGE_PARTS else (10, 20, 40)
    _calls(tmp_path / "first", make(1))  # what is imported and compiled once is not counted
    few, some, many = (_calls(tmp_path / str(n), make(n)) for n in numbers)
    assert (many - some) / (some - few) < 2.2


def _calls(folder: Path, files: dict[str, str]) -> int:
    folder.mkdir()
    (folder / "pyproject.toml").touch()
    write(folder, files)
    return counted(str(folder))


def test_an_exponent_is_that_of_the_growth() -> None:
    assert exponent(2.0, 8.0) == pytest.approx(1)
    assert exponent(1.0, 16.0) == pytest.approx(2)
    assert exponent(0.0, 3.0) == 0
