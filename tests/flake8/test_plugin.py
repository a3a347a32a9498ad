"""The linter inside flake8, end to end."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import pytest

from flake8_celery_get import __version__
from tests.cli.project import FINE, HELPER, WAITS
from tests.libcst_versions import needs_libcst_1_8

if TYPE_CHECKING:
    from tests.cli.project import Project

PLACE = "tasks.py:11:12 CEL101"
READ = "add.delay(x, 1).get()"

ENCODINGS = {
    "utf-8": b"",
    "utf-8-sig": b"",
    "latin-1": b"# -*- coding: latin-1 -*-\n",
    "cp1252": b"#!/usr/bin/env python\n# vim: set fileencoding=cp1252 :\n",
}


def test_flake8_names_the_plugin(project: Project) -> None:
    assert f"celery-guard: {__version__}" in " ".join(
        project.flake8("--version").out.split()
    )


def test_reports_without_being_asked_to(project: Project) -> None:
    project.write("tasks.py", WAITS)
    run = project.flake8()
    assert run.code == 1
    assert run.out.startswith("./tasks.py:11:12: CEL101 ")
    assert len(run.out.splitlines()) == 1


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("--select=CEL",), 1),
        (("--select=CEL1",), 1),
        (("--select=CEL101",), 1),
        (("--select=CEL102",), 0),
        (("--select=E,F",), 0),
        (("--extend-ignore=CEL101",), 0),
        (("--extend-ignore=CEL", "--extend-select=CEL101"), 1),
        (("--per-file-ignores=tasks.py:CEL101",), 0),
        (("--per-file-ignores=others.py:CEL101",), 1),
    ],
)
def test_codes_can_be_chosen(
    project: Project, arguments: tuple[str, ...], code: int
) -> None:
    project.write("tasks.py", WAITS)
    assert project.flake8(*arguments).code == code


def test_workers_change_nothing(project: Project) -> None:
    for number in range(12):
        project.write(f"tasks_{number}.py", WAITS if number % 3 else FINE)
    alone = project.flake8_places("-j1")
    assert len(alone) == 8
    assert project.flake8_places("-j2") == alone
    assert project.flake8_places("-j8") == alone


def test_reads_standard_input(project: Project) -> None:
    stdin = WAITS.encode()
    unnamed = project.flake8("--select=CEL", "-", stdin=stdin)
    named = project.flake8(
        "--select=CEL", "--stdin-display-name=app/tasks.py", "-", stdin=stdin
    )
    assert unnamed.out.startswith("stdin:11:12: CEL101 ")
    assert named.out.startswith("app/tasks.py:11:12: CEL101 ")


def test_standard_input_stands_in_for_the_file(project: Project) -> None:
    project.write("tasks.py", FINE)
    name = "--stdin-display-name=tasks.py"
    assert project.flake8("--select=CEL", name, "-", stdin=WAITS.encode()).code == 1
    project.write("tasks.py", WAITS)
    assert project.flake8("--select=CEL", name, "-", stdin=FINE.encode()).code == 0


@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"], ids=["lf", "crlf", "cr"])
@pytest.mark.parametrize("encoding", ENCODINGS)
def test_columns_count_characters(project: Project, encoding: str, line_end: str) -> None:
    code = WAITS.replace(f"return {READ}", f'return "é£ü", {READ}')
    octets = code.replace("\n", line_end).encode(encoding)
    head = ENCODINGS[encoding]
    project.write("tasks.py", head.replace(b"\n", line_end.encode()) + octets)
    place = f"tasks.py:{11 + head.count(10)}:19 CEL101"
    assert project.flake8_places() == [place]
    assert project.guard_places() == [place]


@pytest.mark.parametrize(
    ("line", "column"),
    [
        (f'    return "日本語", {READ}', 19),
        (f'    return "🎈🎉", {READ}', 18),
        (f"\treturn {READ}", 9),
        (f"\x0c    return {READ}", 13),
        (f'    return "\x0c", {READ}', 17),
        (f'    return "\u2028\x85", {READ}', 18),
        (f"    été = {READ}; return été", 11),
    ],
)
def test_columns_are_exact(project: Project, line: str, column: int) -> None:
    project.write("tasks.py", WAITS.replace(f"    return {READ}", line))
    place = f"tasks.py:11:{column} CEL101"
    assert project.flake8_places() == [place]
    assert project.guard_places() == [place]


def test_form_feeds_end_no_line(project: Project) -> None:
    project.write("tasks.py", WAITS.replace("\n\n\n", "\n\x0c\n\n"))
    assert project.flake8_places() == [PLACE]
    assert project.guard_places() == [PLACE]


@pytest.mark.parametrize(
    "content", [b"def f(:\n", b"x = '\xff'\n", b"# coding: klingon\nx = 1\n"]
)
def test_broken_files_are_left_to_flake8(project: Project, content: bytes) -> None:
    project.write("broken.py", content)
    project.write("tasks.py", WAITS)
    run = project.flake8("--select=CEL,E9", "-j1")
    ours = [line for line in run.out.splitlines() if " CEL" in line]
    assert [line.split()[:2] for line in ours] == [["./tasks.py:11:12:", "CEL101"]]
    assert run.err == ""


@pytest.mark.skipif(sys.version_info >= (3, 14), reason="this Python reads it")
@needs_libcst_1_8
@pytest.mark.parametrize("newer", ['NAME = t"{x}"', "try: x\nexcept A, B: y"])
def test_at_newer_syntax_flake8_stops_and_asks_no_plugin(
    project: Project, newer: str
) -> None:
    project.write("newer.py", f"{WAITS}\n\n{newer}\n")
    project.write("tasks.py", WAITS)
    run = project.flake8("--select=CEL,E9", "-j1")
    reported = [line.split()[:2] for line in run.out.splitlines()]
    assert [place.split(":")[0] for place, _ in reported] == ["./newer.py", "./tasks.py"]
    assert [code for _, code in reported] == ["E999", "CEL101"]
    assert project.guard_places() == [PLACE.replace("tasks", "newer"), PLACE]


def test_both_fronts_find_the_same(project: Project) -> None:
    project.write("app/tasks.py", WAITS)
    project.write("app/fine.py", FINE)
    project.write("helper.py", HELPER)
    indirect = WAITS.replace(READ, "fetch(add.delay(x, 1))")
    project.write("indirect.py", f"from helper import fetch\n{indirect}")
    ours = project.guard_places()
    assert ours == project.flake8_places()
    assert {f"app/{PLACE}", "helper.py:5:12 CEL101"} <= set(ours)


def test_a_message_is_one_line_whatever_it_quotes(project: Project) -> None:
    quoted = 'add.delay("""\n""", "\x0c\u2028\x1b[31m").get()'
    project.write("tasks.py", WAITS.replace(READ, quoted))
    out = project.flake8("--select=CEL").out
    assert len(out.splitlines()) == 1
    assert "\x1b" not in out
