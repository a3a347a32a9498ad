"""A guard that is on for a class, a module or the session: each test begins with what is there."""

from __future__ import annotations

import pytest

from tests.guard.test_fixtures import NAMED

BOTH_FIND_THE_SAME = """
import pytest
from proj import add, boom

@pytest.fixture(scope="{scope}")
def order({argument}):
    result = add.delay(1)
    add.apply_async((2,), countdown=60)
    {argument}.drain()
    add.delay(3)
    return result

class TestOrder:
    @pytest.mark.parametrize("_", range(3))
    def test_it(self, order, celery_guard, _):
        assert order.get() == 1
        assert celery_guard.states(order) == ["PENDING", "SUCCESS"]
        assert celery_guard.sent == [add.s(1), add.s(2), add.s(3)]
        assert [each.task for each in celery_guard.scheduled] == ["add"]
        assert celery_guard.drain() == 1
        assert celery_guard.advance(minutes=1) == 1
        add.delay(4)
        celery_guard.drain()

    def test_that_does_not_ask(self, order):
        assert add.delay(1).get() == 1
"""


@pytest.mark.parametrize("scope", ["class", "module", "package", "session"])
@pytest.mark.parametrize("argument", ["celery_guard", "celery_guard_session"])
def test_a_fixture_of_any_scope_may_ask(
    suite: pytest.Pytester, scope: str, argument: str
) -> None:
    suite.makepyfile(BOTH_FIND_THE_SAME.format(scope=scope, argument=argument))
    suite.runpytest("--strict-markers").assert_outcomes(passed=4)


@pytest.mark.parametrize("scope", ["class", "module", "session"])
def test_each_scope_has_a_fixture_of_its_own(suite: pytest.Pytester, scope: str) -> None:
    name = f"celery_guard_{scope}"
    suite.makepyfile(BOTH_FIND_THE_SAME.format(scope=scope, argument=name))
    suite.runpytest().assert_outcomes(passed=4)


def test_in_any_order(suite: pytest.Pytester) -> None:
    pytest.importorskip("pytest_randomly")
    suite.makeini(NAMED.replace("-p no:randomly ", ""))
    suite.makepyfile(BOTH_FIND_THE_SAME.format(scope="module", argument="celery_guard"))
    for seed in range(4):
        result = suite.runpytest_subprocess(f"--randomly-seed={seed}")
        passed = result.parseoutcomes().get("passed", 0)
        assert passed in {3, 4}  # the one that does not ask may come before the guard is on


def test_what_runs_in_a_fixture_may_be_eager(suite: pytest.Pytester) -> None:
    suite.makepyfile(
        """
        import pytest
        from proj import add

        @pytest.fixture(scope="module")
        def order(celery_eager):
            result = add.delay(1)
            assert result.state == "SUCCESS"
            return result

        def test_step(order, celery_guard):
            assert order.get() == 1
            assert add.delay(2).state == "PENDING"
            celery_guard.drain()

        def test_eager(order, celery_eager):
            assert add.delay(2).state == "SUCCESS"
        """
    )
    suite.runpytest().assert_outcomes(passed=2)


def test_a_class_that_is_marked_has_it_from_setup_class_on(suite: pytest.Pytester) -> None:
    suite.makepyfile(
        """
        import unittest
        import pytest
        from proj import add

        @pytest.mark.usefixtures("celery_guard")
        class TestPlain:
            @classmethod
            def setup_class(cls):
                cls.result = add.delay(1)

            def test_it(self, celery_guard):
                assert celery_guard.drain() == 1
                assert self.result.get() == 1

            def test_again(self, celery_guard):
                assert celery_guard.drain() == 1

        @pytest.mark.usefixtures("celery_guard")
        class CaseTest(unittest.TestCase):
            @classmethod
            def setUpClass(cls):
                cls.result = add.delay(1)
                assert cls.celery_guard.drain() == 1
                add.delay(2)

            @classmethod
            def tearDownClass(cls):
                assert cls.celery_guard.drain() == 1

            def test_it(self):
                assert self.result.get() == 1
                assert self.celery_guard.drain() == 1

        @pytest.mark.usefixtures("celery_eager")
        class EagerTest(unittest.TestCase):
            @classmethod
            def setUpClass(cls):
                cls.result = add.delay(1)
                assert cls.result.state == "SUCCESS"

            def setUp(self):
                assert add.delay(1).state == "SUCCESS"

            def test_it(self):
                assert self.result.get() == 1

        def test_afterwards():
            assert not hasattr(CaseTest, "celery_guard")
        """
    )
    suite.runpytest().assert_outcomes(passed=5)


def test_a_module_that_is_marked_has_it_from_setup_module_on(
    suite: pytest.Pytester,
) -> None:
    suite.makepyfile(
        """
        import pytest
        from proj import add

        pytestmark = pytest.mark.usefixtures("celery_guard")
        found = {}

        def setup_module():
            found["module"] = add.delay(1)

        class TestIt:
            @classmethod
            def setup_class(cls):
                cls.result = add.delay(2)

            def test_it(self, celery_guard):
                assert celery_guard.drain() == 2
                assert self.result.get() == 2

        def test_what_a_class_has_sent_goes_with_it(celery_guard):
            assert celery_guard.drain() == 1
            assert found["module"].get() == 1
        """
    )
    suite.runpytest().assert_outcomes(passed=2)


SENDS_EVERYWHERE = """
import pytest
from proj import add

@pytest.fixture(scope="session")
def of_session():
    return add.delay(1)

@pytest.fixture(scope="module")
def of_module():
    return add.delay(2)

class TestIt:
    @pytest.fixture(scope="class")
    def of_class(self):
        return add.delay(3)

    def setup_method(self):
        self.result = add.delay(4)

    @pytest.mark.parametrize("_", range(2))
    def test_it(self, {arguments}celery_guard, _):
        results = [self.result, {arguments}]
        assert celery_guard.drain() == len(results)
        assert all(each.successful() for each in results)
"""


@pytest.mark.parametrize(
    ("scope", "arguments"),
    [
        ("class", "of_class, "),
        ("module", "of_class, of_module, "),
        ("session", "of_class, of_module, of_session, "),
    ],
)
def test_the_ini_file_says_it_for_all(
    suite: pytest.Pytester, scope: str, arguments: str
) -> None:
    suite.makeini(f"{NAMED}celery_guard_scope = {scope}\n")
    suite.makepyfile(SENDS_EVERYWHERE.format(arguments=arguments))
    suite.runpytest("-W", "ignore").assert_outcomes(passed=2)


FROM_NARROW_TO_WIDE = """
import pytest
from proj import add

@pytest.fixture(scope="{narrow}")
def first({narrow_argument}):
    return add.delay(1)

@pytest.fixture(scope="{wide}")
def second({wide_argument}):
    return add.delay(2)

class TestOrder:
    def test_narrow(self, first, celery_guard):
        assert first.get() == 1

    def test_wide(self, second, celery_guard):
        assert second.get() == 2

    def test_both(self, first, second, celery_guard):
        assert (first.get(), second.get()) == (1, 2)

def test_another(celery_guard):
    celery_guard.drain()
    assert add.delay(3).get() == 3
"""


@pytest.mark.parametrize(
    ("narrow", "wide"), [("class", "module"), ("class", "session"), ("module", "session")]
)
@pytest.mark.parametrize("by_name", [False, True])
def test_a_guard_for_more_tests_may_come_after_one_for_fewer(
    suite: pytest.Pytester, narrow: str, wide: str, by_name: bool
) -> None:
    text = FROM_NARROW_TO_WIDE.format(
        narrow=narrow,
        wide=wide,
        narrow_argument=f"celery_guard_{narrow}" if by_name else "celery_guard",
        wide_argument=f"celery_guard_{wide}" if by_name else "celery_guard",
    )
    suite.makepyfile(test_a=text, test_b=text)
    suite.runpytest().assert_outcomes(passed=8)


def test_one_that_comes_unannounced_is_refused_and_harms_no_other_test(
    suite: pytest.Pytester,
) -> None:
    suite.makepyfile(
        test_a="""
        import pytest
        from proj import add

        @pytest.fixture(scope="module")
        def first(celery_guard):
            return add.delay(1)

        @pytest.fixture(scope="session")
        def second(celery_guard_session):
            return add.delay(2)

        def test_module(first, celery_guard):
            assert first.get() == 1

        def test_unannounced(request, celery_guard, first):
            celery_guard.drain()
            request.getfixturevalue("second")

        def test_again(first, celery_guard):
            assert first.get() == 1
        """,
        test_b="""
        from proj import add

        def test_another(celery_guard):
            assert add.delay(3).get() == 3
        """,
    )
    result = suite.runpytest()
    result.assert_outcomes(passed=3, failed=1)
    result.stdout.fnmatch_lines(
        [
            "*A guard for a session is requested while one for a module is enabled: test_a.py.*"
        ]
    )


def test_a_handle_forgets_what_another_test_has_read(suite: pytest.Pytester) -> None:
    suite.makepyfile(
        """
        import pytest
        from celery import chain, group
        from proj import add, boom

        @pytest.fixture(scope="module")
        def order(celery_guard):
            return add.delay(1)

        @pytest.fixture(scope="module")
        def ran(celery_guard):
            result = add.delay(2)
            assert result.get() == 2
            return result

        @pytest.fixture(scope="module")
        def several(celery_guard):
            return group(add.s(1), add.s(2))(), chain(add.s(3), add.s(4))(), boom.delay()

        @pytest.mark.parametrize("_", range(2))
        def test_it(ran, order, celery_guard, _):
            seen = []
            order.then(seen.append)
            assert (order.state, ran.state, seen) == ("PENDING", "SUCCESS", [])
            assert celery_guard.drain() == 1
            assert order.state == "SUCCESS"
            assert seen == [order]

        @pytest.mark.parametrize("_", range(2))
        def test_canvas_and_failure(several, order, celery_guard, _):
            members, last, fails = several
            assert not members.ready()
            assert last.parent.state == fails.state == "PENDING"
            celery_guard.drain()
            assert members.get() == [1, 2]
            assert last.get() == 7
            with pytest.raises(ValueError):
                fails.get()

        def test_a_read_runs_it_again(order, several, celery_guard):
            assert order.get() == 1
            celery_guard.drain()
            assert several[2].failed()
        """
    )
    suite.runpytest().assert_outcomes(passed=5)


def test_what_a_fixture_has_sent_goes_with_it(suite: pytest.Pytester) -> None:
    suite.makepyfile(
        """
        import pytest
        from proj import add

        @pytest.fixture(scope="module")
        def first(celery_guard):
            return add.delay(10)

        @pytest.fixture(scope="module", params=[1, 2])
        def order(request, celery_guard):
            result = add.delay(request.param)
            celery_guard.drain(only=result)
            yield result
            assert celery_guard.drain() == 1

        @pytest.fixture(scope="module")
        def after(order, celery_guard):
            return add.delay(20)

        def test_one(first, order, celery_guard):
            assert len(celery_guard.sent) == 2
            assert celery_guard.drain() == 1
            assert order.get() in {1, 2}

        def test_two(first, order, after, celery_guard):
            assert len(celery_guard.sent) == 3
            assert celery_guard.drain() == 2
        """
    )
    suite.runpytest().assert_outcomes(passed=4)


def test_what_a_fixture_leaves_is_told_though_it_is_over(suite: pytest.Pytester) -> None:
    suite.makepyfile(
        """
        import pytest
        from proj import add, app, boom

        class TestLeft:
            @pytest.fixture(scope="class", params=[1, 2])
            @classmethod
            def order(cls, request, celery_guard):
                boom.delay()
                celery_guard.drain()
                yield add.delay(request.param)
                add.delay(request.param + 10)

            def test_it(self, order): ...
            def test_again(self, order): ...

        class TestRun:
            @pytest.fixture(scope="class", params=[1, 2])
            @classmethod
            def order(cls, request, celery_guard):
                return boom.delay()

            def test_it(self, order): ...

            def test_again(self, order, celery_guard):
                celery_guard.drain()
                assert order.failed()

        class TestFound:
            @pytest.fixture(scope="class", params=[1, 2])
            @classmethod
            def order(cls, request, celery_guard):
                if request.param == 1:
                    app.send_task("boo")
                    celery_guard.drain()

            def test_it(self, order): ...
        """
    )
    result = suite.runpytest()
    result.assert_outcomes(passed=10, errors=2)
    result.stdout.fnmatch_lines(
        [
            "*ERROR at teardown of TestLeft.*",
            "boom failed, and the test did not check it:",
            "  boom (*",
            "  boom (*",
            "add was sent 4 times but never run:",
            *(f"  add({each}) *" for each in (1, 11, 2, 12)),
            "*ERROR at teardown of TestFound.*",
            "*Did you mean boom*",
        ]
    )


def test_what_a_fixture_has_sent_before_it_failed(suite: pytest.Pytester) -> None:
    suite.makepyfile(
        """
        import pytest
        from proj import add

        @pytest.fixture(scope="module")
        def fails(celery_guard):
            add.delay(1)
            raise ValueError

        def test_one(fails, celery_guard): ...
        def test_two(fails, celery_guard): ...

        def test_other(celery_guard):
            assert celery_guard.sent == []
        """
    )
    result = suite.runpytest()
    result.assert_outcomes(errors=3, passed=1)
    result.stdout.fnmatch_lines(["*at teardown of test_other*", "add was sent but never*"])


def test_what_a_later_fixture_or_a_test_does_with_it_counts(suite: pytest.Pytester) -> None:
    suite.makepyfile(
        """
        import pytest
        from proj import add, boom

        class TestRun:
            @pytest.fixture(scope="class")
            def sent(self, celery_guard):
                return add.delay(1), boom.delay()

            @pytest.fixture(scope="class")
            def ran(self, sent, celery_guard):
                celery_guard.drain()
                return sent

            @pytest.fixture(scope="class")
            def seen(self, ran):
                assert ran[1].state == "FAILURE"

            def test_it(self, ran, seen):
                assert ran[0].get() == 1

        class TestRevoked:
            @pytest.fixture(scope="class")
            def sent(self, celery_guard):
                return add.delay(1)

            def test_first(self, sent):
                sent.revoke()

            def test_second(self, sent):
                assert sent.state == "PENDING"
        """
    )
    suite.runpytest("-W", "ignore").assert_outcomes(passed=3)


def test_a_plain_class_has_the_guard_as_an_attribute(suite: pytest.Pytester) -> None:
    suite.makepyfile(
        """
        import pytest
        from proj import add

        @pytest.mark.usefixtures("celery_guard")
        class TestIt:
            @classmethod
            def setup_class(cls):
                assert add.delay(1).get() == cls.celery_guard.drain(limit=1) + 1

            def test_it(self):
                assert self.celery_guard.sent == [add.s(1)]

        @pytest.mark.usefixtures("celery_guard")
        class TestOwn:
            celery_guard = 7

            def test_it(self):
                assert self.celery_guard == 7

        def test_afterwards():
            assert not hasattr(TestIt, "celery_guard")
            assert TestOwn.celery_guard == 7
        """
    )
    suite.runpytest().assert_outcomes(passed=3)
