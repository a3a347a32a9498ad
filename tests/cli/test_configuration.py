"""``[tool.celery-guard]`` in pyproject.toml, read by both fronts alike."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.cli.project import WAITS

if TYPE_CHECKING:
    from tests.cli.project import Project

SCRIPT = """\
from tasks import add

print(add.delay(1, 2).get())
"""
TASKS = "tasks.py:11:12 CEL101"
LIMITLESS = "script.py:3:7 CEL104"


@pytest.fixture
def plain(project: Project) -> Project:
    """A project with a finding in a task and one in a script."""
    project.write("tasks.py", WAITS)
    project.write("script.py", SCRIPT)
    return project


def configure(project: Project, table: str) -> None:
    """Write the table's content."""
    project.write("pyproject.toml", f"[tool.celery-guard]\n{table}\n")


@pytest.mark.parametrize(
    ("table", "expected"),
    [
        ("", [LIMITLESS, TASKS]),
        ('select = ["CEL101"]', [TASKS]),
        ('select = "CEL101"', [TASKS]),
        ('ignore = ["CEL1"]\nextend-select = ["CEL104"]', [LIMITLESS]),
        ('ignore = ["CEL104"]', [TASKS]),
        ('per-file-ignores = {"script.py" = ["CEL"]}', [TASKS]),
        ('[tool.celery-guard.per-file-ignores]\n"*.py" = "CEL101"', [LIMITLESS]),
        ('test-files = ["script.py"]', [TASKS]),
    ],
)
def test_both_fronts_follow_the_table(
    plain: Project, table: str, expected: list[str]
) -> None:
    configure(plain, table)
    assert plain.guard_places() == expected
    flake8 = plain.flake8("--extend-ignore=E,F,W").out
    lines = [line.removeprefix("./").split(maxsplit=2) for line in flake8.splitlines()]
    assert sorted(f"{place[:-1]} {code}" for place, code, _ in lines) == expected


def test_the_command_line_wins(plain: Project) -> None:
    configure(plain, 'select = ["CEL104"]\nexclude = ["script.py"]')
    assert plain.guard_places("--select=CEL101") == [TASKS]
    assert plain.guard_places("--exclude=tasks.py") == [LIMITLESS]


def test_flake8s_own_options_win(plain: Project) -> None:
    configure(plain, 'select = ["CEL104"]\ncache = true')
    plain.flake8("--no-celery-guard-cache")
    assert not (plain.folder / ".celery_guard_cache").exists()
    assert plain.flake8_places() == [LIMITLESS, TASKS]


def test_files_can_be_left_out(plain: Project) -> None:
    configure(plain, 'exclude = ["tasks.py"]')
    assert plain.guard_places() == [LIMITLESS]


def test_the_nearest_table_counts_from_its_own_folder(plain: Project) -> None:
    configure(plain, 'baseline = "known.json"\ncache-dir = "kept"')
    plain.guard("check", "--write-baseline")
    assert (plain.folder / "known.json").exists()
    (plain.folder / "below").mkdir()
    below = type(plain)(plain.folder / "below")
    assert below.guard_places("..") == []
    assert (plain.folder / "kept").is_dir()
    assert not (plain.folder / "below/kept").exists()


@pytest.mark.parametrize(
    ("table", "reason"),
    [
        ("selct = []", "selct: there is no such option; did you mean select?"),
        ("select = 1", "select: must be a list of strings"),
        ("select = [1]", "select: must be a list of strings"),
        ('cache = "no"', "cache: must be true or false"),
        ("cache-dir = []", "cache-dir: must be a string"),
        (
            "per-file-ignores = []",
            "per-file-ignores: must be a table of patterns and codes",
        ),
        (
            'per-file-ignores = {"a.py" = 1}',
            'per-file-ignores."a.py": must be a list of strings',
        ),
        ("select = ]", "Invalid value (at line 2, column 10)"),
    ],
)
def test_a_mistake_is_one_line_in_both_fronts(
    plain: Project, table: str, reason: str
) -> None:
    configure(plain, table)
    path = plain.folder / "pyproject.toml"
    run = plain.guard("check")
    assert (run.code, run.out) == (2, "")
    assert run.err.startswith(f"celery-guard: {path}: {reason}")
    assert len(run.err.splitlines()) == 1
    flake8 = plain.flake8()
    assert flake8.code == 1
    assert flake8.out.splitlines()[1].startswith(f"{path}: {reason}")


def test_an_option_that_is_nothing_like_ours_lists_those_there_are(plain: Project) -> None:
    configure(plain, "zzz = 1")
    assert "known are baseline, cache, cache-dir, exclude" in plain.guard("check").err


@pytest.mark.parametrize(
    ("table", "reason"),
    [
        ('select = ["CEL9999"]', "select: no rule has the code or name 'CEL9999'"),
        ('task-decorators = ["@x"]', "task-decorators: '@x' is not a dotted name"),
    ],
)
def test_a_value_that_cant_be_is_one_line(plain: Project, table: str, reason: str) -> None:
    configure(plain, table)
    run = plain.guard("check")
    expected = f"celery-guard: pyproject.toml: {reason}\n"
    assert (run.code, run.out, run.err) == (2, "", expected)


def test_a_file_without_our_table_may_be_anything(plain: Project) -> None:
    plain.write("pyproject.toml", "no toml at all {{{")
    assert plain.guard_places() == [LIMITLESS, TASKS]


@pytest.mark.parametrize("opened", ["[", "{a="])
def test_a_table_that_is_nested_too_deeply_is_one_line(plain: Project, opened: str) -> None:
    configure(plain, f"select = {opened * 20_000}")
    run = plain.guard("check")
    assert (run.code, run.out, len(run.err.splitlines())) == (2, "", 1)
    assert run.err.startswith(f"celery-guard: {plain.folder / 'pyproject.toml'}: ")
    assert "Traceback" not in plain.flake8().err
