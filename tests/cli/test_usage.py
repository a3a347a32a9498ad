"""Wrong command lines get one line, and help texts say what there is."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from flake8_celery_get import __version__
from flake8_celery_get.options import OPTION_FIELDS
from tests.cli.project import WAITS

if TYPE_CHECKING:
    from tests.cli.project import Project

TRY = "(try celery-guard check --help)"

WRONG = {
    ("--select=CEL0",): "--select: no rule has the code or name 'CEL0'",
    ("--ignore=nonsense",): "--ignore: no rule has the code or name 'nonsense'",
    ("--extend-select=E5",): "--extend-select: no rule has the code or name 'E5'",
    ("--roots=gone",): "--roots: 'gone' is not a folder",
    ("--task-decorators=@job",): "--task-decorators: '@job' is not a dotted name",
    ("--view-decorators=web.",): "--view-decorators: 'web.' is not a dotted name",
    ("--view-bases=a b",): "--view-bases: 'a b' is not a dotted name",
    ("--cache-dir=tasks.py",): "--cache-dir: 'tasks.py' is not a folder",
}


@pytest.mark.parametrize(("arguments", "reason"), WRONG.items())
def test_wrong_values_get_one_line(
    project: Project, arguments: tuple[str, ...], reason: str
) -> None:
    project.write("tasks.py", WAITS)
    run = project.guard("check", *arguments)
    assert (run.code, run.out, run.err) == (2, "", f"celery-guard: {reason}\n")


@pytest.mark.parametrize("jobs", ["0", "-1", "many", "1.5", "²"])
def test_jobs_are_counted_from_one(project: Project, jobs: str) -> None:
    run = project.guard("check", f"-j{jobs}")
    reason = f"-j/--jobs: {jobs!r} is neither a number above 0 nor auto"
    assert (run.code, run.err) == (2, f"celery-guard check: {reason} {TRY}\n")


@pytest.mark.parametrize("arguments", [("chek",), ("check", "--nope"), ("explain",)])
def test_unknown_words_get_one_line(project: Project, arguments: tuple[str, ...]) -> None:
    run = project.guard(*arguments)
    assert (run.code, run.out, len(run.err.splitlines())) == (2, "", 1)
    assert "--help" in run.err


MISTYPED = {
    (): "celery-guard: a command is required: check, map, rules, explain, server",
    ("chek",): "celery-guard: there is no command 'chek'; did you mean check?",
    ("tasks.py",): "celery-guard: there is no command 'tasks.py'; "
    "to check files, write `celery-guard check tasks.py`",
    ("check", "--outpt-file=x"): "celery-guard check: "
    "unknown option --outpt-file; did you mean --output-file?",
    ("check", "--stati"): "celery-guard check: "
    "unknown option --stati; did you mean --statistics?",
    ("check", "--zzz"): "celery-guard check: unknown option --zzz",
    ("map", "a", "b"): "celery-guard map: unexpected argument 'b'",
    ("map", "--format=tre"): "celery-guard map: "
    "--format/--output-format: 'tre' is not a valid choice; did you mean tree?",
    ("rules", "--output-format=x"): "celery-guard rules: "
    "--output-format: 'x' is not a valid choice; choose from text, json, markdown",
    ("check", "-q", "-v"): "celery-guard check: -v/--verbose: not allowed with -q/--quiet",
}


@pytest.mark.parametrize(("arguments", "reason"), MISTYPED.items())
def test_near_misses_get_a_hint_and_the_help_of_their_command(
    project: Project, arguments: tuple[str, ...], reason: str
) -> None:
    project.write("tasks.py", WAITS)
    run = project.guard(*arguments)
    program = reason.partition(":")[0]
    assert (run.code, run.out) == (2, "")
    assert run.err == f"{reason} (try {program} --help)\n"


def test_help_names_every_flag(project: Project) -> None:
    text = project.guard("check", "--help").out
    flags = [f"--{option.name.replace('_', '-')}" for option in OPTION_FIELDS]
    flags += ["--select", "--ignore", "--extend-select", "--disable-noqa", "--exclude"]
    flags += ["--jobs", "--output-format", "--no-cache"]
    flags += ["--output-file", "--statistics", "--exit-zero"]
    flags += ["--write-baseline", "--add-noqa", "--report-unused-noqa"]
    assert [flag for flag in flags if flag not in text] == []
    assert "0 no findings, 1 findings, 2 an error occurred" in text


def test_help_names_every_command(project: Project) -> None:
    text = project.guard("--help").out
    assert [word for word in ("check", "rules", "explain") if word not in text] == []


def test_tells_its_version(project: Project) -> None:
    assert project.guard("--version").out == f"celery-guard {__version__}\n"


@pytest.mark.parametrize("flag", ["-j", "--select=", "--output-format=", "--output-file="])
def test_two_dashes_are_no_value(project: Project, flag: str) -> None:
    run = project.guard("check", f"{flag}--", "gone.py")
    assert (run.code, run.out) == (2, "")
    assert len(run.err.splitlines()) == 1
    assert "internal error" not in run.err
