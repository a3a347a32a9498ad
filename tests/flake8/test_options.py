"""Options by flake8's own configuration."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from flake8_celery_get.options import OPTION_FIELDS
from tests.cli.project import WAITS, Project

if TYPE_CHECKING:
    from collections.abc import Sequence

FLAGS = [f"--celery-guard-{option.name.replace('_', '-')}" for option in OPTION_FIELDS]

WRONG = {
    "celery-guard-roots": ("gone", "is not a folder"),
    "celery-guard-task-decorators": ("@job", "is not a dotted name"),
    "celery-guard-view-decorators": ("web..page", "is not a dotted name"),
    "celery-guard-view-bases": ("class", "is not a dotted name"),
    "celery-guard-cache": ("perhaps", "is neither true nor false"),
    "celery-guard-cache-dir": ("tasks.py", "is not a folder"),
}


def test_help_names_every_option(project: Project) -> None:
    text = project.flake8("--help").out
    assert [flag for flag in FLAGS if flag not in text] == []


@pytest.mark.parametrize("option", WRONG)
def test_a_wrong_value_is_one_clear_line(project: Project, option: str) -> None:
    project.write("tasks.py", WAITS)
    value, reason = WRONG[option]
    project.write(".flake8", f"[flake8]\n{option} = {value}\n")
    run = project.flake8()
    assert run.code == 1
    head, line = run.out.splitlines()
    assert "critical error" in head
    assert line.startswith(f"{option}: '")
    assert line.endswith(f"{value}' {reason}")
    assert run.err == ""


def test_values_on_the_command_line_are_checked_too(project: Project) -> None:
    (project.folder / "src").mkdir()
    run = project.flake8("--celery-guard-roots=src,gone")
    assert run.code == 1
    assert run.out.splitlines()[1] == "celery-guard-roots: 'gone' is not a folder"


@pytest.mark.parametrize(
    ("configured", "arguments", "expected"),
    [
        ("", (), True),
        ("celery-guard-cache = false", (), False),
        ("celery_guard_cache = No", (), False),
        ("celery-guard-cache = on", (), True),
        ("celery-guard-cache = false", ("--celery-guard-cache",), True),
        ("", ("--no-celery-guard-cache",), False),
    ],
)
def test_the_cache_can_be_switched(
    project: Project, configured: str, arguments: Sequence[str], expected: bool
) -> None:
    project.write("setup.cfg", f"[flake8]\n{configured}\n")
    assert _options(project, *arguments)["cache"] is expected


def test_lists_are_separated_by_commas(project: Project) -> None:
    project.write(
        "setup.cfg",
        "[flake8]\n"
        "celery-guard-task-decorators = job, proj.tasks.task\n"
        "celery-guard-view-bases =\n    Page,\n    web.Endpoint,\n"
        "celery-guard-test-files = spec_*.py\n",
    )
    options = _options(project, "--celery-guard-view-decorators=page,web.page")
    assert options["task_decorators"] == ["job", "proj.tasks.task"]
    assert options["view_bases"] == ["Page", "web.Endpoint"]
    assert options["test_files"] == ["spec_*.py"]
    assert options["view_decorators"] == ["page", "web.page"]


def test_paths_start_at_the_configuration(project: Project) -> None:
    for name in ("src", "lib/python", "sub"):
        (project.folder / name).mkdir(parents=True)
    project.write(
        "setup.cfg",
        "[flake8]\n"
        "celery-guard-roots = src, lib/python, .\n"
        "celery-guard-cache-dir = .cache\n",
    )
    folder = str(project.folder)
    options = _options(Project(project.folder / "sub"))
    assert options["roots"] == [f"{folder}/src", f"{folder}/lib/python", folder]
    assert options["cache_dir"] == f"{folder}/.cache"


def test_paths_on_the_command_line_start_here(project: Project) -> None:
    (project.folder / "sub/src").mkdir(parents=True)
    project.write("setup.cfg", "[flake8]\n")
    options = _options(Project(project.folder / "sub"), "--celery-guard-roots=src")
    assert options["roots"] == [f"{project.folder}/sub/src"]


def test_options_reach_the_engine(project: Project) -> None:
    project.write("tasks.py", WAITS.replace("shared_task", "job").replace("celery", "proj"))
    flag = "--celery-guard-task-decorators=proj.job"
    assert project.flake8_places() == []
    assert project.flake8_places(flag) == ["tasks.py:11:12 CEL101"]
    assert project.flake8_places(flag, "-j2") == ["tasks.py:11:12 CEL101"]


def _options(project: Project, *arguments: str) -> dict[str, object]:
    """Return the options that the plugin gives to the engine."""
    code = (
        "import sys, json, dataclasses; from flake8.options.parse_args import parse_args;"
        "parse_args(sys.argv[1:]); from flake8_celery_get.plugin import Plugin;"
        "print(json.dumps(dataclasses.asdict(Plugin.options)))"
    )
    run = project.python("-c", code, *arguments)
    assert run.err == ""
    options: dict[str, object] = json.loads(run.out)
    return options
