"""One cause, one finding: what each format shows of those who suffer."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING
from xml.etree import ElementTree as Xml

import pytest

if TYPE_CHECKING:
    from tests.cli.project import Project

HELPER = """\
from celery.result import AsyncResult


def fetch(task_id):
    return AsyncResult(task_id).get(timeout=3)
"""
VIEWS = "from helper import fetch\n" + "".join(
    f"\n\ndef show_{number}(request):\n    return fetch({number})\n" for number in range(5)
)
LINES = [5, 9, 13, 17, 21]


@pytest.fixture
def suffering(project: Project) -> Project:
    """Five views that one helper holds up."""
    project.write("helper.py", HELPER)
    project.write("views.py", VIEWS)
    return project


def report(project: Project, output_format: str) -> str:
    """The report in one format."""
    return project.guard("check", f"--output-format={output_format}").out


def test_text_lists_the_first_three_and_counts_the_others(suffering: Project) -> None:
    head, _, _, *places, _, count = report(suffering, "text").splitlines()
    assert head.startswith("helper.py:5:12: CEL102 ")
    assert "in views `show_0`, `show_1`, `show_2` and 2 more;" in head
    assert places == [
        "    views.py:5:12: view `show_0` calls `fetch`",
        "    views.py:9:12: view `show_1` calls `fetch`",
        "    views.py:13:12: view `show_2` calls `fetch`",
        "    and 2 more",
    ]
    assert count == "1 finding in 1 file (2 files checked)"


def test_four_are_listed_as_there_is_room_for_the_last(suffering: Project) -> None:
    suffering.write("views.py", VIEWS.rpartition("\n\n\n")[0] + "\n")
    *_, last, _, _ = report(suffering, "text").splitlines()
    assert last == "    views.py:17:12: view `show_3` calls `fetch`"


def test_verbose_lists_all(suffering: Project) -> None:
    out = suffering.guard("check", "--verbose").out
    assert [f"views.py:{line}:12: view" in out for line in LINES] == [True] * 5
    assert "more\n" not in out


def test_json_has_all(suffering: Project) -> None:
    (finding,) = json.loads(report(suffering, "json"))["findings"]
    assert [place["line"] for place in finding["related"]] == LINES
    assert {place["path"] for place in finding["related"]} == {"views.py"}


def test_sarif_has_all(suffering: Project) -> None:
    (run,) = json.loads(report(suffering, "sarif"))["runs"]
    (result,) = run["results"]
    regions = [
        place["physicalLocation"]["region"]["startLine"]
        for place in result["relatedLocations"]
    ]
    assert regions == LINES


def test_junit_has_all(suffering: Project) -> None:
    (failure,) = Xml.fromstring(report(suffering, "junit")).iter("failure")
    lines = str(failure.text).splitlines()
    places = [line for line in lines if line.startswith("views.py:")]
    assert [int(place.split(":")[1]) for place in places] == LINES


@pytest.mark.parametrize("output_format", ["concise", "github"])
def test_one_line_formats_have_one_line(suffering: Project, output_format: str) -> None:
    (line,) = report(suffering, output_format).splitlines()
    assert "and 2 more" in line


def test_gitlab_has_one_issue(suffering: Project) -> None:
    (issue,) = json.loads(report(suffering, "gitlab"))
    assert issue["location"]["path"] == "helper.py"


def test_whoever_lints_only_the_views_sees_nothing_there(suffering: Project) -> None:
    assert suffering.guard("check", "views.py").code == 0
    assert suffering.guard("check", "helper.py").code == 1


def test_another_view_is_no_new_finding(suffering: Project) -> None:
    suffering.guard("check", "--write-baseline")
    more = VIEWS + "\n\ndef show_5(request):\n    return fetch(5)\n"
    suffering.write("views.py", more)
    assert suffering.guard("check").code == 0


def test_one_comment_is_enough_for_all(suffering: Project) -> None:
    assert suffering.guard("check", "--add-noqa").out == "1 finding suppressed in 1 file\n"
    assert "# noqa: CEL102" in (suffering.folder / "helper.py").read_text()
    assert suffering.guard("check").code == 0
