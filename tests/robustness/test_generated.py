"""Code that nobody wrote: no crash, no hang, and one answer however it is asked for."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from contextlib import suppress
from itertools import count
from pathlib import Path
from random import Random

import pytest

from flake8_celery_get.engine import Engine
from flake8_celery_get.finding import Finding
from flake8_celery_get.options import Options
from tests.model.waiting import within
from tests.robustness.celery_code import MODULES, Author

FULL = bool(os.environ.get("CELERY_GUARD_FULL"))
"""Set it to lint all of what is else a sample: some minutes in place of some seconds."""

SEEDS = range(2_000 if FULL else 60)
PROJECTS = range(40 if FULL else 3)
LONGEST = 30
OPINIONS = ("CEL9",)
"""All rules are asked, also those that are off by default."""


def generated(*seed: object) -> str:
    """The first module of a seed that Python accepts: it refuses some in its last step."""
    for attempt in count():
        text = Author((*seed, attempt), depth=2).module()
        with suppress(SyntaxError):
            compile(text, "generated.py", "exec")
            return text
    raise AssertionError


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder whose name says nothing of tests, which are no production code."""
    made = tmp_path_factory.mktemp("generated").resolve()
    (made / "pyproject.toml").touch()
    return made


def test_what_is_generated_is_python_and_full_of_waits(folder: Path) -> None:
    engine = Engine(Options(cache=False, opinions=OPINIONS))
    codes = set()
    for seed in SEEDS[:30]:
        found = engine.check(str(folder / "v.py"), generated(seed))
        codes |= {each.code for each in found}
    assert {"CEL101", "CEL102", "CEL104", "CEL901", "CEL902"} <= codes


@pytest.mark.parametrize("start", SEEDS[::20])
def test_no_generated_module_crashes_the_linter(folder: Path, start: int) -> None:
    path = folder / f"module_{start}.py"
    for seed in SEEDS[start : start + 20]:
        path.write_text(generated(seed), encoding="utf-8")
        with within(LONGEST):
            Engine(Options(cache=False, opinions=OPINIONS)).check(str(path))
    path.unlink()  # or the next batch would read it too: it is of the same project


def write_project(root: Path, seed: int) -> list[str]:
    """Modules that import each other."""
    (root / "pyproject.toml").touch()
    package = root / "proj"
    package.mkdir()
    (package / "__init__.py").touch()
    for name in (*MODULES, "views"):
        text = generated(seed, name)
        (package / f"{name}.py").write_text(text, encoding="utf-8")
    return sorted(map(str, package.glob("*.py")))


def check(engine: Engine, paths: list[str]) -> list[Finding]:
    return sorted(found for path in paths for found in engine.check(path))


@pytest.mark.parametrize("seed", PROJECTS)
def test_a_project_has_one_answer(
    seed: int, tmp_path_factory: pytest.TempPathFactory
) -> None:
    root = tmp_path_factory.mktemp("project").resolve()
    paths = write_project(root, seed)
    kept = Options(cache_dir=str(tmp_path_factory.mktemp("cache")), opinions=OPINIONS)
    forgetful = Options(cache=False, opinions=OPINIONS)
    expected = check(Engine(forgetful), paths)
    for options in (kept, kept, forgetful):
        Random(seed).shuffle(paths)
        engine = Engine(options)
        assert check(engine, paths) == expected
        engine.save()
    alone = [check(Engine(forgetful), [path]) for path in paths]
    assert sorted(found for each in alone for found in each) == expected
    assert check(Engine(forgetful), list(reversed(paths))) == expected


@pytest.mark.parametrize("seed", PROJECTS)
def test_a_warm_cache_follows_any_change(
    seed: int, tmp_path_factory: pytest.TempPathFactory
) -> None:
    root = tmp_path_factory.mktemp("project").resolve()
    paths = write_project(root, seed)
    kept = Options(cache_dir=str(tmp_path_factory.mktemp("cache")), opinions=OPINIONS)
    for number, path in enumerate(paths):
        text = generated(seed, number, "changed")
        Path(path).write_text(text, encoding="utf-8")
        engine = Engine(kept)
        assert check(engine, paths) == check(
            Engine(Options(cache=False, opinions=OPINIONS)), paths
        )
        engine.save()


def places(root: Path, *arguments: str) -> list[object]:
    """What the command reports as JSON."""
    command = (sys.executable, "-m", "flake8_celery_get", "check", "--output-format=json")
    done = subprocess.run(
        [*command, *arguments], cwd=root, capture_output=True, timeout=60, check=False
    )
    assert done.stderr == b""
    return list(json.loads(done.stdout)["findings"])


def test_the_number_of_processes_and_the_cache_change_nothing(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    root = tmp_path_factory.mktemp("project").resolve()
    paths = write_project(root, 1)
    expected = places(root, "-j1", "--no-cache")
    assert expected
    assert places(root, "-j8", "--no-cache") == expected
    assert places(root, "-j8") == expected
    assert places(root, "-j1") == expected
    alone = [found for path in paths for found in places(root, path)]
    assert sorted(map(str, alone)) == sorted(map(str, expected))


def test_the_same_seed_gives_the_same_module() -> None:
    assert Author(7).module() == Author(7).module()
    assert Author(7).module() != Author(8).module()
