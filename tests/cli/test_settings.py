"""Where settings come from, and ``--show-settings`` and ``--show-files``, which tell."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import pytest

from flake8_celery_get.catalog import names
from tests.cli.project import FINE, WAITS

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

if TYPE_CHECKING:
    from tests.cli.project import Project

SCRIPT = "from tasks import add\n\nprint(add.delay(1, 2).get())\n"
TASKS = "tasks.py:11:12 CEL101"
LIMITLESS = "script.py:3:7 CEL104"


@pytest.fixture
def plain(project: Project) -> Project:
    """A project with a finding in a task and one in a script."""
    project.write("tasks.py", WAITS)
    project.write("script.py", SCRIPT)
    return project


def configure(project: Project, table: str, name: str = "pyproject.toml") -> None:
    """Write a table of ours."""
    project.write(name, f"[tool.celery-guard]\n{table}\n")


def test_another_file_can_be_named(plain: Project) -> None:
    configure(plain, 'select = ["CEL104"]')
    configure(plain, 'select = ["CEL101"]\nbaseline = "known.json"', "etc/guard.toml")
    plain.write("etc/known.json", '{"version": 1, "findings": {}}')
    assert plain.guard_places() == [LIMITLESS]
    assert plain.guard_places("--config=etc/guard.toml") == [TASKS]


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (None, "No such file or directory"),
        ("", "there is not a table [tool.celery-guard]"),
        ("[tool.ruff]\n", "there is not a table [tool.celery-guard]"),
        ("[tool.celery-guard]\nselct = 1\n", "selct: there is no such option; did you"),
    ],
)
def test_a_named_file_has_to_say_something(
    plain: Project, content: str | None, reason: str
) -> None:
    if content is not None:
        plain.write("guard.toml", content)
    run = plain.guard("check", "--config=guard.toml")
    path = plain.folder / "guard.toml"
    assert (run.code, run.out) == (2, "")
    assert run.err.startswith(f"celery-guard: --config: {path}: {reason}")


def test_a_wrong_value_names_the_named_file(plain: Project) -> None:
    configure(plain, 'roots = ["gone"]', "etc/guard.toml")
    run = plain.guard("check", "--config=etc/guard.toml")
    reason = f"'{plain.folder}/etc/gone' is not a folder"
    assert run.err == f"celery-guard: etc/guard.toml: roots: {reason}\n"


def test_isolated_is_as_if_nothing_were_there(plain: Project) -> None:
    configure(plain, 'select = ["CEL104"]\nexclude = ["script.py"]')
    plain.guard("check", "--select=CEL1", "--write-baseline")
    assert plain.guard_places() == []
    assert plain.guard_places("--isolated") == [LIMITLESS, TASKS]
    run = plain.guard("check", "--isolated", "--config=pyproject.toml")
    assert (run.code, run.out) == (2, "")


@pytest.mark.parametrize("name", ["celery_guard", "celeryguard", "Celery-Guard"])
def test_a_table_with_nearly_our_name_is_told_in_both_tools(
    plain: Project, name: str
) -> None:
    plain.write("pyproject.toml", f'[tool.{name}]\nignore = ["CEL1"]\n')
    path = plain.folder / "pyproject.toml"
    reason = f"{path}: [tool.{name}] is not read; write [tool.celery-guard]"
    run = plain.guard("check")
    assert (run.code, run.out, run.err) == (2, "", f"celery-guard: {reason}\n")
    assert plain.flake8().out.splitlines()[1] == reason


def test_a_project_that_only_depends_on_us_is_fine(plain: Project) -> None:
    plain.write("pyproject.toml", '[project]\ndependencies = ["celery-guard"]\n')
    assert plain.guard("check").code == 1


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (("--select=blocking-read-in-task",), [TASKS]),
        (("--select=CEL102", "--select=CEL104"), [LIMITLESS]),
        (("--ignore=read-without-timeout,CEL2",), [TASKS]),
        (("--select=ALL", "--ignore=CEL1,CEL9"), []),
        (("--ignore=ALL",), []),
        (("--ignore=ALL", "--extend-select=CEL104"), [LIMITLESS]),
        (("--per-file-ignores=script.py:CEL104",), [TASKS]),
        (("--per-file-ignores=*.py:CEL104,read-without-timeout",), [TASKS]),
        (("--per-file-ignores=script.py:CEL1 tasks.py:CEL101",), []),
        (("--per-file-ignores=script.py:ALL", "--per-file-ignores=x:CEL1"), [TASKS]),
    ],
)
def test_rules_are_chosen_by_code_prefix_and_name(
    plain: Project, arguments: tuple[str, ...], expected: list[str]
) -> None:
    assert plain.guard_places(*arguments) == expected


@pytest.mark.parametrize(
    ("table", "expected"),
    [
        ('select = ["blocking-read-in-task"]', [TASKS]),
        ('ignore = ["blocking-read-in-task"]', [LIMITLESS]),
        ('per-file-ignores = {"script.py" = ["read-without-timeout"]}', [TASKS]),
        ('per-file-ignores = {"script.py" = ["ALL"]}', [TASKS]),
    ],
)
def test_both_tools_take_names(plain: Project, table: str, expected: list[str]) -> None:
    configure(plain, table)
    assert plain.guard_places() == expected
    flake8 = plain.flake8("--extend-ignore=E,F,W").out
    lines = [line.removeprefix("./").split(maxsplit=2) for line in flake8.splitlines()]
    assert sorted(f"{place[:-1]} {code}" for place, code, _ in lines) == expected


def test_all_means_opinions_too(plain: Project) -> None:
    found = {place.split()[1] for place in plain.guard_places("--select=ALL")}
    assert found == {"CEL101", "CEL104", "CEL901", "CEL902"}
    configure(plain, 'select = ["ALL"]\nignore = ["CEL902"]')
    found = {place.split()[1] for place in plain.guard_places()}
    assert found == {"CEL101", "CEL104", "CEL901"}
    assert {
        line.split()[1]
        for line in plain.flake8("-qq", "--select=CEL,CEL9").out.splitlines()
    } == set()


def test_the_names_of_the_files_are_those_of_the_rules() -> None:
    from flake8_celery_get.catalog import all_rules

    assert names() == {rule.code: rule.name for rule in all_rules()}


@pytest.mark.parametrize(
    ("flag", "reason"),
    [
        (
            "--per-file-ignores=CEL101",
            "--per-file-ignores: 'CEL101' has no pattern; write `pattern:CODE`",
        ),
        (
            "--per-file-ignores=a.py:CEL0",
            "--per-file-ignores: no rule has the code or name 'CEL0'",
        ),
        (
            "--select=blocking-red-in-task",
            "--select: no rule has the code or name 'blocking-red-in-task'; "
            "did you mean blocking-read-in-task?",
        ),
        (
            "--ignore=cel101",
            "--ignore: no rule has the code or name 'cel101'; did you mean CEL101?",
        ),
    ],
)
def test_rules_that_there_are_not_are_told(plain: Project, flag: str, reason: str) -> None:
    run = plain.guard("check", flag)
    assert (run.code, run.out) == (2, "")
    assert run.err.startswith(f"celery-guard: {reason}")


def test_exclusions_add_up(plain: Project) -> None:
    plain.write("lib/tasks.py", WAITS)
    configure(plain, 'exclude = ["lib"]\nextend-exclude = ["script.py"]')
    assert plain.guard_places() == [TASKS]
    assert plain.guard_places("--extend-exclude=tasks.py") == []
    assert plain.guard_places("--exclude=tasks.py") == []
    assert plain.guard_places("--isolated", "--exclude=lib", "--exclude=script.py") == [
        TASKS
    ]


def test_the_table_has_the_commands_own_keys(plain: Project) -> None:
    configure(plain, 'output-format = "concise"\njobs = 2\nunsafe-fixes = true\nfix = true')
    run = plain.guard("check")
    assert [line.split()[1] for line in run.out.splitlines()] == ["CEL101"]
    assert ".get(timeout=60)" in (plain.folder / "script.py").read_text()
    assert plain.guard("check", "--output-format=text", "--no-fix").out.endswith(
        "1 finding in 1 file (2 files checked)\n"
    )
    assert plain.flake8("--select=CEL").code == 1


def test_fixes_of_the_table_give_way(plain: Project) -> None:
    configure(plain, "fix = true\nunsafe-fixes = true")
    assert plain.guard("check", "--no-fix").code == 1
    assert plain.guard("check", "--diff").out.startswith("--- script.py")
    assert plain.guard("check", "--write-baseline").code == 0
    assert (plain.folder / "script.py").read_text() == SCRIPT


@pytest.mark.parametrize(
    ("table", "reason"),
    [
        (
            'output-format = "xml"',
            "output-format: 'xml' is not a valid choice; choose from text",
        ),
        ("output-format = 1", "output-format: must be a string"),
        ("jobs = 0", 'jobs: must be a number above 0, or "auto"'),
        ("jobs = true", 'jobs: must be a number above 0, or "auto"'),
        ('jobs = "many"', 'jobs: must be a number above 0, or "auto"'),
        ('fix = "yes"', "fix: must be true or false"),
        ("unsafe_fixes = 1", "unsafe-fixes: must be true or false"),
    ],
)
def test_a_wrong_value_is_one_line(plain: Project, table: str, reason: str) -> None:
    configure(plain, table)
    run = plain.guard("check")
    assert (run.code, run.out, len(run.err.splitlines())) == (2, "", 1)
    assert f"pyproject.toml: {reason}" in run.err


def test_shows_the_files(plain: Project) -> None:
    plain.write("lib/fine.py", FINE)
    plain.write("lib/notes.txt", FINE)
    run = plain.guard("check", "--show-files", "--exclude=script.py")
    assert (run.code, run.out, run.err) == (0, "lib/fine.py\ntasks.py\n", "")


def test_shows_the_settings_as_a_table_that_says_the_same(plain: Project) -> None:
    configure(
        plain,
        'select = ["ALL"]\nexclude = ["a\\"b"]\njobs = "auto"\nstates = ["PROGRESS"]\n'
        'per-file-ignores = {"x/*" = ["CEL1"]}',
    )
    flags = ("--ignore=CEL104", "--extend-exclude=c", "--no-cache", "--fix")
    run = plain.guard("check", "--show-settings", *flags)
    shown = tomllib.loads(run.out)["tool"]["celery-guard"]
    assert run.code == 0
    assert shown["select"] == ["CEL", "CEL8", "CEL9"]
    assert (shown["ignore"], shown["exclude"]) == (["CEL104"], ['a"b', "c"])
    assert (shown["jobs"], shown["fix"], shown["cache"]) == ("auto", True, False)
    assert shown["states"] == ["PROGRESS"]
    assert shown["per-file-ignores"] == {"x/*": ["CEL1"]}
    rows = [line for line in run.out.splitlines() if " = " in line]
    origins = {row.partition(" = ")[0]: row for row in rows}
    assert origins["select"].endswith("# pyproject.toml")
    assert origins["cache"].endswith("# command line")
    assert origins["roots"].endswith("# default")
    plain.write("other.toml", run.out)
    again = plain.guard("check", "--show-settings", "--config=other.toml")
    assert tomllib.loads(again.out)["tool"]["celery-guard"] == shown


def test_shows_where_a_baseline_was_found(plain: Project) -> None:
    plain.guard("check", "--write-baseline")
    out = plain.guard("check", "--show-settings").out
    (row,) = [line for line in out.splitlines() if line.startswith("baseline")]
    path = plain.folder / "celery-guard-baseline.json"
    assert row.split("  ")[0] == f'baseline = "{path}"'
    assert row.endswith("# found")
