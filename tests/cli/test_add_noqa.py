"""``--add-noqa``: what it writes, and that flake8 and the command are silent then."""

from __future__ import annotations

import errno
import os
import sys
from typing import TYPE_CHECKING, Any

import pytest

from flake8_celery_get.cli.main import main
from flake8_celery_get.cli.noqa.add import silenced
from tests.cli.project import FINE, WAITS

if TYPE_CHECKING:
    from tests.cli.project import Project

NONE = "0 findings suppressed in 0 files\n"
READ = "    return add.delay(x, 1).get()\n"

PLACES = {
    "    return add.delay(x, 1).get()\n": "    return add.delay(x, 1).get()  # noqa: CEL101\n",
    "    return add.delay(x, 1).get()": "    return add.delay(x, 1).get()  # noqa: CEL101",
    "    return add.delay(x, 1).get()  \n": "    return add.delay(x, 1).get()  # noqa: CEL101\n",
    # A comment that is there stays, in front.
    "    return add.delay(x, 1).get()  # type: ignore[any]\n": (
        "    return add.delay(x, 1).get()  # type: ignore[any]  # noqa: CEL101\n"
    ),
    "    return add.delay(x, 1).get()  #noqa: E501\n": (
        "    return add.delay(x, 1).get()  #noqa: E501  # noqa: CEL101\n"
    ),
    # Codes that are there stay, and so does what stands behind them.
    "    return add.delay(x, 1).get()  # noqa: E501\n": (
        "    return add.delay(x, 1).get()  # noqa: E501, CEL101\n"
    ),
    "    return add.delay(x, 1).get()  # noqa:E501,W291\n": (
        "    return add.delay(x, 1).get()  # noqa:E501,W291,CEL101\n"
    ),
    "    return add.delay(x, 1).get()  # NoQA: E501 W291 as the bank wants it  # nosec\n": (
        "    return add.delay(x, 1).get()"
        "  # NoQA: E501 W291 CEL101 as the bank wants it  # nosec\n"
    ),
    "    return add.delay(x, 1).get()  # noqa: CEL104, so be it\n": (
        "    return add.delay(x, 1).get()  # noqa: CEL104, CEL101, so be it\n"
    ),
    "    return add.delay(x, 1).get()  # noqa: cel101\n": (
        "    return add.delay(x, 1).get()  # noqa: cel101, CEL101\n"
    ),
    # In brackets each line is for itself: the one where the finding begins counts.
    "    return add.delay(\n        x, 1\n    ).get()\n": (
        "    return add.delay(  # noqa: CEL101\n        x, 1\n    ).get()\n"
    ),
    "    return (\n        add.delay(x, 1)\n        .get()\n    )\n": (
        "    return (\n        add.delay(x, 1)  # noqa: CEL101\n        .get()\n    )\n"
    ),
    # Backslashes and multi-line strings make one line of several.
    "    return \\\n        add.delay(x, 1).get() \\\n        + 1\n": (
        "    return \\\n        add.delay(x, 1).get() \\\n        + 1  # noqa: CEL101\n"
    ),
    '    return add.delay("""\n    """, 1).get()\n': (
        '    return add.delay("""\n    """, 1).get()  # noqa: CEL101\n'
    ),
    '    return add.delay("""\n    """, 1).get()  # noqa: E501\n': (
        '    return add.delay("""\n    """, 1).get()  # noqa: E501, CEL101\n'
    ),
    '    return add.delay(f"""\n{x}\n    """,\n        1).get()\n': (
        '    return add.delay(f"""\n{x}\n    """,  # noqa: CEL101\n        1).get()\n'
    ),
    "    return add.delay(x, '\x0c\u2028').get()\n": (
        "    return add.delay(x, '\x0c\u2028').get()  # noqa: CEL101\n"
    ),
}


@pytest.fixture
def places(project: Project) -> Project:
    for number, body in enumerate(PLACES):
        project.write(f"place_{number}.py", WAITS.replace(READ, body))
    return project


def test_writes_it_where_it_counts(places: Project) -> None:
    count = len(PLACES)
    run = places.guard("check", "--add-noqa")
    assert run.out == f"{count} findings suppressed in {count} files\n"
    assert (run.code, run.err) == (0, "")
    for number, body in enumerate(PLACES.values()):
        text = (places.folder / f"place_{number}.py").read_bytes().decode()
        assert text == WAITS.replace(READ, body)


def test_both_fronts_are_silent_then(places: Project) -> None:
    assert len(places.flake8_places(".")) == len(PLACES)
    places.guard("check", "--add-noqa")
    assert places.flake8_places(".") == places.guard_places(".") == []


def test_twice_is_once(places: Project) -> None:
    places.guard("check", "--add-noqa")
    files = sorted(places.folder.glob("*.py"))
    before = [(file.read_bytes(), file.stat().st_mtime_ns) for file in files]
    assert places.guard("check", "--add-noqa").out == NONE
    places.guard("check", "--add-noqa", "--disable-noqa")
    assert [(file.read_bytes(), file.stat().st_mtime_ns) for file in files] == before


def test_several_codes_share_a_comment(project: Project) -> None:
    file = project.write(
        "script.py",
        "from celery.result import AsyncResult\n"
        "AsyncResult('a').get(); print(AsyncResult('b').state == 'DONE')\n",
    )
    assert project.guard("check", "--add-noqa").out == "2 findings suppressed in 1 file\n"
    assert file.read_text().endswith("'DONE')  # noqa: CEL104, CEL301\n")


@pytest.mark.parametrize("end", ["\r\n", "\r"])
def test_line_ends_stay(project: Project, end: str) -> None:
    file = project.write("tasks.py", WAITS.replace("\n", end))
    project.guard("check", "--add-noqa")
    silent = WAITS.replace(".get()", ".get()  # noqa: CEL101")
    assert file.read_bytes() == silent.replace("\n", end).encode()
    assert project.flake8_places(".") == []


@pytest.mark.parametrize("encoding", ["latin-1", "utf-8-sig", "shift_jis"])
def test_the_encoding_stays(project: Project, encoding: str) -> None:
    text = f"# coding: {encoding.removesuffix('-sig')}\n{WAITS}"
    text = text.replace("x, 1", "'日本', 1" if encoding == "shift_jis" else "'\xe9', 1")
    file = project.write("tasks.py", text.encode(encoding))
    project.guard("check", "--add-noqa")
    silent = text.replace(".get()", ".get()  # noqa: CEL101")
    assert file.read_bytes() == silent.encode(encoding)
    assert project.flake8_places(".") == []


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such modes")
def test_mode_and_link_stay(project: Project) -> None:
    target = project.write("real/tasks.txt", WAITS)
    target.chmod(0o750)
    link = project.folder / "tasks.py"
    link.symlink_to(target)
    project.guard("check", "--add-noqa", "tasks.py")
    assert "# noqa: CEL101" in target.read_text()
    assert (link.is_symlink(), target.stat().st_mode & 0o777) == (True, 0o750)
    assert [path.name for path in target.parent.iterdir()] == ["tasks.txt"]


def test_a_blanket_comment_and_a_silent_file_need_nothing(project: Project) -> None:
    texts = {
        "line.py": WAITS.replace(".get()", ".get()  # noqa"),
        "file.py": f"# flake8: noqa\n{WAITS}",
        "fine.py": FINE,
    }
    files = {project.write(name, text): text for name, text in texts.items()}
    assert project.guard("check", "--add-noqa").out == NONE
    assert {file: file.read_text() for file in files} == files


def test_only_what_would_be_reported(project: Project) -> None:
    file = project.write("tasks.py", WAITS)
    project.guard("check", "--add-noqa", "--ignore=CEL101")
    assert file.read_text() == WAITS
    project.guard("check", "--write-baseline")
    project.guard("check", "--add-noqa", "--baseline=celery-guard-baseline.json")
    assert file.read_text() == WAITS


def test_a_string_may_stand_in_the_way(project: Project) -> None:
    text = WAITS.replace("(x, 1)", "(x, '# noqa: E501')")
    file = project.write("tasks.py", text)
    project.write("more.py", WAITS)
    run = project.guard("check", "--add-noqa")
    assert run.err == (
        "celery-guard: tasks.py:11: CEL101 can't be suppressed: "
        "a string in the line holds `# noqa`, and the first one counts\n"
    )
    assert (run.code, run.out) == (1, "1 finding suppressed in 1 file\n")
    assert file.read_text() == text


@pytest.mark.skipif(sys.version_info < (3, 12), reason="an f-string was one word")
def test_an_f_string_may_stand_in_the_way(project: Project) -> None:
    text = WAITS.replace("add.delay(x, 1).get()", 'f"""{\nadd.delay(x, 1).get()\n}"""')
    file = project.write("tasks.py", text)
    run = project.guard("check", "--add-noqa")
    assert "CEL101 can't be suppressed: the line ends inside an f-string" in run.err
    assert (run.code, file.read_text()) == (1, text)


def test_a_file_that_can_not_be_written_is_told(
    project: Project, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def refuse(*_: object) -> None:
        raise PermissionError(errno.EACCES, "Permission denied")

    file = project.write("tasks.py", WAITS)
    monkeypatch.setattr(os, "replace", refuse)
    monkeypatch.chdir(project.folder)
    assert main(["check", "--add-noqa", "--no-cache"]) == 2
    told = "celery-guard: cannot change tasks.py: Permission denied\n"
    assert capsys.readouterr() == (NONE, told)
    assert (file.read_text(), len([*project.folder.glob(".celery-guard-*")])) == (WAITS, 0)


def test_a_file_that_was_changed_meanwhile_is_told(
    project: Project, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    file = project.write("tasks.py", WAITS)

    def late(*arguments: Any, **named: Any) -> Any:
        file.write_text(FINE)
        return silenced(*arguments, **named)

    monkeypatch.setattr("flake8_celery_get.cli.check.command.silenced", late)
    monkeypatch.chdir(project.folder)
    assert main(["check", "--add-noqa"]) == 1
    reason = "CEL101 can't be suppressed: the line is not there anymore"
    assert capsys.readouterr() == (NONE, f"celery-guard: tasks.py:11: {reason}\n")
    assert file.read_text() == FINE


def test_a_file_that_would_change_elsewhere_is_told(project: Project) -> None:
    # ESC ( B is ASCII, which is on already: no encoder would write that.
    text = f"# coding: iso2022_jp\n# \x1b(B\n{WAITS}"
    file = project.write("tasks.py", text)
    run = project.guard("check", "--add-noqa")
    assert run.err.startswith("celery-guard: cannot change tasks.py: ")
    assert (run.code, file.read_text()) == (1, text)


def test_one_thing_at_a_time(project: Project) -> None:
    run = project.guard("check", "--add-noqa", "--write-baseline")
    assert "--write-baseline: not allowed with --add-noqa" in run.err
    assert run.code == 2
