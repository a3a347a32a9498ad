"""Pipes, devices and sockets in the place of any file: nothing hangs, one line tells."""

from __future__ import annotations

import os
import socket
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from flake8_celery_get.cli.main import main
from tests.cli.project import WAITS

if TYPE_CHECKING:
    from tests.cli.project import Project

pytestmark = [
    pytest.mark.skipif(os.name == "nt", reason="has neither pipes nor devices"),
    pytest.mark.timeout(60),
]


def pipe(path: Path) -> None:
    os.mkfifo(path)


def link_to_a_pipe(path: Path) -> None:
    os.mkfifo(path.with_name("a pipe"))
    path.symlink_to("a pipe")


def endless(path: Path) -> None:
    path.symlink_to("/dev/zero")


def listener(path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as made:
        here = Path.cwd()
        os.chdir(path.parent)  # such paths must be short
        made.bind(path.name)
        os.chdir(here)


ODD = pytest.mark.parametrize("make", [pipe, link_to_a_pipe, endless, listener])
REFUSED = "is not a regular file"


@ODD
@pytest.mark.parametrize("jobs", ["-j1", "-j2"])
def test_a_named_file_is_an_error(
    project: Project, make: Callable[[Path], None], jobs: str
) -> None:
    project.write("tasks.py", WAITS)
    make(project.folder / "odd.py")
    for arguments in ((), ("--fix",), ("--add-noqa",), ("--write-baseline",)):
        run = project.guard("check", jobs, "odd.py", "tasks.py", *arguments)
        assert (run.code, run.err) == (2, f"celery-guard: odd.py: {REFUSED}\n")


@ODD
def test_a_file_in_a_folder_is_no_source(
    project: Project, make: Callable[[Path], None]
) -> None:
    project.write("tasks.py", WAITS)
    make(project.folder / "odd.py")
    for arguments in (("check",), ("map",)):
        assert project.guard(*arguments).err == ""
    assert project.guard_places() == ["tasks.py:11:12 CEL101"]
    assert project.flake8_places("tasks.py") == ["tasks.py:11:12 CEL101"]


BESIDE = (
    "pyproject.toml", "celery-guard-baseline.json", ".env", "docker-compose.yml",
    "settings.ini", "setup.py", "__init__.py", "pyvenv.cfg",
)  # fmt: skip


@ODD
def test_files_that_are_only_looked_for_are_passed_over(
    project: Project, make: Callable[[Path], None]
) -> None:
    project.write("tasks.py", f"from celery import Celery\napp = Celery('p')\n{WAITS}")
    for number, name in enumerate(BESIDE):
        (project.folder / str(number)).mkdir()
        make(project.folder / str(number) / name)
        os.rename(project.folder / str(number) / name, project.folder / name)
    run = project.guard("check", "--output-format=concise", "tasks.py")
    assert (run.code, run.err) == (1, "")
    assert "CEL201" in run.out
    assert "CEL201" in project.flake8("--select=CEL", "tasks.py").out


@ODD
@pytest.mark.parametrize(
    ("option", "reason"),
    [
        ("--baseline=odd", f"--baseline: odd: {REFUSED}"),
        ("--cache-dir=odd", "--cache-dir: 'odd' is not a folder"),
        ("--roots=odd", "--roots: 'odd' is not a folder"),
    ],
)
def test_a_file_that_an_option_names_is_an_error(
    project: Project, make: Callable[[Path], None], option: str, reason: str
) -> None:
    project.write("tasks.py", WAITS)
    make(project.folder / "odd")
    run = project.guard("check", option)
    assert (run.code, run.out, run.err) == (2, "", f"celery-guard: {reason}\n")
    flake8 = project.flake8(option.replace("--", "--celery-guard-"), "tasks.py")
    assert flake8.code == 1
    assert reason.rpartition(": ")[2] in flake8.out + flake8.err


@pytest.mark.parametrize(
    ("command", "told"),
    [
        (("check", "--output-file=odd"), "cannot write odd"),
        (("map", "--output=odd"), "odd"),
    ],
)
def test_a_pipe_that_nobody_reads_is_not_written_to(
    project: Project, command: tuple[str, ...], told: str
) -> None:
    project.write("tasks.py", WAITS)
    pipe(project.folder / "odd")
    run = project.guard(*command)
    assert (run.code, run.out) == (2, "")
    assert run.err.endswith(f"{told}: nobody reads this pipe\n")
    assert (project.folder / "odd").is_fifo()


def test_a_report_can_go_to_a_device(project: Project) -> None:
    project.write("tasks.py", WAITS)
    # A process of its own writes into a pipe, a fork into a file without a name.
    options = "--output-format=concise", "--output-file=/dev/stdout"
    run = project.guard("check", *options, PYTHONUNBUFFERED="1")
    assert (run.code, run.err) == (1, "")
    assert run.out.startswith("tasks.py:11:12: CEL101")
    assert project.guard("check", f"--output-file={os.devnull}").code == 1
    assert Path(os.devnull).is_char_device()


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="has no full disk")
@pytest.mark.parametrize("command", [("check", "--output-file"), ("map", "--output")])
def test_a_device_without_room_is_one_line(
    project: Project, command: tuple[str, str]
) -> None:
    project.write("tasks.py", WAITS)
    run = project.guard(*command, "/dev/full")
    assert (run.code, run.out, len(run.err.splitlines())) == (2, "", 1)
    assert run.err.endswith("/dev/full: No space left on device\n")


NULLS = {
    "cache-dir": '"\\u0000"',
    "baseline": '"a\\u0000b"',
    "roots": '["src", "\\u0000"]',
    "states": '["A\\u0000"]',
    "test-files": '["\\u0000*"]',
    "task-decorators": '["a\\u0000"]',
}


@pytest.mark.parametrize(("option", "value"), NULLS.items())
def test_a_null_character_in_an_option_is_an_error(
    project: Project, option: str, value: str
) -> None:
    project.write("tasks.py", WAITS)
    project.write("pyproject.toml", f"[tool.celery-guard]\n{option} = {value}\n")
    run = project.guard("check")
    assert (run.code, run.out, len(run.err.splitlines())) == (2, "", 1)
    assert run.err.startswith(f"celery-guard: pyproject.toml: {option}: ")
    assert run.err.endswith(" contains a null character\n")
    flake8 = project.flake8("tasks.py")
    assert (flake8.code, "Traceback" in flake8.err) == (1, False)
    assert f"pyproject.toml: {option}: " in flake8.out + flake8.err


HARMLESS = ("exclude", "select", "ignore", "extend-select")


@pytest.mark.parametrize("option", HARMLESS)
def test_a_null_character_in_a_list_of_codes_or_patterns_ends_in_one_line(
    project: Project, option: str
) -> None:
    project.write("tasks.py", WAITS)
    project.write("pyproject.toml", f'[tool.celery-guard]\n{option} = ["\\u0000"]\n')
    run = project.guard("check")
    assert run.code in (1, 2)
    assert len(run.err.splitlines()) <= 1
    assert "internal error" not in run.err


@pytest.mark.parametrize(
    "arguments",
    [
        ("check", "a\0.py"),
        ("check", "--output-file=\0"),
        ("map", "\0"),
        ("map", "--output=\0"),
        ("check", "--cache-dir=\0"),
        ("check", "--exclude=\0", "gone.py"),
        ("explain", "\0"),
    ],
)
def test_a_null_character_in_an_argument_is_one_line(
    project: Project,
    arguments: tuple[str, ...],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    project.write("tasks.py", WAITS)
    monkeypatch.chdir(project.folder)
    assert main(list(arguments)) == 2
    err = capsys.readouterr().err
    assert len(err.splitlines()) == 1
    assert "internal error" not in err
    assert "\0" not in err


def test_a_working_directory_that_is_gone_is_one_line(project: Project) -> None:
    leave = "import os, sys; os.mkdir('gone'); os.chdir('gone'); os.rmdir('../gone'); "
    for command in ("check", "map"):
        call = f"sys.argv[1:] = ['{command}']; sys.exit(main())"
        run = project.python(
            "-c", f"{leave}from flake8_celery_get.cli.main import main; {call}"
        )
        told = "celery-guard: the working directory: No such file or directory\n"
        assert (run.code, run.out, run.err) == (2, "", told)
