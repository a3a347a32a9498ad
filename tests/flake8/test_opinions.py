"""Rules that are off by default, in flake8."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.opinions import CHOICES, NAMELESS, ON, OPINIONS, TABLES, TASKS

if TYPE_CHECKING:
    from tests.cli.project import Project


@pytest.mark.parametrize(("flags", "expected"), CHOICES)
def test_the_command_line_chooses(
    project: Project, flags: str, expected: list[str]
) -> None:
    project.write("tasks.py", TASKS)
    assert places(project, *flags.split()) == sorted(expected)


@pytest.mark.parametrize(
    ("configured", "expected"),
    [
        ("", [ON]),
        ("select = CEL", [ON]),
        ("select = E,F,CEL,CEL9", [*OPINIONS, ON]),
        ("extend-select = CEL901", [NAMELESS, ON]),
        ("extend-select = CEL9", [*OPINIONS, ON]),
        ("ignore = E501", [ON]),
        ("ignore = CEL1", []),
    ],
)
def test_the_configuration_chooses(
    project: Project, configured: str, expected: list[str]
) -> None:
    project.write("tasks.py", TASKS)
    project.write(".flake8", f"[flake8]\n{configured}\n")
    assert places(project) == sorted(expected)


@pytest.mark.parametrize(("table", "expected"), TABLES)
def test_the_table_chooses(project: Project, table: str, expected: list[str]) -> None:
    project.write("tasks.py", TASKS)
    project.write("pyproject.toml", f"[tool.celery-guard]\n{table}\n")
    assert places(project) == sorted(expected)


def test_other_processes_know_them(project: Project) -> None:
    for name in ("tasks.py", "more.py"):
        project.write(name, TASKS)
    found = places(project, "--select=CEL901", "-j2")
    assert found == ["more.py:5:5 CEL901", "tasks.py:5:5 CEL901"]


def places(project: Project, *arguments: str) -> list[str]:
    """Return ``path:line:column code`` of each finding, however it was selected."""
    lines = project.flake8(*arguments).out.splitlines()
    words = [line.removeprefix("./").split(maxsplit=2) for line in lines]
    return sorted(f"{place[:-1]} {code}" for place, code, _ in words)
