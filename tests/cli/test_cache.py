"""The cache is written at the end of a run, by each front and in each process."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from flake8_celery_get.project.kept.cache_files import CACHE_FOLDER
from tests.cli.project import WAITS

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.cli.project import Project


@pytest.mark.parametrize("jobs", ["-j1", "-j2"])
def test_each_front_writes_and_reads_the_cache(project: Project, jobs: str) -> None:
    for number in range(4):
        project.write(f"tasks_{number}.py", WAITS)
    cold = project.flake8_places("--celery-guard-cache-dir=cache_a", jobs)
    assert len(cold) == 4
    assert any((project.folder / "cache_a").iterdir())
    assert project.flake8_places("--celery-guard-cache-dir=cache_a", jobs) == cold
    assert project.guard_places("--cache-dir=cache_b", jobs) == cold
    assert any((project.folder / "cache_b").iterdir())
    assert project.guard_places("--cache-dir=cache_b", jobs) == cold


@pytest.mark.parametrize("jobs", ["-j1", "-j2"])
def test_nothing_is_written_without_it(project: Project, jobs: str) -> None:
    for number in range(4):
        project.write(f"tasks_{number}.py", WAITS)
    before = sorted(project.folder.rglob("*"))
    assert len(project.flake8_places("--no-celery-guard-cache", jobs)) == 4
    assert len(project.guard_places("--no-cache", jobs)) == 4
    assert sorted(project.folder.rglob("*")) == before


def test_a_cache_folder_that_can_not_be_made_changes_nothing(project: Project) -> None:
    project.write("tasks.py", WAITS)
    project.write("file", "")
    run = project.guard("check", "--cache-dir=file/cache")
    assert (run.code, run.err) == (1, "")


def test_a_warm_run_imports_no_rule(project: Project) -> None:
    project.write("tasks.py", WAITS)
    check = "from flake8_celery_get.cli.main import main; import sys; main(['check'])"
    told = "print([name for name in sys.modules if '.rules.' in name])"
    project.guard("check")
    run = project.python("-c", f"{check}; {told}")
    assert run.out.splitlines()[-1] == "[]"


def linked_folder(project: Project) -> str:
    (project.folder / "elsewhere").mkdir()
    (project.folder / CACHE_FOLDER).symlink_to("elsewhere")
    return f"{project.folder / CACHE_FOLDER} is a link"


def linked_lock(project: Project) -> str:
    (project.folder / CACHE_FOLDER).mkdir()
    (project.folder / CACHE_FOLDER / "lock").symlink_to("../precious")
    return f"lock in {project.folder / CACHE_FOLDER} is not a regular file"


def pipe_as_index(project: Project) -> str:
    assert project.guard("check").err == ""
    (index,) = (project.folder / CACHE_FOLDER).glob("index-*.json")
    index.unlink()
    os.mkfifo(index)
    return f"{index.name} in {index.parent} is not a regular file"


@pytest.mark.skipif(os.name == "nt", reason="has neither links nor pipes")
@pytest.mark.parametrize("make", [linked_folder, linked_lock, pipe_as_index])
def test_a_cache_that_is_not_ours_is_told_once(
    project: Project, make: Callable[[Project], str]
) -> None:
    for number in range(4):
        project.write(f"tasks_{number}.py", WAITS)
    project.write("pyproject.toml", "")
    precious = project.write("precious", "mine")
    line = f"celery-guard: no cache: {make(project)}\n"
    for arguments in (("-j1",), ("-j2",), ("--fix",), ("--output-format=json",)):
        run = project.guard("check", *arguments)
        assert (run.code, run.err) == (1, line)
        assert run.out.count("CEL101") >= 4
    assert project.guard("map").err == line
    assert project.guard("check", "--no-cache").err == ""
    for jobs in ("-j1", "-j2"):
        assert project.flake8("--select=CEL", jobs).err == line
    assert project.flake8("--select=CEL", "tasks_1.py").err == line
    assert project.flake8("--no-celery-guard-cache").err == ""
    assert precious.read_text() == "mine"
