"""What hooks of conftest.py send, where no guard is on: before, between and after the tests."""

from __future__ import annotations

import pytest

SENDING = """
import pytest
from contextlib import suppress
from proj import add

def pytest_{hook}({argument}):
    {send}
"""
TESTS = """
def test_plain(): ...
def test_guarded(celery_guard): ...
"""
OUTSIDE = "add was not sent: conftest.py:6 sends it to * outside of the tests, where *"


def sends_in(
    suite: pytest.Pytester, hook: str, send: str = "add.delay(1)", argument: str = ""
) -> None:
    suite.makeconftest(SENDING.format(hook=hook, send=send, argument=argument))
    suite.makepyfile(test_it=TESTS)


@pytest.mark.parametrize(
    "hook",
    ["configure", "sessionstart", "sessionfinish", "terminal_summary", "unconfigure"],
)
def test_a_send_outside_of_the_tests_is_refused(suite: pytest.Pytester, hook: str) -> None:
    sends_in(suite, hook)
    result = suite.runpytest_subprocess()
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines([f"ERROR: {OUTSIDE}"])


@pytest.mark.parametrize("hook", ["sessionstart", "sessionfinish", "unconfigure"])
def test_it_is_told_where_the_hook_swallows_it(suite: pytest.Pytester, hook: str) -> None:
    sends_in(suite, hook, "with suppress(Exception): add.delay(1)")
    result = suite.runpytest_subprocess()
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines([f"ERROR: {OUTSIDE}"])


def test_the_summary_is_still_written(suite: pytest.Pytester) -> None:
    sends_in(suite, "sessionfinish")
    result = suite.runpytest_subprocess()
    result.assert_outcomes(passed=2)
    assert result.ret == pytest.ExitCode.USAGE_ERROR


@pytest.mark.parametrize(
    "hook", ["runtest_logstart", "runtest_logreport", "runtest_logfinish"]
)
def test_a_send_around_a_test_with_the_guard_is_refused(
    suite: pytest.Pytester, hook: str
) -> None:
    report = hook.endswith("report")
    where = "report.when == 'teardown' and " if report else ""
    send = f"if {where}'guarded' in {'report.' if report else ''}nodeid: add.delay(1)"
    sends_in(suite, hook, send, "report" if report else "nodeid")
    result = suite.runpytest_subprocess()
    result.stdout.fnmatch_lines(
        ["*add was not sent: conftest.py:6 * before or after test_it.py::test_guarded, *"]
    )


def test_what_fails_a_test_is_told_there_alone(suite: pytest.Pytester) -> None:
    send = "if 'guarded' in item.name: add.delay(1)"
    sends_in(suite, "runtest_setup", send, "item")
    result = suite.runpytest_subprocess()
    result.assert_outcomes(passed=1, errors=1)
    assert result.ret == pytest.ExitCode.TESTS_FAILED
    result.stderr.no_fnmatch_line("ERROR: *")


LOCAL = """
from celery import Celery

app = Celery("proj", broker="redis://127.0.0.1:1/0")
app.conf.broker_transport_options = {"max_retries": 0}

@app.task(name="add", ignore_result=True)
def add(x): ...
"""
TRY = """
    import kombu
    with pytest.raises(kombu.exceptions.OperationalError): add.apply_async((1,), retry=False)
"""


@pytest.mark.parametrize("hook", ["sessionfinish", "unconfigure"])
@pytest.mark.parametrize("options", ["--celery-guard-allow-broker", "-k plain"])
def test_it_may_try_where_that_is_allowed_or_no_test_has_the_guard(
    suite: pytest.Pytester, hook: str, options: str
) -> None:
    sends_in(suite, hook, TRY)
    suite.makepyfile(proj=LOCAL)
    assert suite.runpytest_subprocess(*options.split()).ret == 0


def test_around_a_test_without_the_guard_it_may_try(suite: pytest.Pytester) -> None:
    sends_in(suite, "runtest_setup", f"if 'plain' not in item.name: return\n{TRY}", "item")
    suite.makepyfile(proj=LOCAL)
    suite.runpytest_subprocess().assert_outcomes(passed=2)


@pytest.mark.parametrize("hook", ["sessionfinish", "unconfigure"])
def test_after_a_guard_for_the_session_it_is_refused(
    suite: pytest.Pytester, hook: str
) -> None:
    sends_in(suite, hook)
    result = suite.runpytest_subprocess("--celery-guard-scope=session")
    result.stderr.fnmatch_lines([f"ERROR: {OUTSIDE}"])


FIXTURE = """
import pytest
from proj import add

@pytest.fixture(scope="session")
def order():
    yield
    add.delay(1)

def test_plain(order): ...
def test_guarded({arguments}): ...
"""


def test_a_fixture_that_a_test_without_the_guard_has_set_up(suite: pytest.Pytester) -> None:
    suite.makepyfile(FIXTURE.format(arguments="order, celery_guard"))
    result = suite.runpytest_subprocess()
    result.assert_outcomes(passed=2, errors=1)
    result.stdout.fnmatch_lines(
        ["*add was not sent: * in the fixture 'order' (session), *"]
    )


def test_one_that_no_test_with_the_guard_has_used(suite: pytest.Pytester) -> None:
    suite.makepyfile(proj=LOCAL)
    suite.makepyfile(
        FIXTURE.format(arguments="celery_guard").replace("    add.delay(1)", TRY)
    )
    suite.runpytest_subprocess().assert_outcomes(passed=2)


def test_one_that_swallows_it_at_its_end(suite: pytest.Pytester) -> None:
    swallowing = "    try: add.delay(1)\n    except Exception: pass"
    text = FIXTURE.format(arguments="order, celery_guard")
    suite.makepyfile(text.replace("    add.delay(1)", swallowing))
    result = suite.runpytest_subprocess()
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(
        ["ERROR: *add was not sent: *the fixture 'order' (session), *"]
    )


@pytest.mark.parametrize("ini", ["", "celery_guard_app = proj:app\n"])
def test_in_the_first_process_of_pytest_xdist(pytester: pytest.Pytester, ini: str) -> None:
    pytest.importorskip("xdist")
    pytester.makeini(f"[pytest]\npythonpath = .\naddopts = -n1 -p no:django\n{ini}")
    pytester.makepyfile(proj=LOCAL)
    pytester.makepyfile(test_it=TESTS)
    pytester.makeconftest(
        """
        from proj import add

        def pytest_sessionfinish(session):
            if not hasattr(session.config, "workerinput"):
                add.delay(1)
        """
    )
    result = pytester.runpytest_subprocess()
    result.assert_outcomes(passed=2)
    result.stderr.fnmatch_lines(["ERROR: *add was not sent: conftest.py:5 * outside of *"])
