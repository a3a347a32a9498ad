"""What a fixture puts in the place of Celery's methods stays there: a mock lets nothing out."""

from __future__ import annotations

import pytest

from tests.guard.test_fixtures import APP, NAMED

OTHER = (
    '\nother = Celery("other", broker="redis://nowhere.invalid/", set_as_current=False)\n'
)

SUITE = """
import kombu, pytest
from unittest.mock import patch
from celery import Celery
from celery.backends.base import Backend
from proj import app, other

FAKES = {{
    "mock": lambda: patch.object(Celery, "send_task", return_value=7),
    "spec": lambda: patch.object(Celery, "send_task", autospec=True, return_value=7),
    "function": lambda: patch.object(Celery, "send_task", lambda app, name: 7),
    "message": lambda: patch.object(kombu.Producer, "publish", return_value=7),
    "result": lambda: patch.object(Backend, "get_task_meta", lambda *args: 7),
}}

@pytest.fixture(scope="{scope}", params=FAKES)
def faked(request):
    with FAKES[request.param]():
        yield request.param

def test_it({order}):
    if faked == "message":
        assert kombu.Connection("memory://").Producer().publish({{}}) == 7
    elif faked == "result":
        assert Backend(app).get_task_meta("A-17") == 7
    else:
        assert other.send_task("other") == 7
"""
IN_THE_END = """
from proj import other

def test_in_the_end(celery_guard):
    other.send_task("other")
"""


@pytest.fixture
def suite(pytester: pytest.Pytester) -> pytest.Pytester:
    """Two apps, one of which the ini file names."""
    pytester.makepyfile(proj=APP + OTHER)
    pytester.makeini(NAMED)
    return pytester


@pytest.mark.parametrize("scope", ["function", "module", "session"])
@pytest.mark.parametrize("order", ["faked, celery_guard", "celery_guard, faked"])
def test_a_fake_wins_until_its_fixture_ends(
    suite: pytest.Pytester, order: str, scope: str
) -> None:
    suite.makepyfile(
        test_a=SUITE.format(scope=scope, order=order),
        test_b=IN_THE_END,
    )
    result = suite.runpytest()
    result.assert_outcomes(passed=5, failed=1)
    result.stdout.fnmatch_lines(["*other was not sent: test_b.py:4 *"])
