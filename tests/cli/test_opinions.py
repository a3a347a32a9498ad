"""Rules that are off by default, on the command line."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.opinions import CHOICES, NAMELESS, ON, TABLES, TASKS

if TYPE_CHECKING:
    from tests.cli.project import Project


@pytest.mark.parametrize(("flags", "expected"), CHOICES)
def test_the_command_line_chooses(
    project: Project, flags: str, expected: list[str]
) -> None:
    project.write("tasks.py", TASKS)
    assert project.guard_places(*flags.split()) == sorted(expected)


@pytest.mark.parametrize(("table", "expected"), TABLES)
def test_the_table_chooses(project: Project, table: str, expected: list[str]) -> None:
    project.write("tasks.py", TASKS)
    project.write("pyproject.toml", f"[tool.celery-guard]\n{table}\n")
    assert project.guard_places() == sorted(expected)


def test_the_cache_keeps_both_answers(project: Project) -> None:
    project.write("tasks.py", TASKS)
    for _ in range(2):
        assert project.guard_places() == [ON]
        assert project.guard_places("--extend-select=CEL901") == sorted([ON, NAMELESS])


def test_noqa_and_other_processes_know_them(project: Project) -> None:
    project.write("tasks.py", TASKS.replace("(x):", "(x):  # noqa: CEL901"))
    assert project.guard_places("--select=CEL9", "-j2") == ["tasks.py:6:12 CEL902"]
