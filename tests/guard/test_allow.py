"""Findings have codes, and a test may allow some."""

from __future__ import annotations

from typing import Any

import pytest

from pytest_celery_guard import CeleryGuard
from pytest_celery_guard.errors import GuardError, WrongOptionError


def test_a_finding_fails_the_test_with_its_code(app: Any) -> None:
    with (
        pytest.raises(GuardError, match=r"CEL608 nobody knows pay") as failure,
        CeleryGuard(app) as guard,
    ):
        guard._world.found("CEL608", "nobody knows pay")
        guard._world.found("CEL608", "nobody knows pay")
    assert str(failure.value).count("nobody knows pay") == 1


def test_what_is_allowed_is_not_noted(app: Any) -> None:
    with CeleryGuard(app, allow=["CEL608"]) as guard:
        guard._world.found("CEL608", "nobody knows pay")


def test_it_is_allowed_for_one_test_only(app: Any) -> None:
    with CeleryGuard(app, allow="CEL607, CEL608"):
        pass
    with pytest.raises(GuardError, match="CEL608"), CeleryGuard(app) as guard:
        guard._world.found("CEL608", "nobody knows pay")


def test_it_can_be_allowed_for_a_while(app: Any) -> None:
    with pytest.raises(GuardError) as failure, CeleryGuard(app) as guard:
        with guard.allow("CEL608", "CEL607"):
            guard._world.found("CEL608", "first")
        guard._world.found("CEL608", "second")
        guard.allow("CEL608")
        guard._world.found("CEL608", "third")
    assert "second" in str(failure.value)
    assert "first" not in str(failure.value)
    assert "third" not in str(failure.value)


def test_a_code_that_the_guard_never_finds(app: Any) -> None:
    with pytest.raises(WrongOptionError) as refused, CeleryGuard(app, allow=["CEL60"]):
        pass
    assert str(refused.value).startswith(
        "celery_guard's option allow: there is no code 'CEL60'. Did you mean CEL60"
    )


def test_an_unknown_code_is_told_with_those_there_are(guard: CeleryGuard) -> None:
    with pytest.raises(
        WrongOptionError, match=r"'nothing'\. Its codes are CEL101, .*CEL6\d\d\.$"
    ):
        guard.allow("nothing")


TESTS = """
import pytest
from celery import Celery

app = Celery("shop", set_as_current=False)

@pytest.fixture
def celery_guard_app():
    return app

@pytest.mark.celery_guard(allow=["CEL607"])
class TestAllowed:
    @pytest.mark.celery_guard(allow=["CEL603"])
    def test_it_adds_up(self, celery_guard):
        for code in ("CEL601", "CEL602", "CEL603", "CEL607"):
            celery_guard._world.found(code, "")

@pytest.mark.celery_guard(allow=7)
def test_no_code(celery_guard):
    pass
"""


def test_marker_ini_file_and_command_line_add_up(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(TESTS)
    pytester.makeini("[pytest]\ncelery_guard_allow = CEL601, CEL602")
    result = pytester.runpytest("-p", "no:django", "-k", "adds_up")
    result.assert_outcomes(passed=1, deselected=1)
    result = pytester.runpytest("-p", "no:django", "--celery-guard-allow=CEL601 CEL602")
    result.assert_outcomes(passed=1, errors=1)
    result.stdout.fnmatch_lines(
        ["*celery_guard's option allow: there is no code 7. Its codes are *"]
    )
