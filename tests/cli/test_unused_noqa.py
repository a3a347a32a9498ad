"""``--report-unused-noqa``: our codes that silence nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.cli.project import WAITS

if TYPE_CHECKING:
    from tests.cli.project import Project

NOTHING = "suppresses nothing here; remove it from `# noqa`"

COMMENTS = {
    "# noqa: CEL101": [],
    "# noqa: CEL1": [],
    "# noqa": [],
    "# noqa: E501": [],
    "# noqa: CEL102": [f"44 CEL102 {NOTHING}"],
    "# noqa: CEL2": [f"44 CEL2 {NOTHING}"],
    "# noqa: E501, CEL102,CEL101, CEL104 as we wait": [
        f"50 CEL102 {NOTHING}",
        f"65 CEL104 {NOTHING}",
    ],
    "# noqa: CEL999": ["44 no rule is called CEL999; remove it from `# noqa`"],
    "# noqa: CEL102, CEL102": [f"44 CEL102 {NOTHING}"],
    "# noqa : CEL102": [],  # a blanket one, whatever it means to say
    "# see `# noqa: CEL101`  # noqa: CEL102": [],  # the first one counts
}


def unused(project: Project, *arguments: str) -> list[str]:
    """Return column and message of each code that could go."""
    command = ("check", "--report-unused-noqa", "--output-format=json", *arguments)
    found = project.guard(*command).json["findings"]
    return [
        f"{each['column'] + 1} {each['message']}"
        for each in found
        if each["code"] == "CEL001"
    ]


@pytest.mark.parametrize("comment", COMMENTS)
def test_tells_codes_that_could_go(project: Project, comment: str) -> None:
    text = WAITS.replace(".get()", f".get()  {comment}")
    project.write("tasks.py", text)
    assert unused(project) == COMMENTS[comment]


def test_shows_the_place_and_fails(project: Project) -> None:
    project.write("fine.py", "total = 1  # noqa: CEL104\n")
    assert project.guard("check").code == 0
    run = project.guard("check", "--report-unused-noqa")
    assert run.out == (
        f"fine.py:1:20: CEL001 CEL104 {NOTHING}\n"
        "  1 | total = 1  # noqa: CEL104\n"
        "    |                    ^^^^^^\n"
        "\n"
        "1 finding in 1 file (1 file checked)\n"
    )
    assert (run.code, run.err) == (1, "")


def test_strings_and_silent_files_are_left_alone(project: Project) -> None:
    project.write("page.py", "text = '# noqa: CEL101'\n")
    project.write("silent.py", "# flake8: noqa\ntotal = 1  # noqa: CEL101\n")
    assert unused(project) == []


def test_rules_that_are_not_looked_for_are_left_alone(project: Project) -> None:
    project.write("fine.py", "total = 1  # noqa: CEL104\n")
    assert unused(project, "--ignore=CEL104") == []
    assert unused(project, "--select=CEL1") == [f"21 CEL104 {NOTHING}"]


def test_known_findings_need_their_comment(project: Project) -> None:
    project.write("tasks.py", WAITS.replace(".get()", ".get()  # noqa: CEL101"))
    project.guard("check", "--write-baseline", "--disable-noqa")
    assert unused(project, "--baseline=celery-guard-baseline.json") == []


def test_each_has_a_mark_of_its_own(project: Project) -> None:
    project.write(
        "fine.py", "total = 1  # noqa: CEL101, CEL104\nmore = 2  # noqa: CEL101\n"
    )
    command = ("check", "--report-unused-noqa", "--output-format=gitlab")
    issues = project.guard(*command).json
    assert len({issue["fingerprint"] for issue in issues}) == 3


def test_a_broken_file_is_told_as_ever(project: Project) -> None:
    project.write("broken.py", "def f(:  # noqa: CEL101\n")
    assert project.guard("check", "--report-unused-noqa").code == 2
