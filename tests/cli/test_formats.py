"""What other programs are given: each format, whole, for one small project."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree as Xml

import pytest
from sarif_pydantic import Sarif

from tests.cli.project import FINE, HELPER, SCRIPT, WAITS

if TYPE_CHECKING:
    from tests.cli.project import Project

VIA_HELPER = """\
from celery import shared_task
from helper import fetch


@shared_task
def total(x):
    return fetch(total.delay(x))
"""
MESSAGE = "`add.delay(x, 1).get()` waits in task `total`; use a chain or a callback"
PAGE = "https://celery-guard.readthedocs.io/en/latest/rules/CEL101/"


def report(project: Project, output_format: str) -> str:
    """The report on what stands in the project's folder."""
    return project.guard("check", f"--output-format={output_format}").out


@pytest.fixture
def waiting(project: Project) -> Project:
    """A project with one finding, in a folder whose name must be escaped."""
    project.write("a b,c:d%/tasks.py", WAITS)
    return project


def test_concise_is_one_line_a_finding(waiting: Project) -> None:
    assert report(waiting, "concise") == f"a b,c:d%/tasks.py:11:12: CEL101 {MESSAGE}\n"


def test_concise_says_nothing_where_nothing_is_found(project: Project) -> None:
    project.write("a.py", FINE)
    assert report(project, "concise") == ""


def test_github_gets_a_command_for_each_finding(waiting: Project) -> None:
    waiting.write("broken.py", "def f(:\n")
    found, broken = report(waiting, "github").splitlines()
    place = "file=a b%2Cc%3Ad%25/tasks.py,line=11,endLine=11"
    title = "title=CEL101 blocking-read-in-task,col=12,endColumn=33"
    assert found == f"::error {place},{title}::{MESSAGE}%0A{PAGE}"
    assert broken.startswith("::error file=broken.py::")


def test_gitlab_gets_a_code_quality_document(waiting: Project) -> None:
    waiting.write("broken.py", "def f(:\n")
    found, broken = json.loads(report(waiting, "gitlab"))
    assert len(found.pop("fingerprint")) == 16
    assert found == {
        "check_name": "CEL101",
        "description": f"CEL101 {MESSAGE} ({PAGE})",
        "severity": "major",
        "location": {"path": "a b,c:d%/tasks.py", "lines": {"begin": 11, "end": 11}},
    }
    assert (broken["location"]["path"], broken["severity"]) == ("broken.py", "blocker")


def test_junit_has_a_failed_test_for_each_finding(waiting: Project) -> None:
    waiting.write("broken.py", "def f(:\n")
    (suite,) = Xml.fromstring(report(waiting, "junit"))
    assert suite.attrib | {"name": ""} == {
        "name": "",
        "tests": "2",
        "failures": "1",
        "errors": "1",
    }
    failed, broken = suite
    (failure,) = failed
    assert (failure.tag, failure.get("message")) == ("failure", MESSAGE)
    assert failure.text == f"a b,c:d%/tasks.py:11:12: CEL101 {MESSAGE}\n{PAGE}"
    assert [child.tag for child in broken] == ["error"]


def test_junit_has_a_passed_test_for_a_clean_run(project: Project) -> None:
    project.write("a.py", FINE)
    (suite,) = Xml.fromstring(report(project, "junit"))
    (case,) = suite
    assert (suite.get("tests"), suite.get("failures"), list(case)) == ("1", "0", [])


def test_sarif_is_valid(waiting: Project) -> None:
    document = json.loads(report(waiting, "sarif"))
    read = json.loads(Sarif.model_validate(document).model_dump_json(by_alias=True))
    assert missing(document, read) == []


def missing(given: Any, read: Any, path: str = "") -> list[str]:
    """What the model of the standard has not taken over as it is: it ignores what it lacks."""
    if isinstance(given, dict):
        parts = ((name, value, read.get(name)) for name, value in given.items())
    elif isinstance(given, list):
        parts = ((str(n), value, read[n]) for n, value in enumerate(given))
    else:
        return [] if given == read else [f"{path}: {given!r}, {read!r}"]
    return [
        line
        for name, value, other in parts
        for line in missing(value, other, f"{path}.{name}")
    ]


def test_sarif_tells_rule_place_and_way(project: Project) -> None:
    project.write("helper.py", HELPER)
    project.write("ä.py", VIA_HELPER)
    project.write("script.py", SCRIPT)
    project.write("broken.py", "def f(:\n")
    (run,) = json.loads(report(project, "sarif"))["runs"]
    (result,) = (each for each in run["results"] if each["ruleId"] == "CEL101")
    rule = run["tool"]["driver"]["rules"][result["ruleIndex"]]
    assert (rule["id"], rule["name"]) == ("CEL101", "BlockingReadInTask")
    assert rule["helpUri"] == PAGE
    assert PAGE.startswith(run["tool"]["driver"]["informationUri"])
    assert rule["help"]["markdown"].startswith(
        "A task waits for the result of another task."
    )
    (location,) = result["locations"]
    assert location["physicalLocation"] == {
        "artifactLocation": {"uri": "%C3%A4.py", "uriBaseId": "%SRCROOT%"},
        "region": {"startLine": 7, "startColumn": 12, "endLine": 7, "endColumn": 33},
    }
    (step,) = result["relatedLocations"]
    assert step["physicalLocation"]["artifactLocation"]["uri"] == "helper.py"
    assert len(result["partialFingerprints"]["celeryGuard/v1"]) == 16
    (invocation,) = run["invocations"]
    assert invocation["executionSuccessful"] is False
    (notification,) = invocation["toolExecutionNotifications"]
    assert notification["level"] == "error"


def test_a_report_goes_to_a_file(waiting: Project) -> None:
    run = waiting.guard("check", "--output-format=concise", "--output-file=report.txt")
    assert (run.code, run.out, run.err) == (1, "", "")
    written = (waiting.folder / "report.txt").read_text(encoding="utf-8")
    assert written == report(waiting, "concise")


def test_a_report_that_cant_be_written_is_told_in_one_line(waiting: Project) -> None:
    run = waiting.guard("check", "--output-file=nowhere/report.txt")
    reason = "cannot write nowhere/report.txt: No such file or directory"
    assert (run.code, run.out, run.err) == (2, "", f"celery-guard: {reason}\n")


def test_a_file_that_is_replaced_keeps_its_mode(waiting: Project) -> None:
    target = waiting.write("report.txt", "old")
    target.chmod(0o640)
    waiting.guard("check", "--output-file=report.txt")
    assert target.stat().st_mode & 0o777 == 0o640
    assert [path.name for path in waiting.folder.glob(".celery-guard-*")] == []


def test_statistics_count_each_rule(waiting: Project) -> None:
    waiting.write("script.py", "from tasks import add\nprint(add.delay(1, 2).get())\n")
    waiting.write("other.py", WAITS)
    out = waiting.guard("check", "--output-format=concise", "--statistics").out
    assert out.splitlines()[3:] == [
        "2  CEL101 blocking-read-in-task",
        "1  CEL104 read-without-timeout",
    ]


def test_findings_can_leave_the_exit_code_alone(waiting: Project) -> None:
    assert waiting.guard("check", "--exit-zero").code == 0
    waiting.write("broken.py", "def f(:\n")
    assert waiting.guard("check", "--exit-zero").code == 2
