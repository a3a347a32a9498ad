from __future__ import annotations

import errno
import os
import re
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import pytest

from flake8_celery_get.cli.main import main
from tests.cli.project import FINE, WAITS

if TYPE_CHECKING:
    from tests.cli.project import Project

WRONG = """\
from celery.result import AsyncResult


def is_paid(task_id):
    result = AsyncResult(task_id)
    return result.state == "success"  # as we say
"""
RIGHT = WRONG.replace('"success"', '"SUCCESS"')
WAITING = "from celery.result import AsyncResult\n\n\ndef f(i):\n    AsyncResult(i).get()\n"


def test_a_fixed_project_is_clean(project: Project) -> None:
    path = project.write("orders.py", WRONG)
    run = project.guard("check", "--fix")
    assert run.code == 0
    assert run.out == "1 fixed, no findings remaining (1 file checked)\n"
    assert path.read_text() == RIGHT
    assert project.guard("check", "--fix").out == ("no findings (1 file checked)\n")


def test_what_remains_is_reported(project: Project) -> None:
    project.write("orders.py", WRONG)
    project.write("tasks.py", WAITS)
    run = project.guard("check", "--fix", "--output-format=concise")
    assert run.code == 1
    assert [line.split()[1] for line in run.out.splitlines()] == ["CEL101"]


def test_unsafe_fixes_wait_to_be_asked_for(project: Project) -> None:
    path = project.write("orders.py", WAITING)
    run = project.guard("check", "--fix")
    assert (run.code, path.read_text()) == (1, WAITING)
    assert run.out.endswith("1 fixable with --fix --unsafe-fixes\n")
    run = project.guard("check", "--fix", "--unsafe-fixes")
    assert (run.code, path.read_text()) == (0, WAITING.replace("get()", "get(timeout=60)"))


def test_a_mark_tells_what_is_fixable(project: Project) -> None:
    project.write("a.py", WRONG)
    project.write("b.py", WAITING)
    report = project.guard("check").out
    assert "a.py:6:12: CEL301 [*] `result.state" in report
    assert "b.py:5:5: CEL104 `AsyncResult" in report
    assert report.endswith("[*] 1 fixable with --fix, 1 more with --fix --unsafe-fixes\n")
    report = project.guard("check", "--unsafe-fixes", "--output-format=concise").out
    assert re.findall(r"(CEL\d+) \[\*\]", report) == ["CEL301", "CEL104"]


def test_a_diff_changes_nothing_and_can_be_applied(project: Project) -> None:
    path = project.write("orders.py", WRONG)
    run = project.guard("check", "--diff", "--fix")
    assert (run.code, path.read_text()) == (1, WRONG)
    project.write("it.patch", run.out)
    done = project.python(
        "-c", "import subprocess; subprocess.run(['git', 'apply', '-p0', 'it.patch'])"
    )
    assert done.err == ""
    assert path.read_text() == RIGHT
    assert project.guard("check", "--diff").code == 0


def test_a_diff_goes_to_a_file(project: Project) -> None:
    project.write("orders.py", WRONG)
    run = project.guard("check", "--diff", "--output-file=it.patch")
    assert (run.code, run.out) == (1, "")
    assert (project.folder / "it.patch").read_text().startswith("--- orders.py\n")


def test_a_diff_without_last_newline_says_so(project: Project) -> None:
    project.write("orders.py", WRONG.partition("  #")[0])
    lines = project.guard("check", "--diff").out.splitlines()
    assert lines.count("\\ No newline at end of file") == 2


def test_exit_code_when_all_was_fixed(project: Project) -> None:
    project.write("orders.py", WRONG)
    assert project.guard("check", "--fix", "--exit-non-zero-on-fix").code == 1
    assert project.guard("check", "--fix", "--exit-non-zero-on-fix").code == 0


@pytest.mark.parametrize(
    ("name", "octets"),
    [
        ("crlf", WRONG.replace("\n", "\r\n").encode()),
        ("mixed", WRONG.replace("\n", "\r\n", 3).encode()),
        ("cr", WRONG.replace("\n", "\r").encode()),
        ("bom", b"\xef\xbb\xbf" + WRONG.encode()),
        ("no_newline", WRONG.rstrip().encode()),
        ("latin", ("# coding: latin-1\n# caf\xe9\n" + WRONG).encode("latin-1")),
        ("form_feed", WRONG.replace("\n\n\n", "\n\f\n\n").encode()),
        ("wide", WRONG.replace("result =", "größe = '💶'; result =").encode()),
    ],
)
def test_every_other_byte_stays(project: Project, name: str, octets: bytes) -> None:
    path = project.write(f"{name}.py", octets)
    path.chmod(0o640)
    assert project.guard("check", "--fix").code == 0
    assert path.read_bytes() == octets.replace(b'"success"', b'"SUCCESS"')
    assert path.stat().st_mode & 0o777 == 0o640


def test_new_lines_end_as_the_others(project: Project) -> None:
    text = (
        "from celery.result import AsyncResult\n\n\n"
        "async def f(i):\n    return AsyncResult(i).get(\n        timeout=3,\n    ).real\n"
    )
    path = project.write("orders.py", text.replace("\n", "\r\n"))
    assert project.guard("check", "--fix", "--unsafe-fixes").code == 0
    assert path.read_bytes().decode() == (
        "import asyncio\nfrom celery.result import AsyncResult\n\n\n"
        "async def f(i):\n"
        "    return (await asyncio.to_thread(AsyncResult(i).get,\n"
        "        timeout=3,\n    )).real\n"
    ).replace("\n", "\r\n")


def test_a_link_stays_a_link(project: Project) -> None:
    target = project.write("shared/orders.txt", WRONG)
    link = project.folder / "orders.py"
    link.symlink_to(target)
    assert project.guard("check", "--fix").code == 0
    assert link.is_symlink()
    assert target.read_text() == RIGHT


def test_what_is_not_reported_is_not_fixed(project: Project) -> None:
    silenced = WRONG.replace("# as we say", "# noqa: CEL301")
    path = project.write("orders.py", silenced)
    assert project.guard("check", "--fix").code == 0
    assert path.read_text() == silenced
    path = project.write("orders.py", WRONG)
    assert project.guard("check", "--fix", "--ignore=CEL3").code == 0
    assert project.guard("check", "--write-baseline").code == 0
    assert project.guard("check", "--fix").code == 0
    assert path.read_text() == WRONG


def test_a_read_only_file_is_told_and_the_others_are_fixed(project: Project) -> None:
    kept = project.write("a.py", WRONG)
    other = project.write("b.py", WRONG)
    kept.chmod(0o444)
    run = project.guard("check", "--fix")
    assert run.err == "celery-guard: a.py: cannot be written: it is read-only\n"
    assert run.code == 2
    assert "1 fixed, 1 finding remaining in 1 file, 1 error (2 files checked)" in run.out
    assert (kept.read_text(), other.read_text()) == (WRONG, RIGHT)


def test_a_read_only_folder_is_told(
    project: Project, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def refuse(**_: object) -> NoReturn:
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))

    path = project.write("a.py", WRONG)
    monkeypatch.chdir(project.folder)
    monkeypatch.setattr(tempfile, "mkstemp", refuse)
    assert main(["check", "--fix", "--no-cache"]) == 2
    told = capsys.readouterr().err
    assert told == "celery-guard: a.py: cannot be written: Permission denied\n"
    assert path.read_text() == WRONG


def test_a_file_that_changes_meanwhile_is_left_alone(
    project: Project, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from flake8_celery_get.cli.fixes import fixing

    path = project.write("a.py", WRONG)
    again = fixing._checked_again

    def change(*arguments: object) -> object:
        path.write_text(FINE)
        return again(*arguments)  # type: ignore[arg-type]

    monkeypatch.chdir(project.folder)
    monkeypatch.setattr(fixing, "_checked_again", change)
    assert main(["check", "--fix", "--no-cache"]) == 1
    told = capsys.readouterr().err
    assert told == (
        "celery-guard: a.py: has changed since it was checked, and was skipped\n"
    )
    assert path.read_text() == FINE


def test_a_file_that_changed_before_its_fix_was_made_is_left_alone(
    project: Project, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from flake8_celery_get.cli.fixes import fixing

    path = project.write("a.py", WRONG)
    first = fixing.fixed

    def change(*arguments: object) -> object:
        path.write_text("\n" + WRONG)
        return first(*arguments)  # type: ignore[arg-type]

    monkeypatch.chdir(project.folder)
    monkeypatch.setattr(fixing, "fixed", change)
    assert main(["check", "--fix", "--no-cache"]) == 1
    assert "has changed since it was checked" in capsys.readouterr().err
    assert path.read_text() == "\n" + WRONG


def test_several_processes_fix_the_same(project: Project) -> None:
    paths = [project.write(f"a{number}.py", WRONG) for number in range(4)]
    assert project.guard("check", "--fix", "-j2").code == 0
    assert {path.read_text() for path in paths} == {RIGHT}


@pytest.mark.parametrize("other", ["--write-baseline", "--add-noqa"])
def test_two_remedies_at_once_are_refused(project: Project, other: str) -> None:
    run = project.guard("check", "--fix", other)
    assert (run.code, run.out) == (2, "")
    assert run.err == f"celery-guard: --fix and {other} can't be combined: fix first\n"


def test_json_and_sarif_carry_the_fix(project: Project) -> None:
    project.write("orders.py", WRONG)
    (found,) = project.guard("check", "--output-format=json").json["findings"]
    place = {"line": 6, "column": 29, "end_line": 6, "end_column": 36}
    edit = {**place, "text": "SUCCESS"}
    assert found["fix"] == {
        "description": "Write `SUCCESS`", "safe": True, "edits": [edit], "other_files": []
    }  # fmt: skip
    (run,) = project.guard("check", "--output-format=sarif").json["runs"]
    (change,) = run["results"][0]["fixes"][0]["artifactChanges"]
    assert change["artifactLocation"]["uri"] == "orders.py"
    region = {"startLine": 6, "startColumn": 29, "endLine": 6, "endColumn": 36}
    assert change["replacements"] == [
        {"deletedRegion": region, "insertedContent": {"text": "SUCCESS"}}
    ]


def test_a_pipe_gets_no_colours_and_a_folder_is_unchanged(project: Project) -> None:
    project.write("orders.py", WRONG)
    before = sorted(Path(project.folder).rglob("*"))
    run = project.guard("check", "--diff", "--no-cache")
    assert "\x1b" not in run.out
    assert sorted(Path(project.folder).rglob("*")) == before
