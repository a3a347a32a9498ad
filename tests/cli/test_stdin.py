"""``check -``: what editors and other programs hand over through standard input."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.cli.project import HELPER, SCRIPT, WAITS

if TYPE_CHECKING:
    from tests.cli.project import Project, Run

WRONG = """\
from celery.result import AsyncResult


def is_paid(task_id):
    result = AsyncResult(task_id)
    return result.state == "success"
"""
RIGHT = WRONG.replace("success", "SUCCESS")
VIA_HELPER = """\
from celery import shared_task
from helper import fetch


@shared_task
def total(x):
    return fetch(total.delay(x))
"""


def guard(project: Project, text: str | bytes, *arguments: str) -> Run:
    """Run ``check`` with a text as standard input."""
    octets = text.encode() if isinstance(text, str) else text
    return project.python("-m", "flake8_celery_get", "check", *arguments, stdin=octets)


def test_is_checked_as_the_file_that_it_stands_for(project: Project) -> None:
    project.write("pyproject.toml", "")
    project.write("helper.py", HELPER)
    project.write("script.py", SCRIPT)
    run = guard(project, VIA_HELPER, "-", "--stdin-filename=tasks.py")
    head, line, *_ = run.out.splitlines()
    assert run.code == 1
    assert head.startswith("tasks.py:7:12: CEL101 ")
    assert "helper.py:5" in head
    assert line == "  7 |     return fetch(total.delay(x))"


def test_counts_instead_of_what_is_on_disk(project: Project) -> None:
    path = project.write("tasks.py", WAITS)
    run = guard(project, "x = 1\n", "--stdin-filename=tasks.py")
    assert (run.code, run.out) == (0, "no findings (1 file checked)\n")
    assert path.read_text() == WAITS


def test_needs_no_name(project: Project) -> None:
    run = guard(project, WAITS, "-", "--output-format=concise")
    assert run.out.startswith("-:11:12: CEL101 ")


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("--per-file-ignores=app/*:CEL101",), 0),
        (("--per-file-ignores=lib/*:CEL101",), 1),
        (("--ignore=CEL1",), 0),
        (("--exit-zero",), 0),
    ],
)
def test_the_choice_of_rules_is_for_the_name(
    project: Project, arguments: tuple[str, ...], code: int
) -> None:
    run = guard(project, WAITS, "--stdin-filename=app/tasks.py", *arguments)
    assert run.code == code


@pytest.mark.parametrize(
    "text", [WAITS.replace(".get()", ".get()  # noqa"), WAITS + "\n# flake8: noqa\n"]
)
def test_comments_in_it_suppress_findings(project: Project, text: str) -> None:
    project.write("tasks.py", WAITS)
    assert guard(project, text, "--stdin-filename=tasks.py").code == 0


def test_a_baseline_counts_for_it(project: Project) -> None:
    project.write("tasks.py", WAITS)
    project.guard("check", "--write-baseline")
    assert guard(project, "\n" + WAITS, "--stdin-filename=tasks.py").code == 0


@pytest.mark.parametrize(
    "octets",
    [
        WRONG.encode(),
        WRONG.replace("\n", "\r\n").encode(),
        b"\xef\xbb\xbf" + WRONG.encode(),
        ("# coding: latin-1\n# caf\xe9\n" + WRONG).encode("latin-1"),
        WRONG.rstrip().encode(),
    ],
    ids=["plain", "crlf", "bom", "latin", "no newline"],
)
def test_fixed_code_goes_to_stdout_byte_by_byte(project: Project, octets: bytes) -> None:
    script = "import subprocess, sys; done = subprocess.run([sys.executable, '-m', "
    script += "'flake8_celery_get', 'check', '--fix', '-'], stdout=subprocess.PIPE); "
    script += "print(done.returncode, done.stdout)"
    run = project.python("-c", script, stdin=octets)
    assert run.out == f"0 {octets.replace(b'success', b'SUCCESS')!r}\n"
    assert run.err == "1 fixed, no findings remaining (1 file checked)\n"


def test_the_file_on_disk_is_not_fixed(project: Project) -> None:
    path = project.write("orders.py", WRONG)
    run = guard(project, "\n" + WRONG, "-", "--stdin-filename=orders.py", "--fix")
    assert (run.code, run.out, path.read_text()) == (0, "\n" + RIGHT, WRONG)


def test_what_remains_is_told_on_stderr(project: Project) -> None:
    text = f"{WRONG}\n\n{WAITS}"
    run = guard(project, text, "-", "--fix", "--output-format=concise")
    assert run.out == text.replace("success", "SUCCESS")
    assert (run.code, run.err.split()[1]) == (1, "CEL101")


@pytest.mark.parametrize("text", [b"def f(:\n", b"x = '\xff'\n", b"# coding: klingon\n"])
def test_what_cant_be_parsed_comes_back_as_it_is(project: Project, text: bytes) -> None:
    script = "import subprocess, sys; done = subprocess.run([sys.executable, '-m', "
    script += "'flake8_celery_get', 'check', '--fix', '-', '--quiet'], "
    script += "stdout=subprocess.PIPE); print(done.returncode, done.stdout)"
    run = project.python("-c", script, stdin=text)
    assert run.out == f"2 {text!r}\n"
    assert run.err.startswith("celery-guard: -: ")
    assert len(run.err.splitlines()) == 1


def test_a_diff_is_for_the_name(project: Project) -> None:
    run = guard(project, WRONG, "--stdin-filename=app/orders.py", "--diff")
    assert run.code == 1
    assert run.out.startswith("--- app/orders.py\n+++ app/orders.py\n")
    assert '\n+    return result.state == "SUCCESS"\n' in run.out


def test_the_report_can_go_to_a_file_beside_the_fixed_code(project: Project) -> None:
    run = guard(project, WRONG + WAITS, "-", "--fix", "--output-file=report.txt")
    assert (run.out, run.err) == (RIGHT + WAITS, "")
    assert "CEL101" in (project.folder / "report.txt").read_text()


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (("-", "tasks.py"), "standard input can't be checked together with tasks.py"),
        (("-", "--add-noqa"), "--add-noqa needs files, and can't take standard input"),
        (
            ("--stdin-filename=a.py", "--write-baseline"),
            "--write-baseline needs files, and can't take standard input",
        ),
        (("-", "--watch"), "--watch and standard input can't be combined"),
    ],
)
def test_what_makes_no_sense_is_one_line(
    project: Project, arguments: tuple[str, ...], reason: str
) -> None:
    project.write("tasks.py", WAITS)
    run = guard(project, "", *arguments)
    assert (run.code, run.out, run.err) == (2, "", f"celery-guard: {reason}\n")


def test_nothing_is_written_to_the_cache(project: Project) -> None:
    project.write("pyproject.toml", "")
    guard(project, WAITS, "--stdin-filename=tasks.py")
    assert list((project.folder / ".celery_guard_cache").glob("facts-*")) == []
