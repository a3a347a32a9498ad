"""What is told of a whole run: the summary, the reports, the share of tasks that ran."""

from __future__ import annotations

import json
import re
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from pytest_celery_guard.private.celery import finalizers

APP = """
from celery import Celery

app = Celery("proj", broker="redis://nowhere.invalid/0", backend="redis://nowhere.invalid/1")


@app.task(name="add")
def add(x, y=0):
    return x + y


@app.task(name="boom")
def boom():
    raise ValueError("no stock")


@app.task(name="ask", bind=True)
def ask(self):
    if not self.request.retries:
        raise self.retry(countdown=60, exc=ConnectionError("no route"))
    add.apply_async((1,), queue="slow")


@app.task(name="left_out")
def left_out():
    pass
"""

TESTS = """
import pytest
from proj import *

def test_add(celery_guard):
    assert add.delay(1, y=2).get() == 3

def test_expected_failure(celery_guard):
    with pytest.raises(ValueError):
        boom.delay().get()

def test_ask(celery_guard):
    ask.delay()
    celery_guard.advance(minutes=1)

def test_without_the_guard():
    pass
"""

beside_xdist = pytest.mark.skipif(find_spec("xdist") is None, reason="needs pytest-xdist")
in_processes = pytest.mark.parametrize(
    "processes",
    [
        pytest.param((), id="one process"),
        pytest.param(("-n2",), id="two workers", marks=beside_xdist),
    ],
)

INI = """\
[pytest]
pythonpath = .
celery_guard_app = proj:app
addopts = -p no:django -p no:hypothesispytest -p no:randomly -p no:cacheprovider
"""


@pytest.fixture
def suite(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> pytest.Pytester:
    """A project with four tasks, and tests that run three of them.

    Celery gives every app the shared tasks of all modules that were imported, so only those
    of Celery itself are left here.
    """
    own = {each for each in finalizers() if each.__module__ == "celery.app.builtins"}
    monkeypatch.setattr("celery._state._on_app_finalizers", own)
    pytester.makepyfile(proj=APP, test_proj=TESTS)
    pytester.makeini(INI)
    return pytester


def report(suite: pytest.Pytester, *arguments: str, tests: str = TESTS) -> Any:
    """The JSON report of a run in a process of its own."""
    suite.makepyfile(test_proj=tests)
    suite.runpytest_subprocess("--celery-guard-report=out/r.json", *arguments)
    return json.loads((suite.path / "out/r.json").read_text(encoding="utf-8"))


def said(result: pytest.RunResult) -> list[str]:
    """The lines that are the plugin's."""
    begin = ("celery-guard: ", "ERROR: celery-guard: ")
    return [line for line in result.outlines if line.startswith(begin)]


def test_a_plain_run_says_nothing(suite: pytest.Pytester) -> None:
    result = suite.runpytest()
    result.assert_outcomes(passed=4)
    assert said(result) == []


def test_a_verbose_run_has_a_summary(suite: pytest.Pytester) -> None:
    assert said(suite.runpytest("-v")) == [
        "celery-guard: 3 tests, 4 tasks sent, 4 ran, 1 retried, 1 failed as expected"
    ]


def test_the_summary_of_a_run_with_a_report(suite: pytest.Pytester) -> None:
    _, never, _ = said(suite.runpytest("--celery-guard-report=r.json"))
    assert never == "celery-guard: 1 of 4 tasks never sent: left_out"


def test_a_verbose_run_without_the_guard_says_nothing(suite: pytest.Pytester) -> None:
    assert said(suite.runpytest("-v", "-k", "without")) == []


def test_a_failure_that_nobody_expects(suite: pytest.Pytester) -> None:
    suite.makepyfile(
        test_more="""
        from proj import boom

        def test_boom(celery_guard):
            boom.delay()
            celery_guard.drain()
        """
    )
    first, *_ = said(suite.runpytest("-v"))
    assert first.endswith("2 failed (1 as expected)")


# The JSON report


def test_the_report_has_all_that_happened(suite: pytest.Pytester) -> None:
    found = report(suite)
    assert found["version"] == 1
    assert found["project"] == suite.path.name
    assert found["total"] == {
        "sent": 4,
        "ran": 4,
        "retried": 1,
        "failed": 1,
        "revoked": 0,
        "read": 1,
        "unread": 2,
    }
    assert found["coverage"] == {"percent": 75.0, "never_ran": ["left_out"]}
    assert [task["name"] for task in found["tasks"]] == ["add", "ask", "boom", "left_out"]
    assert all(task["registered"] for task in found["tasks"])
    ids = [test["id"] for test in found["tests"]]
    assert ids == [
        "test_proj.py::test_add",
        "test_proj.py::test_ask",
        "test_proj.py::test_expected_failure",
    ]


def test_the_report_tells_the_story_of_a_test(suite: pytest.Pytester) -> None:
    (test,) = report(suite, "-k", "test_ask")["tests"]
    ask, add = test["tasks"]
    assert ask == {"name": "ask", "arguments": "", "result": "unread"}
    assert add == {
        "name": "add",
        "arguments": "1",
        "parent": 0,
        "queue": "slow",
        "result": "unread",
    }
    told = [(each["at"], each["task"], each["what"]) for each in test["events"]]
    assert told == [
        (0, 0, "sent"),
        (0, 0, "started"),
        (0, 0, "RETRY"),
        (60, 0, "started"),
        (60, 1, "sent"),
        (60, 0, "SUCCESS"),
        (60, 1, "started"),
        (60, 1, "SUCCESS"),
    ]
    retry = test["events"][2]
    assert retry["note"] == "ConnectionError('no route')"
    assert 'File "' in retry["traceback"]
    assert "site-packages" not in retry["traceback"]


def test_results_that_nothing_read(suite: pytest.Pytester) -> None:
    tests = """
    from celery import chord
    from proj import *

    def test_read(celery_guard):
        assert add.delay(1).get() == 1

    def test_not_read(celery_guard):
        add.delay(1)
        ask.delay()
        result = chord([left_out.si()], add.si(1)).delay()
        celery_guard.advance(minutes=1)
        assert celery_guard.states(result) == ["PENDING", "SUCCESS"]
    """
    found = report(suite, tests=tests)
    assert found["unread_results"] == ["ask"]  # a chord takes the result of left_out


OUTCOMES = """
import pytest
from proj import *

@pytest.fixture
def wrong_before(celery_guard):
    raise ValueError

@pytest.fixture
def wrong_after(celery_guard):
    yield
    raise ValueError

def test_a_before(wrong_before): ...
def test_b_after(wrong_after): ...
def test_c_failed(celery_guard): raise ValueError
def test_d_skipped(celery_guard): pytest.skip()

@pytest.mark.xfail
def test_e_xfailed(celery_guard): raise ValueError

@pytest.mark.xfail
def test_f_xpassed(celery_guard): ...
"""


@in_processes
def test_how_each_test_ended(suite: pytest.Pytester, processes: tuple[str, ...]) -> None:
    found = report(suite, *processes, tests=OUTCOMES)
    outcomes = [test["outcome"] for test in found["tests"]]
    assert outcomes == ["error", "error", "failed", "skipped", "xfailed", "xpassed"]


@pytest.mark.skipif(pytest.version_tuple < (9,), reason="pytest 9 brought subtests")
def test_a_test_with_subtests(suite: pytest.Pytester) -> None:
    tests = """
    import unittest
    import pytest
    from proj import add

    @pytest.mark.usefixtures("celery_guard")
    class TestAdd(unittest.TestCase):
        def test_add(self):
            for number in range(3):
                with self.subTest(number=number):
                    self.assertEqual(add.delay(number).get(), 0)
    """
    (test,) = report(suite, tests=tests)["tests"]
    assert (test["outcome"], len(test["tasks"])) == ("failed", 3)
    result = suite.runpytest_subprocess()
    sections = str(result.stdout).split("Captured Celery call")[1:]
    # Before Python 3.11 unittest tells of all subtests when the last one is over.
    first = 2 if sys.version_info >= (3, 11) else 3
    assert [section.count("  sent  ") for section in sections] == [first, 3]


@beside_xdist
def test_two_runs_write_the_same(suite: pytest.Pytester) -> None:
    def run(*arguments: str) -> Any:
        found = report(suite, *arguments)
        for test in found["tests"]:
            assert test.pop("seconds") >= 0
        return found

    assert run() == run("-n2")


def test_a_test_with_very_many_tasks_is_cut_in_the_middle(suite: pytest.Pytester) -> None:
    tests = """
    from proj import *

    def test_many(celery_guard):
        for number in range(500):
            add.delay(number)
        celery_guard.drain()
    """
    found = report(suite, tests=tests)
    (test,) = found["tests"]
    assert (len(test["tasks"]), test["left_out"]) == (100, 400)
    assert [task["arguments"] for task in test["tasks"][49:51]] == ["49", "450"]
    assert {event["task"] for event in test["events"]} == set(range(100))
    assert found["total"]["sent"] == 500


@beside_xdist
def test_a_worker_that_crashes_takes_only_its_own_test(suite: pytest.Pytester) -> None:
    tests = (
        TESTS
        + """
def test_crash(celery_guard):
    import os
    add.delay(1)
    os._exit(1)
"""
    )
    found = report(suite, "-n2", tests=tests)
    assert found["crashed"] == ["test_proj.py::test_crash"]
    assert [test["outcome"] for test in found["tests"]] == ["passed"] * 3


def test_tasks_of_tests_and_of_celery_are_not_the_apps_own(suite: pytest.Pytester) -> None:
    tests = """
    from proj import app

    def test_local(celery_guard):
        @app.task(name="local")
        def local(): ...

        local.delay()
        celery_guard.drain()
    """
    found = report(suite, tests=tests)
    registered = {task["name"]: task["registered"] for task in found["tasks"]}
    assert registered == {
        "add": True,
        "ask": True,
        "boom": True,
        "left_out": True,
        "local": False,
    }
    assert found["coverage"]["percent"] == 0


@pytest.mark.parametrize("is_installed", [False, True])
def test_tasks_of_installed_packages_are_not_the_apps_own(
    suite: pytest.Pytester, is_installed: bool
) -> None:
    folder = suite.mkdir("site-packages")
    (folder / "mails.py").write_text("from proj import app\n\n@app.task\ndef mail(): ...\n")
    if is_installed:
        (suite.path / "proj.py").rename(folder / "proj.py")
    suite.makeini(INI.replace("pythonpath = .", "pythonpath = . site-packages"))
    tests = """
    import mails
    from proj import app

    def test_nothing(celery_guard): ...
    """
    found = report(suite, tests=tests)
    registered = [task["name"] for task in found["tasks"] if task["registered"]]
    own = ["add", "ask", "boom", "left_out"]
    assert registered == (sorted([*own, "mails.mail"]) if is_installed else own)


def test_findings_are_counted_by_their_codes(suite: pytest.Pytester) -> None:
    tests = """
    from proj import add, app

    def test_waits(celery_guard):
        @app.task(name="waits")
        def waits():
            return add.delay(1).get()

        waits.delay()
        celery_guard.drain()
    """
    found = report(suite, tests=tests)
    assert found["findings"] == {"CEL101": 1}
    (finding,) = found["tests"][0]["findings"]
    assert finding.startswith("CEL101 task waits waits for a result: test_proj.py:")


def test_two_reports_and_where_they_go(suite: pytest.Pytester) -> None:
    result = suite.runpytest(
        "--celery-guard-report=a.json, b/b.json", "--celery-guard-report=c.json"
    )
    assert [line.rpartition("/")[2] for line in said(result)[-3:]] == [
        "a.json",
        "b.json",
        "c.json",
    ]
    assert (suite.path / "b/b.json").is_file()


def test_the_ini_file_is_read_from_its_own_folder(
    suite: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    suite.makeini(INI + "celery_guard_report = r.json\n")
    monkeypatch.chdir(suite.mkdir("elsewhere"))
    suite.runpytest_subprocess("..")
    assert (suite.path / "r.json").is_file()


def test_a_report_that_can_not_be_written_is_one_line(suite: pytest.Pytester) -> None:
    (suite.path / "file").touch()
    result = suite.runpytest("--celery-guard-report=file/r.json")
    assert result.ret == 1
    result.stdout.fnmatch_lines(["ERROR: celery-guard: *r.json can't be written: *"])
    result.stdout.no_fnmatch_line("*Traceback*")


@pytest.mark.parametrize(
    ("flag", "said"),
    [
        (
            "--celery-guard-report=r.txt",
            "report is 'r.txt', but it must end in .html or .json.",
        ),
        (
            "--celery-guard-min-coverage=many",
            "min_coverage is 'many', but it must be a number from 0 to 100.",
        ),
        (
            "--celery-guard-min-coverage=120",
            "min_coverage is '120', but it must be a number from 0 to 100.",
        ),
    ],
)
def test_a_wrong_option_is_one_line(suite: pytest.Pytester, flag: str, said: str) -> None:
    result = suite.runpytest(flag)
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines([f"ERROR: celery_guard's option {said}"])


# The share of tasks that ran


@in_processes
def test_too_few_tasks_ran(suite: pytest.Pytester, processes: tuple[str, ...]) -> None:
    result = suite.runpytest_subprocess("--celery-guard-min-coverage=80", *processes)
    result.assert_outcomes(passed=4)
    assert result.ret == 1
    assert said(result)[-1] == (
        "ERROR: celery-guard: 75% of the tasks ran, 80% are required; never ran: left_out"
    )


def test_too_few_tasks_are_told_in_a_red_last_line(suite: pytest.Pytester) -> None:
    result = suite.runpytest_subprocess("--celery-guard-min-coverage=80", "--color=yes")
    last = [line for line in result.outlines if line][-1]
    assert re.fullmatch(r"(\x1b\[\d+m)+ERROR: celery-guard: 75% of the tasks .*", last)
    assert "\x1b[31m" in last


def test_enough_tasks_ran(suite: pytest.Pytester) -> None:
    assert suite.runpytest("--celery-guard-min-coverage=75%").ret == 0


def test_a_task_that_was_only_sent_did_not_run(suite: pytest.Pytester) -> None:
    suite.makepyfile(
        test_more="""
        import pytest
        from proj import left_out

        @pytest.mark.celery_guard(allow_leftover=True)
        def test_sent(celery_guard):
            left_out.delay()
        """
    )
    result = suite.runpytest("--celery-guard-min-coverage=100")
    assert result.ret == 1
    assert "never sent" not in str(result.stdout)


def test_a_selection_is_judged_too(suite: pytest.Pytester) -> None:
    result = suite.runpytest("--celery-guard-min-coverage=50", "-k", "test_add")
    assert result.ret == 1
    assert said(result)[-1].endswith("never ran: ask, boom, left_out")


def test_no_test_uses_the_guard(suite: pytest.Pytester) -> None:
    result = suite.runpytest("--celery-guard-min-coverage=50", "-k", "without")
    assert result.ret == 1
    assert said(result) == [
        "ERROR: celery-guard: 0% of the tasks ran, 50% are required: no test used the guard"
    ]


def test_nothing_is_judged_where_nothing_runs(suite: pytest.Pytester) -> None:
    result = suite.runpytest("--celery-guard-min-coverage=50", "--collect-only")
    assert (result.ret, said(result)) == (0, [])


def test_a_failing_run_keeps_its_own_exit_status(suite: pytest.Pytester) -> None:
    result = suite.runpytest("--celery-guard-min-coverage=50", "-k", "nosuchtest")
    assert (result.ret, said(result)) == (pytest.ExitCode.NO_TESTS_COLLECTED, [])


# JUnit XML


def properties(suite: pytest.Pytester, *arguments: str) -> dict[str, dict[str, str]]:
    """The properties of each test in JUnit's XML."""
    suite.runpytest("--junitxml=junit.xml", *arguments)
    return {
        case.attrib["name"]: {
            each.attrib["name"]: each.attrib["value"] for each in case.iter("property")
        }
        for case in ElementTree.parse(Path(suite.path, "junit.xml")).iter("testcase")
    }


def test_junit_has_no_properties_unless_asked(suite: pytest.Pytester) -> None:
    assert properties(suite, "-v")["test_ask"] == {}


def test_junit_has_the_counts_of_each_test(suite: pytest.Pytester) -> None:
    found = properties(suite, "--celery-guard-properties")
    assert found["test_ask"] == {
        "celery_sent": "2",
        "celery_ran": "2",
        "celery_retried": "1",
        "celery_failed": "0",
        "celery_revoked": "0",
    }
    assert found["test_without_the_guard"] == {}
