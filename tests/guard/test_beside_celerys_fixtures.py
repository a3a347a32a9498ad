"""The guard beside the fixtures of celery.contrib.pytest: it works, or says what to write."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.guard.test_fixtures import APP, INI, NAMED

if TYPE_CHECKING:
    import pytest

PLUGIN = 'pytest_plugins = ["celery.contrib.pytest"]\n'


def run(pytester: pytest.Pytester, test: str, ini: str = NAMED) -> pytest.RunResult:
    """Run tests beside Celery's own plugin, in a process of its own."""
    pytester.makepyfile(proj=APP, test_it=test)
    pytester.makeconftest(PLUGIN)
    pytester.makeini(ini)
    return pytester.runpytest_subprocess()


def test_a_task_of_celery_app_is_none_of_the_named_app(pytester: pytest.Pytester) -> None:
    result = run(
        pytester,
        """
        def test_it(celery_app, celery_guard):
            @celery_app.task
            def mul(x, y):
                return x * y

            assert mul.delay(4, 4).get() == 16
        """,
    )
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(
        [
            "*test_it.mul was not sent: test_it.py:6 sends it through the app 'celery.tests' to"
            " memory://*, but celery_guard is only enabled for 'proj'.*"
        ]
    )


def test_the_named_app_is_the_one_of_shared_tasks(pytester: pytest.Pytester) -> None:
    result = run(
        pytester,
        """
        from celery import shared_task
        from proj import app

        @shared_task
        def shared(x):
            return x

        def test_after(celery_app, celery_guard):
            assert celery_guard.app is app
            assert shared.delay(1).get() == 1

        def test_before(celery_guard, celery_app):
            assert shared.delay(1).get() == 1

        def test_current(depends_on_current_app, celery_guard):
            assert shared.delay(1).get() == 1
        """,
    )
    result.assert_outcomes(passed=3)


OWN_APP = """
import pytest
from celery import shared_task

@shared_task
def add(a, b):
    return a + b

def test_it(celery_app, celery_guard):
    @celery_app.task
    def mul(x, y):
        return x * y

    assert celery_guard.app is celery_app
    assert add.delay(1, 2).get() == 3
    assert mul.delay(4, 4).get() == 16
"""


def test_where_no_app_is_named_celery_app_is_found(pytester: pytest.Pytester) -> None:
    run(pytester, OWN_APP, INI).assert_outcomes(passed=1)


def test_celery_app_may_be_the_one_under_test(pytester: pytest.Pytester) -> None:
    override = """
@pytest.fixture
def celery_guard_app(celery_app):
    return celery_app
"""
    run(pytester, OWN_APP + override).assert_outcomes(passed=1)


def test_the_parameters_of_celery_config_are_those_of_the_test(
    pytester: pytest.Pytester,
) -> None:
    result = run(
        pytester,
        """
        import pytest

        @pytest.fixture(scope="session", params=[1, 2])
        def celery_config(request):
            return {"task_protocol": request.param}

        @pytest.fixture
        def celery_guard_app(celery_app):
            return celery_app

        seen = []

        def test_it(celery_guard):
            seen.append(celery_guard.app.conf.task_protocol)

        def test_both():
            assert sorted(seen) == [1, 2]
        """,
    )
    result.assert_outcomes(passed=3)


def test_the_trap_for_the_current_app_stays(pytester: pytest.Pytester) -> None:
    result = run(
        pytester,
        """
        import pytest
        from celery import shared_task

        @shared_task
        def shared():
            return 1

        @pytest.fixture(scope="session")
        def use_celery_app_trap():
            return True

        def test_it(celery_app, celery_guard):
            @celery_app.task
            def own():
                return 1

            assert own.delay().get() == 1
            with pytest.raises(RuntimeError, match="Test depends on current_app"):
                shared.delay()
        """,
        INI,
    )
    result.assert_outcomes(passed=1)


def test_a_worker_in_a_thread_goes_on(pytester: pytest.Pytester) -> None:
    result = run(
        pytester,
        """
        import time
        import pytest
        from celery import shared_task
        from proj import add

        @shared_task
        def shared(x):
            return x

        def test_before(celery_session_worker):
            assert shared.delay(1).get(timeout=9) == 1

        def test_guarded(celery_guard):
            assert shared.delay(1).get() == 1
            time.sleep(1.2)  # the worker polls once a second

        def test_both(celery_session_app, celery_session_worker, celery_guard):
            assert add.delay(1).get() == 1
            with pytest.raises(AssertionError, match="is only enabled for 'proj'"):
                celery_session_app.send_task("celery.ping")
            celery_guard._world.breaches.clear()

        @pytest.mark.celery_guard(allow_broker=True)
        def test_allowed(celery_session_app, celery_session_worker, celery_guard):
            assert add.delay(1).get() == 1
            assert celery_session_app.send_task("celery.ping").get(timeout=9) == "pong"

        def test_after(celery_session_worker):
            assert shared.delay(2).get(timeout=9) == 2
        """,
    )
    result.assert_outcomes(passed=5)
