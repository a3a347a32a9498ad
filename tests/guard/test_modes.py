"""One option says where the tasks of a whole suite run; a marker says it for one test."""

from __future__ import annotations

import pytest

from tests.guard.test_fixtures import APP, NAMED

SUITE = """
import pytest
from proj import add

def test_sent_is_not_run(celery_guard):
    assert add.delay(1).state == "PENDING"
    celery_guard.drain()

def test_run_at_once(celery_guard):
    assert add.delay(1).state == "SUCCESS"

@pytest.mark.celery_guard(mode="step")
def test_pinned(celery_guard):
    assert add.delay(1).state == "PENDING"
    celery_guard.drain()

def test_eager(celery_eager):
    assert add.delay(1).state == "SUCCESS"
    assert celery_eager.sent == [add.s(1)]
"""


@pytest.fixture
def suite(pytester: pytest.Pytester) -> pytest.Pytester:
    """A project with an app in proj.py and a test for each mode."""
    pytester.makepyfile(proj=APP, test_modes=SUITE)
    pytester.makeini(NAMED)
    return pytester


def failed(suite: pytest.Pytester, *arguments: str) -> list[str]:
    result = suite.runpytest("-rf", *arguments)
    return [
        line.split("::")[1].split()[0]
        for line in result.outlines
        if line.startswith("FAILED ")
    ]


def test_without_a_mode_the_test_says_when(suite: pytest.Pytester) -> None:
    assert failed(suite) == ["test_run_at_once"]
    assert failed(suite, "--celery-guard-mode=step") == ["test_run_at_once"]


def test_a_whole_suite_is_switched_to_eager(suite: pytest.Pytester) -> None:
    assert failed(suite, "--celery-guard-mode=eager") == ["test_sent_is_not_run"]


def test_the_ini_file_switches_it_too(suite: pytest.Pytester) -> None:
    suite.makeini(f"{NAMED}celery_guard_mode = eager\n")
    assert failed(suite) == ["test_sent_is_not_run"]
