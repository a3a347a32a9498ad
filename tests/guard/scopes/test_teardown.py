"""What is sent, and fails, while the fixtures of a test end."""

from __future__ import annotations

import pytest

SENDS_AT_ITS_END = """
import unittest
import pytest
from proj import add, app, boom

@pytest.fixture
def sends(celery_guard):
    yield
    add.delay(1)

@pytest.fixture
def drains(celery_guard):
    yield
    add.delay(1)
    failed = boom.delay()
    celery_guard.drain()
    assert failed.failed()
"""


def results_of(suite: pytest.Pytester, *lines: str) -> pytest.RunResult:
    suite.makepyfile("\n".join([SENDS_AT_ITS_END, *lines]))
    return suite.runpytest()


def told_of(suite: pytest.Pytester, *lines: str) -> str:
    """The report of one error at teardown."""
    result = results_of(suite, *lines)
    result.assert_outcomes(passed=1, errors=1)
    text: str = result.stdout.str()
    assert "ERROR at teardown of " in text
    return text


def test_what_a_fixture_sends_and_nobody_runs_is_told(suite: pytest.Pytester) -> None:
    text = told_of(suite, "def test_it(sends): pass")
    assert (
        "add was sent but never run:\n"
        "  add(1) queue='celery'\n"
        "Run what is due with celery_guard.drain().\n"
        "If sending is enough, mark the test with"
        " @pytest.mark.celery_guard(allow_leftover=True).\n"
        "\n"
        "This happened in the teardown of the test: in a fixture after its yield, in a finalizer"
        " or in teardown_method. Call drain() there, too, and read the results there.\n"
    ) in text


@pytest.mark.parametrize(
    "lines",
    [
        "def test_it(celery_guard, request): request.addfinalizer(add.delay)",
        '@pytest.mark.usefixtures("celery_guard")\n'
        "class TestIt:\n"
        "    def teardown_method(self): add.delay(1)\n"
        "    def test_it(self): pass",
        'pytestmark = pytest.mark.usefixtures("celery_guard")\n'
        "def teardown_function(function): add.delay(1)\n"
        "def test_it(): pass",
        "@pytest.fixture(autouse=True)\n"
        "def on(request): request.getfixturevalue('celery_guard')\n"
        "def test_it(sends): pass",
        "def test_it(request): request.getfixturevalue('sends')",
    ],
)
def test_it_is_told_wherever_it_is_sent(suite: pytest.Pytester, lines: str) -> None:
    text = told_of(suite, lines.replace("add.delay)", "lambda: add.delay(1))"))
    assert "add was sent but never run" in text


@pytest.mark.parametrize(
    "cleanup",
    ["def tearDown(self): add.delay(1)", "def setUp(self): self.addCleanup(add.delay, 1)"],
)
def test_a_cleanup_of_unittest_is_a_part_of_the_test(
    suite: pytest.Pytester, cleanup: str
) -> None:
    result = results_of(
        suite,
        '@pytest.mark.usefixtures("celery_guard")',
        "class ItTest(unittest.TestCase):",
        f"    {cleanup}",
        "    def test_it(self): pass",
    )
    result.assert_outcomes(failed=1)
    assert "add was sent but never run" in result.stdout.str()


def test_a_failure_that_nobody_checks_is_told(suite: pytest.Pytester) -> None:
    text = told_of(
        suite,
        "@pytest.fixture",
        "def fails(celery_eager):",
        "    yield",
        "    boom.delay()",
        "def test_it(fails): pass",
    )
    assert "boom failed with ValueError, and the test did not check it" in text


def test_arguments_that_do_not_fit_are_told(suite: pytest.Pytester) -> None:
    text = told_of(
        suite,
        "@pytest.fixture",
        "def misuses(celery_guard):",
        "    yield",
        '    app.send_task("add", (1, 2, 3, 4))',
        "    celery_guard.drain()",
        "@pytest.mark.celery_guard(allow_failures=True)",
        "def test_it(misuses): pass",
    )
    assert "CEL601 add: the arguments don't fit" in text


def test_an_end_that_fails_anyway_is_told_alone(suite: pytest.Pytester) -> None:
    text = told_of(
        suite, "def test_it(sends, request): request.addfinalizer(lambda: 1 / 0)"
    )
    assert "ZeroDivisionError" in text
    assert "Group" not in text


def test_what_the_fixture_runs_and_checks_is_fine(suite: pytest.Pytester) -> None:
    results_of(suite, "def test_it(drains): pass").assert_outcomes(passed=1)


def test_what_the_marker_allows_is_fine(suite: pytest.Pytester) -> None:
    results_of(
        suite,
        "@pytest.mark.celery_guard(allow_leftover=True)",
        "def test_it(sends): pass",
    ).assert_outcomes(passed=1)


def test_what_the_test_itself_left_is_told_once(suite: pytest.Pytester) -> None:
    result = results_of(suite, "def test_it(celery_guard): add.delay(2)")
    result.assert_outcomes(failed=1)


def test_a_test_that_fails_or_is_skipped_has_fixtures_too(suite: pytest.Pytester) -> None:
    result = results_of(
        suite,
        "def test_fails(sends): assert add.delay(2) is None",
        "def test_skips(sends): pytest.skip()",
    )
    result.assert_outcomes(failed=1, skipped=1, errors=2)
    assert "add was sent 2 times" not in result.stdout.str()


def test_a_test_whose_fixtures_failed_is_told_of_that_alone(suite: pytest.Pytester) -> None:
    result = results_of(
        suite,
        "@pytest.fixture",
        "def breaks(sends): 1 / 0",
        "def test_it(breaks): pass",
    )
    result.assert_outcomes(errors=1)


def test_each_test_of_a_class_is_told_of_its_own(suite: pytest.Pytester) -> None:
    result = results_of(
        suite,
        '@pytest.mark.usefixtures("celery_guard")',
        "class TestIt:",
        "    @classmethod",
        "    def setup_class(cls): add.delay(3)",
        "    def test_sends(self, sends, celery_guard): celery_guard.drain()",
        "    def test_nothing(self, drains, celery_guard): celery_guard.drain()",
    )
    result.assert_outcomes(passed=2, errors=1)
    assert "ERROR at teardown of TestIt.test_sends" in result.stdout.str()
    assert "add(3)" not in result.stdout.str()


@pytest.mark.parametrize(
    ("method", "argument"),
    [("teardown_method", "self, method"), ("teardown_class", "cls")],
)
def test_a_method_that_sends_when_the_guard_is_over_is_named(
    suite: pytest.Pytester, method: str, argument: str
) -> None:
    text = told_of(
        suite,
        "class TestIt:",
        *(["    @classmethod"] if argument == "cls" else []),
        f"    def {method}({argument}): add.delay(1)",
        "    def test_it(self, celery_guard): pass",
    )
    assert f"in {method}, where celery_guard is not enabled. Mark the class" in text


def test_a_fixture_that_ends_after_the_guard_is_refused(suite: pytest.Pytester) -> None:
    text = told_of(
        suite,
        "@pytest.fixture",
        "def before():",
        "    yield",
        "    add.delay(1)",
        "def test_it(before, celery_guard): pass",
    )
    assert "in the fixture 'before' (function), where celery_guard is not enabled" in text


DYNAMIC = """
import pytest
from proj import add

@pytest.fixture
def before():
    yield
    add.delay(1)

{mark}
def test_it(before, request):
    request.getfixturevalue("celery_guard")

def test_that_has_no_guard(): pass
"""


def test_it_is_refused_if_the_test_has_got_the_guard_by_itself(
    suite: pytest.Pytester,
) -> None:
    suite.makepyfile(DYNAMIC.format(mark=""))
    result = suite.runpytest()
    result.assert_outcomes(passed=2, errors=1)
    result.stdout.fnmatch_lines(
        [
            "*add was not sent: * before or after *::test_it, where celery_guard is not enabled.*"
        ]
    )


def test_it_is_not_if_the_marker_allows_it(suite: pytest.Pytester) -> None:
    suite.makepyfile(DYNAMIC.format(mark="@pytest.mark.celery_guard(allow_broker=True)"))
    result = suite.runpytest()
    assert "RealBrokerError" not in result.stdout.str()
