"""What is sent or read around the tests, where no guard is on: refused, or told of later."""

from __future__ import annotations

import pytest

FIXTURE = """
import pytest
from proj import add

@pytest.fixture(scope="{scope}")
def order():
    {body}

def test_first(order, celery_guard): ...
def test_second(order, celery_guard): ...
"""
ALLOW = " To allow it, mark the tests with @pytest.mark.celery_guard(allow_broker=True)."


@pytest.mark.parametrize("scope", ["function", "class", "module", "package", "session"])
def test_a_send_in_a_fixture_is_refused(suite: pytest.Pytester, scope: str) -> None:
    suite.makepyfile(test_it=FIXTURE.format(scope=scope, body="return add.delay(1)"))
    result = suite.runpytest()
    result.assert_outcomes(errors=2)
    result.stdout.fnmatch_lines(
        [
            "add was not sent: test_it.py:6 sends it to redis://nowhere.invalid/0 in the fixture"
            f" 'order' ({scope}), where celery_guard is not enabled. Let the fixture use"
            f" celery_guard, too; any scope works.{ALLOW}"
        ]
    )
    result.stdout.no_fnmatch_line("*site-packages*")


@pytest.mark.parametrize("scope", ["function", "module"])
def test_it_is_told_also_where_the_fixture_swallows_it(
    suite: pytest.Pytester, scope: str
) -> None:
    body = "\n    ".join(["try:", "    add.delay(1)", "except Exception: pass"])
    suite.makepyfile(test_it=FIXTURE.format(scope=scope, body=body))
    result = suite.runpytest()
    result.assert_outcomes(errors=2)
    result.stdout.fnmatch_lines(["add was not sent: test_it.py:7 *"])


@pytest.mark.parametrize("scope", ["function", "class", "module", "session"])
def test_a_send_when_a_fixture_ends_is_refused(suite: pytest.Pytester, scope: str) -> None:
    body = "\n    ".join(["yield", "add.delay(1)"])
    suite.makepyfile(test_it=FIXTURE.format(scope=scope, body=body))
    result = suite.runpytest()
    result.assert_outcomes(
        passed=2, errors={"function": 2, "class": 2}.get(scope, 1)
    )  # a class-scoped one outside of a class is set up for each test
    result.stdout.fnmatch_lines([f"*add was not sent: test_it.py:7 *({scope})*"])


def test_a_read_in_a_fixture_is_refused(suite: pytest.Pytester) -> None:
    body = 'return app.AsyncResult("A-17").get()'
    text = FIXTURE.format(scope="module", body=body)
    suite.makepyfile(test_it=text.replace("import add", "import add, app"))
    result = suite.runpytest()
    result.assert_outcomes(errors=2)
    result.stdout.fnmatch_lines(
        [
            "The result of task A-17 was not read: test_it.py:6 asks redis://nowhere.invalid/1"
            " in the fixture 'order' (module), where celery_guard is not enabled.*"
        ]
    )


METHODS = """
import unittest
from proj import add

{module}

class TestIt({base}):
    {body}

    def test_it(self): ...
"""


@pytest.mark.parametrize(
    ("method", "remedy"),
    [
        ("setup_module", 'Write pytestmark = pytest.mark.usefixtures("celery_guard") in *'),
        ("setup_class", 'Mark the class with @pytest.mark.usefixtures("celery_guard").'),
        ("setUpClass", 'Mark the class with @pytest.mark.usefixtures("celery_guard").'),
    ],
)
def test_a_method_is_told_what_to_write(
    suite: pytest.Pytester, method: str, remedy: str
) -> None:
    own = "" if method == "setup_module" else f"def {method}(self): add.delay(1)"
    if method.lower().endswith("class"):
        own = f"@classmethod\n    {own}"
    suite.makepyfile(
        test_it=METHODS.format(
            base="unittest.TestCase" if method == "setUpClass" else "",
            body=own or "pass",
            module="def setup_module(): add.delay(1)" if method == "setup_module" else "",
        )
    )
    suite.makeconftest(
        """
        import pytest

        @pytest.fixture(autouse=True)
        def tasks_run_at_once(celery_eager):
            yield
        """
    )
    result = suite.runpytest()
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(
        [f"*add was not sent: test_it.py:* in {method}, where *is not enabled. {remedy}*"]
    )


def test_setup_method_comes_before_what_a_test_asks_for(suite: pytest.Pytester) -> None:
    suite.makepyfile(
        test_it="""
        from proj import add

        class TestIt:
            def setup_method(self):
                self.result = add.delay(1)

            def test_it(self, celery_guard):
                assert self.result.get() == 1
        """
    )
    result = suite.runpytest()
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(
        [
            "add was not sent: test_it.py:5 sends it to * in setup_method, where celery_guard"
            ' is not enabled. Mark the class with @pytest.mark.usefixtures("celery_guard").*'
        ]
    )
    result = suite.runpytest_subprocess("--celery-guard-scope=class")
    result.assert_outcomes(passed=1)


CLOSED = """
from celery import Celery

app = Celery("proj", broker="redis://127.0.0.1:1/0")
app.conf.broker_transport_options = {"max_retries": 0}

@app.task(name="add", ignore_result=True)
def add(x): ...
"""


def test_it_can_be_allowed(suite: pytest.Pytester) -> None:
    suite.makepyfile(proj=CLOSED)
    body = "add.apply_async((1,), retry=False)"
    text = FIXTURE.format(scope="module", body=body)
    mark = "pytestmark = pytest.mark.celery_guard(allow_broker=True)"
    suite.makepyfile(test_it=f"{text}\n{mark}")
    result = suite.runpytest()
    result.assert_outcomes(errors=2)
    result.stdout.fnmatch_lines(["*OperationalError*127.0.0.1:1*"])


def test_what_stays_in_memory_may_be_sent_and_is_told_of_when_it_is_read(
    suite: pytest.Pytester,
) -> None:
    suite.makepyfile(
        proj="""
        from celery import Celery
        app = Celery("proj", broker="memory://", backend="cache+memory://")

        @app.task(name="add")
        def add(x):
            return x
        """,
        test_it="""
        import pytest
        from proj import add

        @pytest.fixture(scope="module")
        def order():
            return add.delay(1)

        def test_it(order, celery_guard):
            order.get()
        """,
    )
    result = suite.runpytest_subprocess()
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(
        [
            "*The result of task * will never be available: test_it.py:9 reads it, but"
            " the task was sent"
            " before celery_guard was enabled (test_it.py:6), and the message went to memory://*."
            " Send it in the test, or let the fixture that sends it use celery_guard, too;"
            " any scope works.*"
        ]
    )


def test_an_id_of_before_or_of_another_test_is_told_apart(suite: pytest.Pytester) -> None:
    suite.makepyfile(
        proj="""
        from celery import Celery
        app = Celery("proj", broker="memory://", backend="cache+memory://")

        @app.task(name="add")
        def add(x):
            return x
        """,
        test_it="""
        import pytest
        from celery.result import AsyncResult
        from proj import add

        ids = {}

        def test_without():
            ids["without"] = add.delay(1).id

        def test_with(celery_guard):
            ids["with"] = add.delay(1).id
            celery_guard.drain()

        @pytest.mark.parametrize("of", ["without", "with", "nobody"])
        def test_reads(celery_guard, of):
            AsyncResult(ids.get(of, "A-17")).get()

        def test_looks(celery_guard):
            assert AsyncResult(ids["with"]).state == "PENDING"
        """,
    )
    result = suite.runpytest_subprocess()
    result.assert_outcomes(passed=3, failed=3)
    result.stdout.fnmatch_lines(
        [
            "E *was sent before celery_guard was enabled (test_it.py:8), and the message went to *",
            "E *the task was sent in another test. *",
            "E *This id was never sent: AsyncResult accepts any id and shows PENDING.",
        ]
    )


def test_a_fixture_of_tests_without_the_guard_is_left_alone(suite: pytest.Pytester) -> None:
    suite.makepyfile(
        proj=CLOSED,
        test_it="""
        import kombu
        import pytest
        from proj import app, add

        @pytest.fixture(scope="module")
        def order():
            with pytest.raises(kombu.exceptions.OperationalError):
                add.apply_async((1,), retry=False)

        def test_without(order):
            with pytest.raises(kombu.exceptions.OperationalError):
                add.apply_async((1,), retry=False)

        def test_with(order, celery_guard):
            add.delay(1)
            assert celery_guard.drain() == 1
        """,
    )
    suite.runpytest().assert_outcomes(passed=2)


def test_fixtures_may_look_whether_a_server_is_there(suite: pytest.Pytester) -> None:
    suite.makepyfile(
        """
        import kombu
        import pytest
        from proj import app, add

        @pytest.fixture(scope="session", autouse=True)
        def is_there():
            with pytest.raises(OSError):
                kombu.Connection("amqp://127.0.0.1:1").connect()

        def test_it(celery_guard):
            assert add.delay(1).get() == 1
        """
    )
    suite.runpytest().assert_outcomes(passed=1)


def test_a_fixture_of_a_test_that_conftest_gives_the_guard(suite: pytest.Pytester) -> None:
    suite.makeconftest(
        """
        import pytest

        def pytest_collection_modifyitems(items):
            for item in items:
                item.fixturenames.append("celery_guard")
        """
    )
    suite.makepyfile(
        """
        import pytest
        from proj import add

        @pytest.fixture(scope="module")
        def order():
            return add.delay(1)

        def test_it(order):
            pass
        """
    )
    result = suite.runpytest()
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(["*add was not sent: *in the fixture 'order' (module)*"])


@pytest.mark.parametrize("added", ["celery_guard(limit=5)", "celery_guard(5)"])
def test_a_marker_that_conftest_adds_to_a_test_without_the_guard(
    suite: pytest.Pytester, added: str
) -> None:
    suite.makeconftest(
        f"""
        import pytest

        def pytest_collection_modifyitems(items):
            for item in items:
                item.add_marker(pytest.mark.{added})
        """
    )
    suite.makepyfile("def test_it(): pass")
    suite.runpytest().assert_outcomes(errors=1)
