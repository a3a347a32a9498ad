"""A fixture of a wider scope that is set up while a narrower part of the guard is on."""

from __future__ import annotations

import pytest


@pytest.mark.parametrize("scope", ["function", "class", "session"])
@pytest.mark.parametrize("wider", ["module", "session"])
def test_one_with_parameters(suite: pytest.Pytester, wider: str, scope: str) -> None:
    suite.makepyfile(
        f"""
        import pytest
        from proj import add

        @pytest.fixture(scope="{wider}", params=[1, 2])
        def order(request, celery_guard):
            return add.delay(request.param)

        @pytest.mark.usefixtures("celery_guard")
        class TestFirst:
            @classmethod
            def setup_class(cls):
                add.delay(7)

            def test_one(self, order, celery_guard):
                assert len(celery_guard.sent) == celery_guard.drain() == 2

            def test_two(self, order, celery_guard):
                assert celery_guard.drain() == 2
                assert order.result in (1, 2)

        class TestSecond:
            def test_it(self, order, celery_guard):
                assert celery_guard.drain() == 1
                assert order.result in (1, 2)
        """
    )
    suite.runpytest(f"--celery-guard-scope={scope}").assert_outcomes(passed=6)


def test_one_that_a_later_test_of_a_class_is_the_first_to_use(
    suite: pytest.Pytester,
) -> None:
    suite.makepyfile(
        """
        import pytest
        from proj import add

        @pytest.fixture(scope="session")
        def order(celery_guard):
            return add.delay(1)

        @pytest.mark.usefixtures("celery_guard")
        class TestFirst:
            @pytest.fixture(scope="class")
            def own(self, celery_guard):
                return add.delay(2)

            def test_without(self, own, celery_guard):
                assert celery_guard.drain() == 1

            def test_with(self, order, own, celery_guard):
                assert celery_guard.drain() == 2
                assert (order.result, own.result) == (1, 2)

        def test_it(order, celery_guard):
            assert order.get() == 1
            assert len(celery_guard.sent) == 1
        """
    )
    suite.runpytest().assert_outcomes(passed=3)


def test_a_part_goes_on_where_no_wider_guard_is_on(suite: pytest.Pytester) -> None:
    suite.makepyfile(
        """
        import pytest
        from proj import add

        times = []

        @pytest.fixture(scope="session", params=[1, 2])
        def number(request):
            return request.param

        @pytest.mark.usefixtures("celery_guard")
        class TestIt:
            @classmethod
            def setup_class(cls):
                times.append(1)
                add.delay(1)

            def test_one(self, celery_guard):
                assert celery_guard.drain() == 1

            def test_two(self, number, celery_guard):
                assert celery_guard.drain() == len(times) == 1
        """
    )
    suite.runpytest().assert_outcomes(passed=3)


def test_one_that_comes_when_a_test_is_in_the_part_leaves_it_on(
    suite: pytest.Pytester,
) -> None:
    suite.makepyfile(
        """
        import pytest
        from proj import add

        @pytest.fixture(scope="session")
        def first(celery_guard):
            return add.delay(1)

        @pytest.fixture(scope="session")
        def late(): ...

        @pytest.fixture(scope="module")
        def order(request, celery_guard):
            request.getfixturevalue("late")
            return add.delay(2)

        @pytest.mark.parametrize("_", range(2))
        def test_it(order, celery_guard, _):
            assert celery_guard.drain() == 1

        def test_both(first, order, celery_guard):
            assert celery_guard.drain() == 2
            assert (first.result, order.result) == (1, 2)
        """
    )
    suite.runpytest().assert_outcomes(passed=3)
