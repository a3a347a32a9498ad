from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from fidelity.outcomes import Outcome, read

TEST = "t/integration/test_tasks.py::test_tasks::test_eta"


def log_with(folder: Path, *reports: dict[str, Any]) -> Path:
    """A log as pytest-reportlog writes it, with what other plugins leave there."""
    common = {
        "$report_type": "TestReport",
        "nodeid": TEST,
        "duration": 0.5,
        "longrepr": None,
    }
    lines: list[dict[str, Any]] = [
        {"pytest_version": "9.2.0", "$report_type": "SessionStart"}
    ]
    lines += [{**common, **report} for report in reports]
    log = folder / "log.jsonl"
    log.write_text("\n".join(map(json.dumps, lines)), encoding="utf-8")
    return log


SETUP = {"when": "setup", "outcome": "passed"}
CALL = {"when": "call", "outcome": "passed"}
TEARDOWN = {"when": "teardown", "outcome": "passed"}
FAILED = {
    "when": "call",
    "outcome": "failed",
    "longrepr": {"reprcrash": {"message": "AssertionError: 1 != 2\nassert 1 == 2"}},
}


def test_a_test_is_known_by_its_short_id_and_its_phases_add_up(tmp_path: Path) -> None:
    outcomes = read(log_with(tmp_path, SETUP, CALL, TEARDOWN))
    assert outcomes == {"test_tasks.py::test_tasks::test_eta": Outcome("passed", 0, 1.5)}


@pytest.mark.parametrize(
    "report",
    [
        FAILED,
        {**FAILED, "when": "setup"},
        {**FAILED, "when": "teardown"},
        {**FAILED, "$report_type": "SubTestReport"},
    ],
    ids=["call", "setup", "teardown", "subtest"],
)
def test_a_test_fails_when_any_part_of_it_fails(
    tmp_path: Path, report: dict[str, Any]
) -> None:
    (outcome,) = read(log_with(tmp_path, SETUP, report, CALL)).values()
    assert outcome.result == "failed"
    assert outcome.message == "AssertionError: 1 != 2"


def test_an_error_without_traceback_is_told_by_its_first_line(tmp_path: Path) -> None:
    report = {**FAILED, "longrepr": "[XPASS(strict)] Task is timeout\n"}
    (outcome,) = read(log_with(tmp_path, report)).values()
    assert outcome.message == "[XPASS(strict)] Task is timeout"


def test_the_last_try_decides_and_the_others_are_counted(tmp_path: Path) -> None:
    rerun = {**FAILED, "outcome": "rerun"}
    (outcome,) = read(log_with(tmp_path, SETUP, rerun, SETUP, rerun, SETUP, CALL)).values()
    assert (outcome.result, outcome.reruns, outcome.message) == ("passed", 2, "")


def test_a_failed_subtest_of_an_earlier_try_is_forgotten(tmp_path: Path) -> None:
    subtest = {**FAILED, "$report_type": "SubTestReport"}
    rerun = {**FAILED, "outcome": "rerun"}
    (outcome,) = read(log_with(tmp_path, subtest, rerun, CALL)).values()
    assert outcome.result == "passed"


def test_skipped_and_expected_to_fail_are_two_things(tmp_path: Path) -> None:
    skipped = {"when": "call", "outcome": "skipped"}
    (outcome,) = read(log_with(tmp_path, SETUP, skipped, TEARDOWN)).values()
    assert outcome.result == "skipped"
    expected = {**skipped, "wasxfail": "Task is timeout"}
    (outcome,) = read(log_with(tmp_path, SETUP, expected, TEARDOWN)).values()
    assert outcome.result == "expected failure"
