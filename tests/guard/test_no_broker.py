"""A broker must be named to be used: worker mode never touches the one that an app has."""

from __future__ import annotations

import pytest

from tests.guard.test_fixtures import APP, NAMED

SUITE = """
import pytest
from proj import add

def test_add(celery_guard):
    assert add.delay(1).get() == 1

@pytest.mark.celery_guard(mode="worker")
def test_marked(celery_guard):
    assert add.delay(1).get() == 1
"""


@pytest.fixture
def suite(pytester: pytest.Pytester) -> pytest.Pytester:
    pytester.makepyfile(proj=APP, test_marked=SUITE)
    pytester.makeini(NAMED)
    return pytester


def test_worker_mode_without_a_broker_is_one_clear_line(suite: pytest.Pytester) -> None:
    result = suite.runpytest("--celery-guard-mode=worker")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(
        [
            "ERROR: --celery-guard-mode=worker needs --celery-guard-broker=URL, redis:// or"
            " amqp://: the broker that the app is configured with is never used."
        ]
    )


def test_a_test_marked_for_it_is_skipped_without_a_broker(suite: pytest.Pytester) -> None:
    result = suite.runpytest("-rs")
    result.assert_outcomes(passed=1, skipped=1)
    result.stdout.fnmatch_lines(["SKIPPED *: worker mode needs --celery-guard-broker=*"])


def test_a_broker_that_does_not_answer_is_one_clear_line(suite: pytest.Pytester) -> None:
    broker = "redis://:secret@localhost:1/0"
    result = suite.runpytest(
        "--celery-guard-mode=worker", f"--celery-guard-broker={broker}", "-k", "add"
    )
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(["*redis://:**@localhost:1/0 does not answer: *"])
    result.stdout.no_fnmatch_line("*secret*")
    result.stdout.no_fnmatch_line("*Traceback*")
    result.stdout.no_fnmatch_line("*plugin.py*")
