"""``celery-guard check`` as people and scripts meet it."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

import pytest

from tests.cli.project import FINE, WAIT_LINE, WAITS

if TYPE_CHECKING:
    from tests.cli.project import Project

PLACE = f"tasks.py:{WAIT_LINE}:12 CEL101"


def test_finds_nothing_in_fine_code(project: Project) -> None:
    project.write("fine.py", FINE)
    run = project.guard("check")
    assert (run.code, run.out, run.err) == (0, "no findings (1 file checked)\n", "")


def test_says_when_there_is_nothing_to_check(project: Project) -> None:
    run = project.guard("check")
    assert run.code == 0
    assert run.err == "celery-guard: there are no Python files here\n"


def test_exit_code_tells_of_findings(project: Project) -> None:
    project.write("tasks.py", WAITS)
    assert project.guard("check").code == 1
    assert project.guard("check", "tasks.py").code == 1
    assert project.guard("check", "--ignore=CEL1").code == 0
    assert project.guard("check", "--select=CEL102").code == 0


def test_longer_prefix_wins(project: Project) -> None:
    project.write("tasks.py", WAITS)
    assert project.guard_places("--ignore=CEL1", "--extend-select=CEL101") == [PLACE]
    assert project.guard_places("--select=CEL1", "--ignore=CEL101") == []


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("syntax.py", b"def f(:\n", "line 1: invalid syntax"),
        ("null.py", b"a = '\0'\n", "source code cannot contain null bytes"),
        ("bytes.py", b"\n\na = '\xff'\n", "line 3: byte 0xff is not valid utf-8"),
        ("coding.py", b"# coding: klingon\n", "unknown encoding: klingon"),
    ],
)
def test_broken_files_do_not_hide_the_others(
    project: Project, name: str, content: bytes, reason: str
) -> None:
    project.write("tasks.py", WAITS)
    project.write(name, content)
    run = project.guard("check")
    assert run.code == 2
    assert run.err == f"celery-guard: {name}: {reason}\n"
    assert run.out.startswith(PLACE.replace(" ", ": "))
    assert run.out.endswith("\n1 finding in 1 file, 1 error (1 file checked)\n")


def test_missing_and_looping_files_are_errors(project: Project) -> None:
    (project.folder / "loop.py").symlink_to("loop.py")
    run = project.guard("check", "gone.py", "loop.py")
    assert run.code == 2
    assert run.err.splitlines() == [
        "celery-guard: gone.py: No such file or directory",
        "celery-guard: loop.py: Too many levels of symbolic links",
    ]


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_forbidden_files_are_errors(project: Project) -> None:
    project.write("secret.py", WAITS).chmod(0)
    run = project.guard("check")
    assert (run.code, run.err) == (2, "celery-guard: secret.py: Permission denied\n")


DEEP = {
    "brackets": "x = " + "(" * 1000 + ")" * 1000 + "\n",
    "lists": "x = " + "[" * 1000 + "]" * 1000 + "\n",
    "signs": "x = " + "-" * 1000 + "1\n",
    "calls": "x = f" + "()" * 1000 + "\n",
    "attributes": "x = f" + ".a" * 1000 + "\n",
    "sums": "x = 1" + " + 1" * 1000 + "\n",
    "blocks": "".join(" " * n + "if x:\n" for n in range(99)) + " " * 99 + "x\n",
}


@pytest.mark.parametrize("code", DEEP.values(), ids=DEEP)
def test_deep_nesting_ends_in_an_answer(project: Project, code: str) -> None:
    project.write("tasks.py", WAITS)
    project.write("deep.py", WAITS + "\n\n" + code)
    run = project.guard("check", "--output-format=json")
    assert "Traceback" not in run.err
    found = [(f["path"], f["code"]) for f in run.json["findings"]]
    assert ("tasks.py", "CEL101") in found
    assert ("deep.py", "CEL000") not in found
    assert run.code == (2 if run.json["errors"] else 1)


def test_checks_a_file_of_50000_lines(project: Project) -> None:
    lines = "\n".join(f"value_{n} = {n}" for n in range(50_000))
    project.write("tasks.py", f"{lines}\n{WAITS}")
    assert project.guard_places() == [f"tasks.py:{50_000 + WAIT_LINE}:12 CEL101"]


def test_warnings_of_the_linted_code_stay_out(project: Project) -> None:
    project.write("tasks.py", WAITS + "\n\npattern = '\\d'\nsame = 1 is 1\n")
    for filters in ("default", "error"):
        run = project.guard("check", PYTHONWARNINGS=filters)
        assert (run.code, run.err) == (1, "")


def test_excludes_by_pattern(project: Project) -> None:
    project.write("app/tasks.py", WAITS)
    project.write("legacy/tasks.py", WAITS)
    places = project.guard_places("--exclude", "legacy, *_old.py")
    assert places == [f"app/{PLACE}"]


def test_also_runs_without_flake8_and_rich(project: Project) -> None:
    project.write("tasks.py", WAITS)
    blocked = "import sys; sys.modules.update(dict.fromkeys(('flake8', 'rich')))\n"
    project.write("blocked/sitecustomize.py", blocked)
    path = os.pathsep.join(filter(None, ["blocked", os.environ.get("PYTHONPATH")]))
    run = project.guard("check", "tasks.py", PYTHONPATH=path)
    assert (run.code, run.err) == (1, "")
    assert run.out.startswith("tasks.py:11:12: CEL101 ")


def test_names_with_odd_characters_are_shown(project: Project) -> None:
    project.write("tâche 日.py", WAITS)
    run = project.guard("check", PYTHONIOENCODING="ascii")
    assert run.code == 1
    assert run.out.startswith(r"t\xe2che \u65e5.py:11:12: CEL101")
    assert project.guard("check").out.startswith("tâche 日.py:11:12: CEL101")


@pytest.mark.skipif(sys.platform != "linux", reason="takes any bytes as a name")
def test_names_that_are_no_text_are_shown(project: Project) -> None:
    project.write(os.fsdecode(b"t\xff.py"), WAITS)
    assert project.guard("check").out.startswith(r"t\xff.py:11:12: CEL101")
    assert project.guard_places() == [r"t\xff.py:11:12 CEL101"]
