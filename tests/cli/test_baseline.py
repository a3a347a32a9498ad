"""An old project takes the linter in: what it had before is known, what is new fails."""

from __future__ import annotations

import json

import pytest

from tests.cli.project import WAITS, Project

FILE = "celery-guard-baseline.json"
NEW = """

@shared_task
def other(x):
    return total.delay(x).get()
"""


@pytest.fixture
def old(project: Project) -> Project:
    """A project with one finding, which its baseline knows."""
    project.write("setup.cfg", "")
    project.write("app/tasks.py", WAITS)
    written = project.guard("check", "--write-baseline")
    assert (written.code, written.out) == (0, f"{FILE}: 1 recorded, 1 new, 0 removed\n")
    return project


def places(project: Project, *arguments: str) -> list[str]:
    """Where findings are reported that are not in the baseline."""
    return project.guard_places(f"--baseline={FILE}", *arguments)


def test_the_file_is_sorted_and_has_no_line_numbers(old: Project) -> None:
    old.write("a.py", WAITS)
    old.guard("check", "--write-baseline")
    text = (old.folder / FILE).read_text(encoding="utf-8")
    document = json.loads(text)
    assert list(document["findings"]) == ["a.py", "app/tasks.py"]
    (entry,) = document["findings"]["app/tasks.py"]
    assert list(entry) == ["code", "fingerprint", "message"]
    assert text == json.dumps(document, indent=2, ensure_ascii=False) + "\n"


def test_what_is_known_is_not_reported(old: Project) -> None:
    run = old.guard("check", f"--baseline={FILE}")
    assert (run.code, run.out, run.err) == (
        0,
        "no findings (1 file checked, 1 finding in the baseline)\n",
        "",
    )


def test_what_is_new_is_reported(old: Project) -> None:
    old.write("app/tasks.py", WAITS + NEW)
    assert places(old) == ["app/tasks.py:16:12 CEL101"]
    assert old.guard("check", f"--baseline={FILE}").code == 1


def test_a_second_wait_of_the_same_text_is_new(old: Project) -> None:
    twice = "    add.delay(x, 1).get()\n    return add.delay(x, 1).get()\n"
    old.write("app/tasks.py", WAITS.replace("    return add.delay(x, 1).get()\n", twice))
    assert len(places(old)) == 1


@pytest.mark.parametrize(
    "changed",
    [
        '"""Moved."""\n\nimport os\n\n\n' + WAITS,
        WAITS.replace("add.delay(x, 1).get()", "add.delay( x,1 ).get( )"),
        WAITS.replace(
            "add.delay(x, 1).get()", "add.delay(\n        x,\n        1,\n    ).get()"
        ),
        WAITS.replace("    return add", "    # as ever\n    return add"),
        WAITS.replace("\n", "\r\n"),
    ],
    ids=["moved", "blanks", "wrapped", "comment", "line ends"],
)
def test_moved_and_reformatted_lines_stay_known(old: Project, changed: str) -> None:
    old.write("app/tasks.py", changed)
    assert places(old) == []


def test_quotes_make_no_difference(project: Project) -> None:
    text = WAITS.replace("add.delay(x, 1)", "add.apply_async(('x', 'y'))")
    project.write("tasks.py", text)
    project.guard("check", "--write-baseline")
    project.write("tasks.py", text.replace("'", '"'))
    assert places(project) == []


def test_fixed_findings_are_told_and_removed(old: Project) -> None:
    old.write("app/tasks.py", WAITS.replace(".get()", ".id"))
    run = old.guard("check", f"--baseline={FILE}")
    told = "1 finding in the baseline is fixed; --write-baseline removes it"
    assert (run.code, run.err) == (0, f"celery-guard: {told}\n")
    again = old.guard("check", "--write-baseline")
    assert again.out == f"{FILE}: 0 recorded, 0 new, 1 removed\n"
    assert json.loads((old.folder / FILE).read_text(encoding="utf-8"))["findings"] == {}


def test_a_file_that_is_gone_takes_its_findings_along(old: Project) -> None:
    (old.folder / "app/tasks.py").unlink()
    old.write("other.py", "x = 1\n")
    assert (
        "1 finding in the baseline is fixed" in old.guard("check", f"--baseline={FILE}").err
    )


def test_files_that_were_not_checked_keep_their_entries(old: Project) -> None:
    old.write("b.py", WAITS)
    run = old.guard("check", "--write-baseline", "b.py")
    assert run.out == f"{FILE}: 2 recorded, 1 new, 0 removed\n"
    assert places(old) == []


def test_codes_that_were_not_selected_keep_their_entries(old: Project) -> None:
    run = old.guard("check", "--select=CEL104", f"--baseline={FILE}", "--write-baseline")
    assert run.out == f"{FILE}: 1 recorded, 0 new, 0 removed\n"


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (None, "there is no such file; --write-baseline creates it"),
        ("[]", "this is not a baseline of celery-guard"),
        ("{", "this is not a baseline of celery-guard"),
        ('{"version": 2}', "version 2 of the format is not known"),
    ],
)
def test_a_baseline_that_cant_be_read_is_one_line(
    project: Project, content: str | None, reason: str
) -> None:
    project.write("a.py", WAITS)
    if content is not None:
        project.write("known.json", content)
    run = project.guard("check", "--baseline=known.json")
    expected = f"celery-guard: --baseline: known.json: {reason}\n"
    assert (run.code, run.out, run.err) == (2, "", expected)


def test_flake8_honours_the_same_file(old: Project) -> None:
    old.write(".flake8", f"[flake8]\ncelery-guard-baseline = {FILE}\n")
    assert old.flake8_places() == []
    old.write("app/tasks.py", WAITS + NEW)
    assert old.flake8_places() == ["app/tasks.py:16:12 CEL101"]


def test_flake8_refuses_a_baseline_that_it_cant_read(old: Project) -> None:
    run = old.flake8("--celery-guard-baseline=gone.json")
    line = run.out.splitlines()[1]
    assert (run.code, line) == (
        1,
        f"baseline: {old.folder / 'gone.json'}: No such file or directory",
    )


def test_need_not_be_named(old: Project) -> None:
    assert old.guard("check").code == 0
    assert old.flake8_places() == []
    old.write("app/tasks.py", WAITS + NEW)
    assert old.guard_places() == old.flake8_places() == ["app/tasks.py:16:12 CEL101"]
    assert len(old.guard_places("--baseline=")) == 2


def test_is_found_above_up_to_the_project(old: Project) -> None:
    def code_below() -> int:
        return Project(old.folder / "app").guard("check").code

    assert code_below() == 1  # without pyproject.toml only this folder counts
    old.write("pyproject.toml", "")
    assert code_below() == 0
    old.write("app/pyproject.toml", "")
    assert code_below() == 1


def test_pyproject_may_name_none(old: Project) -> None:
    old.write("pyproject.toml", '[tool.celery-guard]\nbaseline = ""\n')
    assert len(old.guard_places()) == len(old.flake8_places()) == 1
