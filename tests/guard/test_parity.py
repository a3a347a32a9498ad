"""A suite that was written for eager mode, run under the guard beside: what differs, and why."""

from __future__ import annotations

import pytest

from tests.guard.test_fixtures import NAMED

SHOP = """
from celery import Celery

app = Celery("shop", broker="redis://nowhere.invalid/0", backend="redis://nowhere.invalid/1")
app.conf.task_always_eager = True
done = []


@app.task
def price(sku):
    return {"apple": 120}[sku]


@app.task
def pair():
    return (1, 2)


@app.task
def size(things):
    return len(things)


@app.task(bind=True)
def flaky(self):
    if self.request.retries < 2:
        raise self.retry(countdown=60)
    done.append("flaky")


@app.task
def note():
    done.append("note")


@app.task
def notes():
    note.delay()
    done.append("notes")


@app.task(ignore_result=True)
def quiet():
    return 1
"""

SUITE = """
import pytest
import shop
from celery import group
from shop import flaky, note, notes, pair, price, quiet, size

@pytest.fixture(autouse=True)
def nothing_is_done():
    shop.done.clear()

def test_same():
    assert price.delay("apple").get() == 120

def test_without_a_task():
    assert 1 + 1 == 2

def test_result_is_a_tuple():
    assert pair.delay().get() == (1, 2)

def test_argument_is_a_set():
    assert group([size.s({1})])().get() == [1]

def test_retries():
    flaky.delay()
    assert shop.done == ["flaky"]

def test_later():
    note.apply_async(countdown=60)
    assert shop.done == ["note"]

def test_nested():
    notes.delay()
    assert shop.done == ["note", "notes"]

def test_ignored():
    assert quiet.delay().get() == 1

def test_failure_is_not_seen():
    price.delay("plum")

def test_fails_in_both():
    assert price.delay("apple").get() == 0

def test_is_on_the_guard(celery_guard):
    price.delay("apple")
    celery_guard.drain()

def test_propagates(monkeypatch):
    monkeypatch.setitem(shop.app.conf.changes, "task_eager_propagates", True)
    with pytest.raises(KeyError):
        price.delay("plum")

counts = []

def test_can_t_be_repeated():
    price.delay("apple")
    counts.append(1)
    assert len(counts) == 1
"""


@pytest.fixture
def suite(pytester: pytest.Pytester) -> pytest.Pytester:
    """A project whose tests rely on eager mode."""
    pytester.makepyfile(shop=SHOP, test_shop=SUITE)
    pytester.makeini(NAMED.replace("proj:app", "shop:app"))
    return pytester


def test_what_differs_is_told_by_cause(suite: pytest.Pytester) -> None:
    result = suite.runpytest("--celery-guard-parity")
    result.assert_outcomes(passed=12, failed=1)
    told = result.outlines
    start = next(at for at, line in enumerate(told) if "celery_guard parity:" in line)
    assert told[start].strip("= ") == "celery_guard parity: 11 tests compared, 8 differ"
    assert {line.split(" (")[0]: test for line, test in causes(told[start + 1 :])} == {
        "serialization": ["test_result_is_a_tuple", "test_argument_is_a_set"],
        "countdown or eta": ["test_later"],
        "unchecked failure": ["test_failure_is_not_seen"],
        "ignored result": ["test_ignored"],
        "not repeatable": ["test_can_t_be_repeated"],
        "order": ["test_nested"],
        "propagated exception": ["test_propagates"],
        "retry": ["test_retries"],
    }
    result.stdout.fnmatch_lines(
        [
            "  test_shop.py::test_failure_is_not_seen",
            "    passed eagerly, failed under the guard",
            "    Failed: price failed with KeyError, and the test did not check it:"
            " shop.price (*): KeyError('plum')",
        ]
    )


def causes(lines: list[str]) -> list[tuple[str, list[str]]]:
    """Each cause of a summary, with its tests."""
    found: list[tuple[str, list[str]]] = []
    for line in lines:
        if line.startswith("="):
            break
        if line and not line.startswith(" "):
            found.append((line, []))
        elif "::" in line:
            found[-1][1].append(line.split("::")[1])
    return found


@pytest.mark.parametrize(
    ("option", "only", "code"),
    [
        ("--celery-guard-parity", "later", pytest.ExitCode.OK),
        ("--celery-guard-parity-strict", "later", pytest.ExitCode.TESTS_FAILED),
        ("--celery-guard-parity-strict", "same or repeated", pytest.ExitCode.OK),
    ],
)
def test_the_usual_run_decides_unless_it_is_strict(
    suite: pytest.Pytester, option: str, only: str, code: pytest.ExitCode
) -> None:
    result = suite.runpytest(option, "-k", only)
    result.assert_outcomes(passed=2 if " or " in only else 1)
    assert result.ret == code


def test_without_the_option_each_test_runs_once(suite: pytest.Pytester) -> None:
    result = suite.runpytest("-k", "repeated")
    result.assert_outcomes(passed=1)
    result.stdout.no_fnmatch_line("*parity*")


def test_the_processes_of_xdist_hand_over_what_they_found(suite: pytest.Pytester) -> None:
    pytest.importorskip("xdist")
    suite.makeini(NAMED.replace("proj:app", "shop:app").replace("-p no:xdist ", ""))
    result = suite.runpytest_subprocess("--celery-guard-parity", "-n", "2")
    result.stdout.fnmatch_lines(["*celery_guard parity: 11 tests compared, 8 differ*"])


def test_fixtures_are_set_up_as_often_as_they_must(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        shop=SHOP,
        test_fixtures="""
        import unittest
        import pytest
        from shop import price

        made = []

        @pytest.fixture(scope="module")
        def shared():
            made.append("shared")
            yield
            made.append("shared is gone")

        @pytest.fixture
        def own(shared):
            made.append("own")
            yield
            made.append("own is gone")

        def test_first(own):
            assert price.delay("apple").get() == 120

        class LastTest(unittest.TestCase):
            @classmethod
            def setUpClass(cls):
                made.append("class")

            def setUp(self):
                made.append("setUp")
                self.result = price.delay("apple")

            def test_last(self):
                self.assertEqual(self.result.get(), 120)
        """,
        test_later="""
        from test_fixtures import made

        def test_what_was_made():
            once = ["own", "own is gone"]
            assert made == ["shared", *once, *once, "class", "setUp", "setUp", "shared is gone"]
        """,
    )
    pytester.makeini(NAMED.replace("proj:app", "shop:app"))
    result = pytester.runpytest("--celery-guard-parity")
    result.assert_outcomes(passed=3)
    result.stdout.fnmatch_lines(["*parity: 2 tests compared, 0 differ*"])


def test_a_shared_fixture_that_fails_at_its_end_is_reported(
    pytester: pytest.Pytester,
) -> None:
    pytester.makepyfile(
        shop=SHOP,
        test_fixtures="""
        import pytest
        from shop import price

        @pytest.fixture(scope="module")
        def shared():
            yield
            raise OSError("no disk")

        def test_it(shared):
            price.delay("apple")
        """,
    )
    pytester.makeini(NAMED.replace("proj:app", "shop:app"))
    result = pytester.runpytest("--celery-guard-parity")
    result.assert_outcomes(passed=1, errors=1)
    result.stdout.fnmatch_lines(["E * OSError: no disk", "*0 differ*"])


def test_a_wrong_name_of_the_app_is_one_error_for_the_run(suite: pytest.Pytester) -> None:
    suite.makeini(NAMED.replace("proj:app", "shop:missing"))
    result = suite.runpytest_subprocess("--celery-guard-parity", "-k", "same or later")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stdout.fnmatch_lines(
        ["*celery_guard_app is 'shop:missing', and shop has no 'missing'.*shop:app*"]
    )
