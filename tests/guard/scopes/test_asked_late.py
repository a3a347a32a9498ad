"""Fixtures of a wider scope that a test asks for when it has begun."""

from __future__ import annotations

import pytest

LATE = """
import pytest
from proj import add

{guard}

@pytest.fixture(scope="{scope}")
def paid():
    {body}

class TestIt:
    def test_first(self, celery_guard, request):
        own = add.delay(1)
        request.getfixturevalue("paid")
        assert own.get() == 1

    def test_second(self, celery_guard, request):
        request.getfixturevalue("paid")
        assert celery_guard.sent == []
"""

GUARDS = {
    "for a test": "",
    "for a module": 'pytestmark = pytest.mark.usefixtures("celery_guard")',
}


@pytest.mark.parametrize("guard", GUARDS.values(), ids=GUARDS)
@pytest.mark.parametrize("scope", ["class", "module", "session"])
def test_what_it_sends_is_refused(suite: pytest.Pytester, scope: str, guard: str) -> None:
    suite.makepyfile(LATE.format(scope=scope, guard=guard, body="return add.delay(2)"))
    result = suite.runpytest()
    result.assert_outcomes(failed=2)
    result.stdout.fnmatch_lines(
        [
            f"add was sent in the fixture 'paid' ({scope}), and later tests would not find it:"
            " getfixturevalue() asks for the fixture when the test has already begun. Name the"
            " fixture among the arguments of the test, or in usefixtures, and let it use"
            " celery_guard, too."
        ]
        * 2
    )


@pytest.mark.parametrize("guard", GUARDS.values(), ids=GUARDS)
def test_one_that_sends_nothing_is_fine(suite: pytest.Pytester, guard: str) -> None:
    suite.makepyfile(LATE.format(scope="module", guard=guard, body="return 7"))
    suite.runpytest().assert_outcomes(passed=2)


def test_one_of_a_single_test_is_fine(suite: pytest.Pytester) -> None:
    suite.makepyfile(
        """
        import pytest
        from proj import add

        @pytest.fixture
        def paid(celery_guard):
            return add.delay(2)

        def test_it(celery_guard, request):
            assert request.getfixturevalue("paid").get() == 2
        """
    )
    suite.runpytest().assert_outcomes(passed=1)


def test_one_that_fails_is_told_of_that(suite: pytest.Pytester) -> None:
    suite.makepyfile(LATE.format(scope="module", guard="", body="add.delay(2) / 0"))
    result = suite.runpytest()
    result.assert_outcomes(failed=2)
    result.stdout.fnmatch_lines(["*TypeError: unsupported operand*"])
