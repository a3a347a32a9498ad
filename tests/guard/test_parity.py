"""A suite that was written for eager mode, run under the guard beside: what differs, and why."""

from __future__ import annotations

import pytest

from tests.guard.test_fixtures import INI, NAMED

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
        "serialisation": ["test_result_is_a_tuple", "test_argument_is_a_set"],
        "countdown or eta": ["test_later"],
        "failure unseen": ["test_failure_is_not_seen"],
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
            "    Failed: 1 task failed, and the test did not look at it:"
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
        "failure unseen": ["test_local_task", "test_two_apps"],
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
            "not compared (7): they send tasks without eager mode, so there is nothing *",
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
        ["*1 test compared, 1 differs*", "failure unseen (1):*", "*charge (*): ValueError*"]
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


def test_a_wrong_name_of_the_app_is_one_error_for_the_run(suite: pytest.Pytester) -> None:
    suite.makeini(NAMED.replace("proj:app", "shop:missing"))
    result = suite.runpytest_subprocess("--celery-guard-parity", "-k", "same or later")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stdout.fnmatch_lines(
        ["*celery_guard_app is 'shop:missing', and shop has no 'missing'.*shop:app*"]
    )
