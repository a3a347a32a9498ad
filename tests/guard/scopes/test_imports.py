"""What is sent while conftest.py and the tests are imported."""

from __future__ import annotations

import pytest

from tests.guard.test_fixtures import NAMED

pytestmark = pytest.mark.new_process

SENDS_AT_IMPORT = """
from proj import add
result = add.delay(1)

def test_it(celery_guard):
    assert celery_guard.drain() == 1
    assert result.get() == 1

def test_again(celery_guard):
    assert celery_guard.drain() == 1
    assert result.get() == 1
"""


def test_a_send_while_tests_are_imported_is_refused(suite: pytest.Pytester) -> None:
    suite.makepyfile(test_it=SENDS_AT_IMPORT)
    result = suite.runpytest()
    assert result.ret == pytest.ExitCode.INTERRUPTED
    result.stdout.fnmatch_lines(
        [
            "E *add was not sent: test_it.py:2 sends it to redis://nowhere.invalid/0 while the"
            " tests are imported, where celery_guard is not enabled. Send it in a test or in a"
            " fixture, or set celery_guard_scope = session. To allow it, set"
            " celery_guard_allow_broker = true in the ini file."
        ]
    )


def test_a_guard_for_the_session_takes_it(suite: pytest.Pytester) -> None:
    suite.makepyfile(test_it=SENDS_AT_IMPORT)
    suite.runpytest_subprocess("--celery-guard-scope=session").assert_outcomes(passed=2)


def test_one_that_is_swallowed_ends_the_run(suite: pytest.Pytester) -> None:
    suite.makepyfile(
        """
        from contextlib import suppress
        from proj import add
        with suppress(Exception):
            add.delay(1)

        def test_it(celery_guard): ...
        """
    )
    result = suite.runpytest()
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(["ERROR: add was not sent: *while the tests are imported*"])


@pytest.mark.parametrize("scope", ["function", "session"])
def test_a_send_in_conftest_is_refused(suite: pytest.Pytester, scope: str) -> None:
    suite.makeconftest("import proj\nproj.add.delay(1)")
    suite.makepyfile("def test_it(celery_guard): ...")
    result = suite.runpytest_subprocess(f"--celery-guard-scope={scope}")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(
        [
            "E *add was not sent: conftest.py:2 sends it to * while conftest.py is imported, *"
        ]
    )


def test_celery_is_not_imported_before_conftest(suite: pytest.Pytester) -> None:
    suite.makeconftest(
        """
        import sys
        assert "celery" not in sys.modules
        assert "kombu" not in sys.modules
        import celery.app
        import proj
        finders = [type(each).__module__ for each in sys.meta_path]
        """
    )
    suite.makepyfile(
        """
        import inspect
        import celery.app

        def test_it(celery_guard):
            assert "shared_task" in inspect.getsource(celery.app)
        """
    )
    result = suite.runpytest_subprocess("-p", "no:django")
    result.assert_outcomes(passed=1)


@pytest.mark.parametrize(
    "first",
    [
        "celery.result",
        "celery.canvas",
        "celery.app.trace",
        "celery.backends.base",
        "celery",
    ],
)
def test_conftest_may_import_any_part_of_celery_first(
    suite: pytest.Pytester, first: str
) -> None:
    """As Django does for an app such as django-celery-results."""
    suite.makeconftest(
        f"""
        import sys
        import {first}
        assert type(sys.modules["{first}"].__spec__.loader).__name__ != "Telling"
        import proj
        proj.add.delay(1)
        """
    )
    suite.makepyfile("def test_it(celery_guard): ...")
    result = suite.runpytest_subprocess("-p", "no:django")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(["*add was not sent: conftest.py:5 *"])
    assert "partially initialized" not in result.stderr.str()


def test_one_that_conftest_swallows_ends_the_run(suite: pytest.Pytester) -> None:
    suite.makeconftest(
        """
        from contextlib import suppress
        import proj
        with suppress(Exception):
            proj.add.delay(1)
        """
    )
    suite.makepyfile("def test_it(celery_guard): ...")
    result = suite.runpytest_subprocess()
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(["*add was not sent: conftest.py:4 *"])


def test_where_no_app_is_named_imports_are_left_alone(suite: pytest.Pytester) -> None:
    suite.makeini(NAMED.replace("celery_guard_app = proj:app\n", ""))
    suite.makepyfile(
        test_it="""
        import sys

        def test_it():
            assert "celery" not in sys.modules
        """
    )
    suite.runpytest_subprocess("-p", "no:django").assert_outcomes(passed=1)
