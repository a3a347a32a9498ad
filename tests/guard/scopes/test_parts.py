"""A test within a guard for several: its settings, its verdict, and the app it is for."""

from __future__ import annotations

import pytest

from tests.guard.scopes.test_several_tests import BOTH_FIND_THE_SAME
from tests.guard.test_fixtures import INI


def test_a_test_has_settings_of_its_own(suite: pytest.Pytester) -> None:
    suite.makepyfile(
        """
        import pytest
        from celery import current_app, shared_task
        from kombu import pools
        from proj import add, app, boom

        @pytest.fixture(scope="module", autouse=True)
        def order(celery_guard):
            celery_guard.conf(task_default_queue="slow")
            celery_guard.allow("CEL608")
            return add.delay(1)

        @pytest.mark.parametrize("_", range(2))
        class TestEach:
            @pytest.mark.celery_guard(
                conf={"task_default_queue": "fast"}, allow_failures=True, allow_leftover=True
            )
            def test_marked(self, celery_guard, _):
                assert add.delay(2).id and celery_guard.sent[-1].queue == "fast"
                boom.delay()
                celery_guard.drain()
                add.delay(3)

            def test_plain(self, celery_guard, _):
                assert add.delay(2).id and celery_guard.sent[-1].queue == "slow"
                celery_guard.drain()

            @pytest.mark.xfail(strict=True)
            def test_failure(self, celery_guard, _):
                boom.delay()
                celery_guard.drain()

            @pytest.mark.xfail(strict=True)
            def test_leftover(self, celery_guard, _):
                add.delay(2)

            @pytest.mark.xfail(strict=True)
            def test_finding(self, celery_guard, _):
                app.send_task("nobody.knows")
                celery_guard.drain()

            @pytest.mark.celery_guard(limit=1)
            def test_limit(self, celery_guard, _):
                add.delay(2)
                with pytest.raises(AssertionError, match="1 tasks ran and more are waiting"):
                    celery_guard.drain()
                celery_guard.drain(limit=9)

            def test_local_task(self, celery_guard, _):
                assert not [name for name in app.tasks if "local" in name]

                @app.task
                def local():
                    return 1

                assert local.delay().get() == 1

            def test_pools_and_current_app(self, celery_guard, _):
                assert current_app == app
                pools.reset()
                app.close()

            @pytest.mark.celery_guard(mode="eager")
            def test_eager(self, celery_guard, _):
                assert add.delay(2).state == "SUCCESS"
        """
    )
    result = suite.runpytest("-W", "ignore")
    result.assert_outcomes(passed=12, xfailed=6)


def test_what_nobody_ran_or_looked_at_is_told_at_the_end(suite: pytest.Pytester) -> None:
    suite.makepyfile(
        """
        import pytest
        from proj import add, boom

        @pytest.mark.usefixtures("celery_guard")
        class TestNobody:
            @classmethod
            def setup_class(cls):
                add.delay(1)

            def test_one(self): ...
            def test_two(self): ...

        @pytest.mark.usefixtures("celery_guard")
        class TestOneDoes:
            @classmethod
            def setup_class(cls):
                add.delay(1)
                cls.result = boom.delay()

            def test_one(self): ...

            def test_two(self, celery_guard):
                celery_guard.drain()
                assert self.result.failed()

        @pytest.mark.usefixtures("celery_eager")
        class TestFailure:
            @classmethod
            def setup_class(cls):
                boom.delay()

            def test_it(self): ...

        @pytest.mark.celery_guard(allow_leftover=True)
        @pytest.mark.usefixtures("celery_guard")
        class TestAllowed:
            @classmethod
            def setup_class(cls):
                add.delay(1)

            def test_it(self): ...
        """
    )
    result = suite.runpytest()
    result.assert_outcomes(passed=6, errors=2)
    result.stdout.fnmatch_lines(
        [
            "*ERROR at teardown of TestNobody.test_two*",
            "* was sent but never run:",
            "*ERROR at teardown of TestFailure.test_it*",
            "* failed with *, and the test did not check it:",
        ]
    )


def test_a_wrong_option_of_one_test_leaves_the_others_alone(suite: pytest.Pytester) -> None:
    suite.makepyfile(
        """
        import pytest
        from proj import add

        pytestmark = pytest.mark.usefixtures("celery_guard")

        def setup_module():
            add.delay(1)

        @pytest.mark.celery_guard(alow=1)
        def test_wrong(celery_guard): ...

        @pytest.mark.celery_guard(conf={"task_trak_started": 1})
        def test_setting(celery_guard): ...

        def test_right(celery_guard):
            assert celery_guard.drain() == 1
        """
    )
    result = suite.runpytest()
    result.assert_outcomes(passed=1, errors=2)
    result.stdout.fnmatch_lines(
        ["celery_guard has no option 'alow'. Did you mean 'allow'?", "*task_track_started*"]
    )
    result.stdout.no_fnmatch_line("*Traceback*")


def test_an_app_that_a_test_makes_can_not_be_guarded_for_several(
    suite: pytest.Pytester,
) -> None:
    suite.makepyfile(
        """
        import pytest
        from proj import add, app

        @pytest.fixture
        def celery_guard_app():
            return app

        @pytest.fixture(scope="module")
        def order(celery_guard):
            return add.delay(1)

        def test_it(order, celery_guard): ...
        """
    )
    result = suite.runpytest()
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(
        [
            "*ScopeMismatch*function*celery_guard_app*module*",
            "Give celery_guard_app, and the fixtures it needs, that scope:"
            ' @pytest.fixture(scope="module").',
        ]
    )


def test_a_fixture_that_asks_at_run_time_is_told_what_to_write(
    suite: pytest.Pytester,
) -> None:
    suite.makepyfile(
        """
        import pytest
        from proj import add

        @pytest.fixture(scope="module")
        def order(request):
            return request.getfixturevalue("celery_guard")

        def test_it(order, celery_guard): ...
        """
    )
    result = suite.runpytest()
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(
        [
            "ScopeMismatch*",
            "Let the fixture have celery_guard among its arguments, or ask for"
            " celery_guard_module.",
        ]
    )


def test_a_fixture_that_the_test_gets_too_late(suite: pytest.Pytester) -> None:
    suite.makepyfile(
        """
        import pytest
        from proj import add

        @pytest.fixture(scope="module")
        def order(celery_guard):
            return add.delay(1)

        def test_it(request, celery_guard):
            request.getfixturevalue("order")
        """
    )
    result = suite.runpytest()
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(
        [
            "ScopeMismatch*",
            "Name the fixture that needs it among the arguments of the test, or in usefixtures: *",
        ]
    )


def test_with_a_real_worker_such_tests_are_skipped(suite: pytest.Pytester) -> None:
    suite.makepyfile(BOTH_FIND_THE_SAME.format(scope="module", argument="celery_guard"))
    arguments = (
        "--celery-guard-mode=worker",
        "--celery-guard-broker=redis://nowhere.invalid",
    )
    result = suite.runpytest("-rs", *arguments)
    result.stdout.fnmatch_lines(["*SKIPPED *step mode only: a guard for several tests*"])


APP_OF_FIXTURES = """
import unittest
import pytest
from celery import Celery, shared_task

@shared_task
def charge(x):
    return x

@pytest.fixture(scope="{scope}")
def settings():
    return {{"broker": "redis://nowhere.invalid"}}

@pytest.fixture(scope="{scope}")
def made(settings):
    return Celery("made", backend="redis://nowhere.invalid", **settings)

@pytest.fixture(scope="{scope}")
def celery_guard_app(made):
    return made

@pytest.mark.usefixtures("celery_guard")
class CaseTest(unittest.TestCase):
    def test_one(self):
        self.assertEqual(charge.delay(1).get(), 1)

    def test_two(self):
        self.assertEqual(charge.delay(1).get(), 1)
        self.assertEqual(self.celery_guard.app.main, "made")
"""


@pytest.mark.parametrize("scope", ["function", "class", "module", "session"])
@pytest.mark.parametrize("of_guard", ["function", "class", "module", "session"])
def test_the_app_may_be_made_by_fixtures_of_any_scope(
    suite: pytest.Pytester, scope: str, of_guard: str
) -> None:
    suite.makeini(f"{INI}celery_guard_scope = {of_guard}\n")
    suite.makepyfile(APP_OF_FIXTURES.format(scope=scope))
    suite.runpytest("-W", "ignore").assert_outcomes(passed=2)
