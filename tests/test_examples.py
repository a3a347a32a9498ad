"""The examples show what the rules and the guard are about: each wrong place, and nothing else."""

from __future__ import annotations

import re
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest

from flake8_celery_get.engine import Engine
from flake8_celery_get.options import Options
from pytest_celery_guard.findings.allowed import CODES

EXAMPLES = Path(__file__).parent.parent / "examples"

FOUND = {
    "shop/wrong": [
        ("proj/settings.py", 24, "CEL401"),
        ("proj/settings.py", 32, "CEL606"),
        ("shop/campaign.py", 13, "CEL402"),
        ("shop/management/commands/progress.py", 16, "CEL301"),
        ("shop/management/commands/progress.py", 19, "CEL302"),
        ("shop/management/commands/report.py", 14, "CEL104"),
        ("shop/management/commands/welcome.py", 16, "CEL306"),
        ("shop/progress.py", 6, "CEL303"),
        ("shop/results.py", 6, "CEL102"),
        ("shop/tasks.py", 27, "CEL106"),
        ("shop/tasks.py", 34, "CEL101"),
        ("shop/tasks.py", 44, "CEL305"),
        ("shop/views.py", 15, "CEL102"),
        ("shop/views.py", 34, "CEL105"),
    ],
    "report/wrong": [
        ("app/archive.py", 7, "CEL206"),
        ("app/backup.py", 8, "CEL201"),
        ("app/digest.py", 14, "CEL103"),
        ("app/main.py", 32, "CEL102"),
        ("app/main.py", 45, "CEL105"),
        ("app/main.py", 54, "CEL102"),
        ("app/newsletter.py", 22, "CEL202"),
        ("app/prices.py", 28, "CEL205"),
        ("app/prices.py", 33, "CEL204"),
        ("app/tasks.py", 32, "CEL106"),
        ("app/tasks.py", 40, "CEL101"),
        ("app/tidy.py", 21, "CEL203"),
        ("app/wait.py", 12, "CEL304"),
        ("app/yearly.py", 8, "CEL104"),
    ],
}
"""What the linter finds."""

TESTED = {
    "shop/wrong": [("proj/settings.py", 26)],
    "report/wrong": [("app/celery_app.py", 11)],
}
"""What only the tests show."""

RED = {
    "shop/wrong": {
        "test_the_client_polls_until_the_report_is_there": (
            "{'state': 'SUCCESS'} != {'state': 'PENDING'}"
        ),
        "test_every_task_behind_a_report_by_mail_succeeds": "CEL101 task mail_report waits",
        "test_it_is_built_from_the_totals_of_all_months": "totals: (not given) instead of",
        "test_the_welcome_mail_waits_for_the_commit": "was sent, but nothing was expected",
        "test_mails_have_a_queue_of_their_own": "queue: 'celery' instead of 'mail'",
        "test_a_mail_server_that_is_down_is_tried_again_after_a_minute": "> FAILURE  RETRY ",
        "test_a_report_that_nobody_asked_for_is_pending": "assert 500 == 200",
    },
    "report/wrong": {
        "test_every_reader_gets_the_issue": "reads a result, but there is no result backend",
        "test_a_price_list_is_made": "sends a chord, but no backend counts",
        "test_the_client_learns_that_a_price_is_there": (
            "{'state': 'PENDING'} != {'state': 'SUCCESS'}"
        ),
        "test_the_client_polls_until_the_report_is_there": "!= {'report': None}",
        "test_a_report_by_mail": "> FAILURE  SUCCESS  +0:00:00  RuntimeError",
        "test_the_server_answers_while_the_digest_is_made": "CEL103 coroutine daily_digest waits",
        "test_the_visitor_does_not_wait_for_the_welcome_mail": "> SUCCESS  -  ",
        "test_the_worker_for_mails_sends_them": "drain(queue='mail'): the app has no such queue",
        "test_the_reports_that_are_gone_are_counted": "+ None reports are gone",
    },
}
"""Why each test of the wrong versions fails."""

MISUSED = {
    "shop/wrong": {
        "test_the_client_polls_until_the_report_is_there": ["CEL102", "CEL106"],
        "test_every_task_behind_a_report_by_mail_succeeds": ["CEL101", "CEL106"],
        "test_it_is_built_from_the_totals_of_all_months": ["CEL102", "CEL106"],
        "test_the_welcome_mail_waits_for_the_commit": ["CEL102"],
        "test_a_report_that_nobody_asked_for_is_pending": ["CEL105"],
    },
    "report/wrong": {
        "test_every_reader_gets_the_issue": ["CEL202"],
        "test_a_price_list_is_made": ["CEL205"],
        "test_the_client_learns_that_a_price_is_there": ["CEL204"],
        "test_the_client_polls_until_the_report_is_there": ["CEL102", "CEL106"],
        "test_a_report_by_mail": ["CEL101", "CEL105", "CEL106"],
        "test_the_server_answers_while_the_digest_is_made": ["CEL103", "CEL106"],
        "test_the_visitor_does_not_wait_for_the_welcome_mail": ["CEL102"],
        "test_the_reports_that_are_gone_are_counted": ["CEL203"],
    },
}
"""What the guard finds in the tests of the wrong versions, by the codes of the linter."""

NO_LIMIT = "a command may wait; that it sets no limit shows where no worker runs"
COMPARED = "a state is a string, and a run does not see what it is compared with"

LINTER_ONLY = {
    "shop/wrong": {
        ("proj/settings.py", 24, "CEL401"): "a setting: it hurts when Redis is full",
        ("proj/settings.py", 32, "CEL606"): "a schedule: no test runs beat",
        ("shop/campaign.py", 13, "CEL402"): "a group that has expired gives None, too",
        ("shop/management/commands/progress.py", 16, "CEL301"): COMPARED,
        ("shop/management/commands/progress.py", 19, "CEL302"): COMPARED,
        ("shop/management/commands/report.py", 14, "CEL104"): NO_LIMIT,
        ("shop/management/commands/welcome.py", 16, "CEL306"): (
            "an if asks a handle for nothing: Python takes any object for true"
        ),
        ("shop/progress.py", 6, "CEL303"): COMPARED,
        (
            "shop/tasks.py",
            44,
            "CEL305",
        ): "it is stored as told, and breaks for who reads it",
    },
    "report/wrong": {
        ("app/archive.py", 7, "CEL206"): "a setting: the guard has a store of its own",
        ("app/backup.py", 8, "CEL201"): "a setting: no code reads these results",
        ("app/wait.py", 12, "CEL304"): "a script: nobody is kept waiting but its user",
        ("app/yearly.py", 8, "CEL104"): NO_LIMIT,
    },
}
"""Why no run shows a place: all others are found at test time, too, by the same code."""

PARAGRAPH = re.compile(r"^(CEL\d+) (.+?)(?=^If this is)", re.M | re.S)


def findings(project: str) -> list[tuple[str, int, str]]:
    """Relative path, line and code of all that is found in one example project."""
    root = EXAMPLES / project
    engine = Engine(Options(cache=False))
    found = [
        (Path(finding.path).relative_to(root).as_posix(), finding.line, finding.code)
        for path in root.rglob("*.py")
        for finding in engine.check(str(path))
    ]
    return sorted(found)


def explained(project: str) -> list[tuple[str, int]]:
    """The places that a comment of its own stands above."""
    root = EXAMPLES / project
    return sorted(
        (path.relative_to(root).as_posix(), number + 1)
        for path in root.rglob("*.py")
        for number, line in enumerate(path.read_text().splitlines(), 1)
        if line.lstrip().startswith("# ")
    )


@cache
def run_tests(project: str) -> subprocess.CompletedProcess[str]:
    """Run an example's own tests, as its owner would, once for all tests that ask."""
    options = ("-p", "no:cacheprovider", "-p", "no:randomly")
    return subprocess.run(
        (sys.executable, "-B", "-m", "pytest", *options),
        cwd=EXAMPLES / project,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def parts(output: str) -> dict[str, str]:
    """What pytest says about each test that failed, by its name."""
    body = re.split(r"^=+ short test summary", output, flags=re.M)[0]
    _, *found = re.split(r"^_+ (?:\w+\.)?(\w+) _+$", body, flags=re.M)
    return dict(zip(found[::2], found[1::2], strict=True))


@pytest.mark.parametrize("project", ["shop/right", "report/right"])
def test_right_has_no_finding(project: str) -> None:
    assert list((EXAMPLES / project).rglob("*.py"))
    assert findings(project) == []


@pytest.mark.parametrize("project", FOUND)
def test_wrong_has_exactly_these_findings(project: str) -> None:
    assert findings(project) == FOUND[project]


@pytest.mark.parametrize("project", FOUND)
def test_each_wrong_place_says_why_it_hurts(project: str) -> None:
    found = [(path, line) for path, line, _ in FOUND[project]]
    assert explained(project) == sorted(found + TESTED[project])


def test_the_wait_behind_a_view_is_two_modules_away() -> None:
    path = EXAMPLES / "shop/wrong/shop/results.py"
    (found,) = Engine(Options(cache=False)).check(str(path))
    assert "in view `report`" in found.message
    (place,) = found.related
    assert (Path(place.path).name, place.line) == ("views.py", 22)
    assert place.message == "view `report` calls `yearly_report`"


@pytest.mark.parametrize("project", ["shop", "report"])
def test_right_and_wrong_have_the_same_tests(project: str) -> None:
    right, wrong = (
        EXAMPLES / project / version / "tests" for version in ("right", "wrong")
    )
    names = sorted(path.name for path in right.glob("*.py"))
    assert names == sorted(path.name for path in wrong.glob("*.py"))
    assert all((right / name).read_text() == (wrong / name).read_text() for name in names)


@pytest.mark.parametrize("project", ["shop/right", "report/right"])
def test_right_passes_its_tests(project: str) -> None:
    done = run_tests(project)
    passed = len(RED[project.replace("right", "wrong")])
    assert f" {passed} passed" in done.stdout
    assert done.returncode == 0


@pytest.mark.parametrize("project", RED)
def test_wrong_fails_each_test_for_its_own_reason(project: str) -> None:
    told = parts(run_tests(project).stdout)
    assert list(told) == list(RED[project])
    for name, reason in RED[project].items():
        others = "".join(text for other, text in told.items() if other != name)
        assert reason in told[name]
        assert reason not in others


@pytest.mark.parametrize("project", MISUSED)
def test_the_guard_finds_each_place_at_test_time_or_there_is_a_reason(project: str) -> None:
    told = parts(run_tests(project).stdout)
    codes = {name: re.findall(r"^(CEL\d+) ", text, re.M) for name, text in told.items()}
    assert {name: found for name, found in codes.items() if found} == MISUSED[project]
    places = {
        (path, int(line), code)
        for text in told.values()
        for code, paragraph in PARAGRAPH.findall(text)
        for path, line in re.findall(r"^    ([\w/]+\.py):(\d+) in ", paragraph, re.M)
    }
    unseen = [each for each in FOUND[project] if each not in places]
    assert unseen == list(LINTER_ONLY[project])


def test_no_reason_is_good_for_a_code_that_the_guard_has() -> None:
    excused = {code for places in LINTER_ONLY.values() for _, _, code in places}
    assert excused.isdisjoint(CODES)
