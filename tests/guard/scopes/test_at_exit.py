"""What code leaves to a function of ``atexit`` must not be sent to a real broker either."""

from __future__ import annotations

import pytest

from tests.guard.test_fixtures import APP

AT_EXIT = """
import atexit
from proj import add, app

app.conf.broker_transport_options = {"connect_retries_timeout": 1e-9, "interval_start": 0}

def send():
    add.apply_async((1,), retry=False, ignore_result=True)

atexit.register(send)
"""


@pytest.fixture
def suite(suite: pytest.Pytester) -> pytest.Pytester:
    """One whose broker refuses at once."""
    suite.makepyfile(proj=APP.replace("nowhere.invalid", "127.0.0.1:1"))
    return suite


def test_a_send_at_exit_is_refused(suite: pytest.Pytester) -> None:
    suite.makepyfile(AT_EXIT + "def test_it(celery_guard): ...")
    result = suite.runpytest_subprocess()
    result.assert_outcomes(passed=1)
    result.stderr.fnmatch_lines(
        [
            "*RealBrokerError: *add was not sent: *.py:* sends it to * in a function of atexit,*"
        ]
    )


@pytest.mark.parametrize(
    ("test", "option"),
    [
        ("def test_it(celery_guard): ...", "--celery-guard-allow-broker"),
        ("def test_it(): ...", ""),
    ],
)
def test_it_may_try_where_that_is_allowed_or_no_test_has_the_guard(
    suite: pytest.Pytester, test: str, option: str
) -> None:
    suite.makepyfile(AT_EXIT + test)
    result = suite.runpytest_subprocess(*option.split())
    result.assert_outcomes(passed=1)
    result.stderr.fnmatch_lines(["Exception ignored in atexit callback*"])
    result.stderr.no_fnmatch_line("*RealBrokerError*")
