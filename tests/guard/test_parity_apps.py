"""Parity for apps that fixtures make, for several apps, and for tests that are not eager."""

from __future__ import annotations

import pytest

from tests.guard.test_fixtures import INI
from tests.guard.test_parity import causes

APPS = """
import pytest
from celery import Celery, shared_task

@shared_task
def divide(a, b):
    return a / b

def make(name="made", **options):
    app = Celery(name, broker="redis://nowhere.invalid", backend="redis://", **options)
    app.conf.task_always_eager = True
    return app
"""

MADE_BY_FIXTURES = """
import pytest
from apps import divide, make

@pytest.fixture
def app():
    return make()

@pytest.fixture
def sent(app):
    return divide.delay(1, 0)

def test_local_task(app):
    @app.task
    def divide(a, b):
        return a / b
    divide.delay(1, 0)

def test_retry(app):
    runs = []

    @app.task(bind=True)
    def again(self):
        runs.append(1)
        if len(runs) < 3:
            raise self.retry(countdown=60)

    again.delay()
    assert len(runs) == 3

def test_shared_task(app):
    assert divide.delay(4, 2).get() == 2

def test_two_apps(app):
    other = make("other", set_as_current=False)
    divide.delay(1, 0)

def test_fixture_sends(sent):
    pass

def test_app_of_its_own():
    make()
    divide.delay(1, 0)

def test_only_applied(app):
    divide.apply((1, 0))
"""


def test_apps_that_fixtures_make_are_compared_or_left_out(
    pytester: pytest.Pytester,
) -> None:
    pytester.makepyfile(apps=APPS, test_made=MADE_BY_FIXTURES)
    pytester.makeini(INI)
    result = pytester.runpytest_subprocess("--celery-guard-parity", "-W", "ignore")
    result.assert_outcomes(passed=7)
    told = result.outlines
    start = next(at for at, line in enumerate(told) if "celery_guard parity:" in line)
    title = "celery_guard parity: 5 tests compared, 3 differ, 2 not compared"
    assert told[start].strip("= ") == title
    assert {line.split(" (")[0]: test for line, test in causes(told[start + 1 :])} == {
        "unchecked failure": ["test_local_task", "test_two_apps"],
        "retry": ["test_retry"],
        "not compared": ["test_fixture_sends", "test_app_of_its_own"],
    }


def test_tests_that_are_not_eager_are_counted(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        """
        import pytest
        from celery import Celery

        app = Celery("some", broker="memory://", backend="cache+memory://")
        done = []

        @app.task
        def work():
            done.append(1)

        @pytest.mark.parametrize("_", range(7))
        def test_sending_does_not_run_it(_):
            done.clear()
            work.delay()
            assert done == []

        def test_applied_by_hand():
            work.apply()
            assert done == [1]
        """
    )
    pytester.makeini(INI)
    result = pytester.runpytest_subprocess("--celery-guard-parity-strict")
    result.assert_outcomes(passed=8)
    assert result.ret == pytest.ExitCode.OK
    result.stdout.fnmatch_lines(
        [
            "*parity: 0 tests compared, 0 differ, 7 not compared*",
            "not compared (7): they send tasks without eager mode",
            "  *::test_sending_does_not_run_it?0?",
            "  … and 2 more",
        ]
    )


def test_a_strict_run_fails_where_an_eager_test_could_not_be_compared(
    pytester: pytest.Pytester,
) -> None:
    pytester.makepyfile(apps=APPS, test_made=MADE_BY_FIXTURES)
    pytester.makeini(INI)
    result = pytester.runpytest_subprocess(
        "--celery-guard-parity-strict", "-k", "of_its_own"
    )
    result.assert_outcomes(passed=1)
    assert result.ret == pytest.ExitCode.TESTS_FAILED
    result.stdout.fnmatch_lines(["*0 tests compared, 0 differ, 1 not compared*"])


def test_several_apps_in_eager_mode_are_guarded_at_once(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        apps=APPS,
        test_both="""
        import pytest
        from apps import make

        web, billing = make("web", set_as_current=False), make("billing", set_as_current=False)

        @billing.task(name="charge", shared=False)
        def charge():
            raise ValueError("no money")

        @web.task(name="order", shared=False)
        def order():
            return charge.delay().id

        def test_both():
            order.delay()
        """,
    )
    pytester.makeini(INI)
    result = pytester.runpytest_subprocess("--celery-guard-parity")
    result.stdout.fnmatch_lines(
        [
            "*1 test compared, 1 differs*",
            "unchecked failure (1):*",
            "*charge (*): ValueError*",
        ]
    )


def test_a_local_task_of_a_module_s_app_is_the_one_of_its_own_run(
    pytester: pytest.Pytester,
) -> None:
    pytester.makepyfile(
        apps=APPS,
        test_local="""
        from apps import make
        app = make()

        def test_local():
            runs = []

            @app.task
            def local():
                runs.append(1)

            local.delay()
            assert runs == [1]
        """,
    )
    pytester.makeini(INI)
    result = pytester.runpytest_subprocess("--celery-guard-parity")
    result.stdout.fnmatch_lines(["*parity: 1 test compared, 0 differ*"])


def test_processes_of_xdist_hand_over_what_they_left_out(
    pytester: pytest.Pytester,
) -> None:
    pytest.importorskip("xdist")
    pytester.makepyfile(apps=APPS, test_made=MADE_BY_FIXTURES)
    pytester.makeini(INI.replace("-p no:xdist ", ""))
    arguments = ("--celery-guard-parity", "-n", "2", "-W", "ignore")
    result = pytester.runpytest_subprocess(*arguments)
    result.stdout.fnmatch_lines(["*5 tests compared, 3 differ, 2 not compared*"])
