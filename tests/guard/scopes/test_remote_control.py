"""What a fixture of a wider scope has told the worker by remote control holds in each test."""

from __future__ import annotations

import pytest

REVOKED = """
import pytest
from proj import add, app

@pytest.fixture(scope="{scope}")
def order(celery_guard):
    stamped = add.s(1)
    stamped.stamp(customer="ann")
    result = stamped.apply_async()
    {revoke}
    return result

@pytest.mark.parametrize("_", range(2))
class TestOrder:
    def test_it_stays_revoked(self, order, celery_guard, _):
        celery_guard.drain()
        assert order.state == "REVOKED"

    def test_others_are_not(self, order, celery_guard, _):
        other = add.delay(2)
        celery_guard.revoke(add.delay(3))
        celery_guard.drain()
        assert other.get() == 2
"""


@pytest.mark.parametrize("scope", ["class", "module", "session"])
@pytest.mark.parametrize(
    "revoke",
    [
        "result.revoke()",
        "celery_guard.revoke(result)",
        "app.control.revoke_by_stamped_headers({'customer': ['ann']})",
    ],
)
def test_a_revoke(suite: pytest.Pytester, scope: str, revoke: str) -> None:
    suite.makepyfile(REVOKED.format(scope=scope, revoke=revoke))
    suite.runpytest().assert_outcomes(passed=4)


def test_limits(suite: pytest.Pytester) -> None:
    suite.makepyfile(
        """
        import pytest
        from proj import add, app

        @pytest.fixture(scope="class")
        def limited(celery_guard):
            app.control.rate_limit("add", "1/m")
            app.control.time_limit("add", soft=1, hard=2)

        @pytest.mark.parametrize("_", range(2))
        class TestLimited:
            def test_they_hold(self, limited, celery_guard, _):
                add.delay(1), add.delay(2)
                assert celery_guard.drain() == 1
                assert celery_guard.advance(minutes=1) == 1
                assert add.time_limit == 2

            def test_a_test_may_change_them(self, limited, celery_guard, _):
                app.control.rate_limit("add", "0")
                add.delay(1), add.delay(2)
                assert celery_guard.drain() == 2

        def test_after_them(celery_guard):
            assert add.rate_limit is add.time_limit is None
        """
    )
    suite.runpytest().assert_outcomes(passed=5)
