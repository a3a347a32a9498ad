"""How misuse is told, and how it is allowed: as a test suite meets it."""

from __future__ import annotations

import pytest

PROJ = """
from celery import Celery

app = Celery("proj", broker="redis://nowhere.invalid/0", backend="redis://nowhere.invalid/1")


@app.task
def add(x, y=0):
    return x + y


def fetch(result):
    return result.get()


@app.task
def waits():
    try:
        return fetch(add.delay(1))
    except Exception:
        return 0
"""

INI = """\
[pytest]
pythonpath = .
addopts = -p no:django -p no:hypothesispytest -p no:randomly -p no:xdist -p no:cacheprovider
celery_guard_app = proj:app
"""

TESTS = """
import pytest
from proj import app, waits
"""

WAITS = """
def test_waits(celery_guard):
    waits.delay()
    celery_guard.drain()
"""

FAILURE = [
    "CEL101 task waits waits for a result:",
    "  task proj.waits",
    "    proj.py:18 in waits",
    "      return fetch(add.delay(1))",
    "    proj.py:12 in fetch",
    "      return result.get()",
    "Celery raises RuntimeError: Never call result.get() within a task! With gevent or",
    "eventlet, the worker really waits for another worker, until none is left to work.",
    "Send what follows as a chain, a chord or a callback.",
    'If this is intended, mark the test with *(allow=[[]"CEL101"[]]).',
]


@pytest.fixture
def suite(pytester: pytest.Pytester) -> pytest.Pytester:
    """A project with an app in proj.py, named in its ini file."""
    pytester.makepyfile(proj=PROJ)
    pytester.makeini(INI)
    return pytester


def test_a_test_that_passes_but_for_misuse(suite: pytest.Pytester) -> None:
    suite.makepyfile(TESTS + WAITS)
    result = suite.runpytest()
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(FAILURE, consecutive=True)
    result.stdout.fnmatch_lines(["FAILED *::test_waits - Failed: CEL101*"])
    assert result.stdout.str().count("proj.py:18 in waits") == 1


def test_a_test_that_fails_by_itself_shows_it_too(suite: pytest.Pytester) -> None:
    suite.makepyfile(TESTS + WAITS + "    assert celery_guard.sent == []\n")
    result = suite.runpytest("--show-capture=no")
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(
        ["E  *was sent, but nothing was expected", "*- celery_guard -*"]
    )
    result.stdout.fnmatch_lines(FAILURE, consecutive=True)


@pytest.mark.parametrize(
    "mark",
    [
        '@pytest.mark.celery_guard(allow=["CEL101"])',
        '@pytest.mark.celery_guard(allow="CEL101:proj")',
        'pytestmark = pytest.mark.celery_guard(allow=["CEL101"])\n',
    ],
)
def test_the_marker_allows_it(suite: pytest.Pytester, mark: str) -> None:
    suite.makepyfile(f"{TESTS}{mark}{WAITS}")
    suite.runpytest("--strict-markers").assert_outcomes(passed=1)


@pytest.mark.parametrize(
    ("allowed", "outcome"),
    [
        ("CEL101", {"passed": 1}),
        ("CEL103, CEL101:proj", {"passed": 1}),
        ("CEL101:pro", {"failed": 1}),
        ("CEL101:other", {"failed": 1}),
        ("CEL102:proj", {"failed": 1}),
    ],
)
def test_the_ini_file_allows_it_by_module(
    suite: pytest.Pytester, allowed: str, outcome: dict[str, int]
) -> None:
    suite.makeini(f"{INI}celery_guard_allow = {allowed}\n")
    suite.makepyfile(TESTS + WAITS)
    suite.runpytest().assert_outcomes(**outcome)


def test_a_call_allows_it_for_a_while(suite: pytest.Pytester) -> None:
    suite.makepyfile(
        f"""{TESTS}
def test_waits(celery_guard):
    with celery_guard.allow("CEL101"):
        waits.delay()
        celery_guard.drain()
    assert celery_guard.misuses == []
    assert celery_guard.misused() == ""
    waits.delay()
    celery_guard.drain()
    (misuse,) = celery_guard.misuses
    assert misuse.code == "CEL101"
"""
    )
    suite.runpytest().assert_outcomes(failed=1)


@pytest.mark.parametrize(
    ("allowed", "said"),
    [
        (
            "CEL110",
            "celery_guard's option allow: there is no code 'CEL110'. Did you mean CEL???[?]",
        ),
        (
            "CEL101:",
            "celery_guard's option allow: there is no code 'CEL101:'. Did you mean CEL101[?]",
        ),
        (
            "views",
            "celery_guard's option allow: there is no code 'views'. Its codes are CEL101, *",
        ),
    ],
)
def test_an_unknown_code_is_one_clear_line(
    suite: pytest.Pytester, allowed: str, said: str
) -> None:
    suite.makepyfile(f"{TESTS}@pytest.mark.celery_guard(allow=[{allowed!r}]){WAITS}")
    result = suite.runpytest()
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines([said])
    result.stdout.no_fnmatch_line("*Traceback*")


def test_many_cases_of_one_code_are_cut_short(suite: pytest.Pytester) -> None:
    tasks = "".join(
        f"@app.task\ndef waits_{n}():\n    return add.delay(1).get()\n" for n in range(5)
    )
    suite.makepyfile(proj=PROJ + tasks)
    sends = "".join(f"    proj.waits_{n}.delay()\n" for n in range(5))
    test = f"import proj\ndef test_waits(celery_guard):\n{sends}    celery_guard.drain()\n"
    suite.makepyfile(test)
    result = suite.runpytest()
    result.stdout.fnmatch_lines(
        ["  task proj.waits_0", "  task proj.waits_2", "  * and 2 more"]
    )
    result.stdout.no_fnmatch_line("*waits_3 *failed*")
    assert result.stdout.str().count("Send what follows as a chain") == 1


WEB = """
import fastapi
from proj import add, fetch

web = fastapi.FastAPI()

@web.get("/")
def view():
    return fetch(add.delay(1))
"""


def test_a_framework_that_is_imported_while_the_guard_is_on(suite: pytest.Pytester) -> None:
    pytest.importorskip("fastapi", reason="needs FastAPI")
    pytest.importorskip("httpx", reason="needs httpx, for FastAPI's test client")
    suite.makepyfile(
        f"{TESTS}import sys\n",
        web=WEB,
        test_late="""
import sys

def test_late(celery_guard):
    assert "starlette.applications" not in sys.modules
    hooks = list(sys.meta_path)
    from fastapi.testclient import TestClient
    from web import web
    assert sys.meta_path == hooks
    assert TestClient(web).get("/").json() == 1

def test_put_back():
    from starlette.applications import Starlette
    assert Starlette.__call__.__module__ == "starlette.applications"
    assert not hasattr(Starlette.__call__, "__wrapped__")
    assert not any(type(hook).__module__.startswith("pytest_celery") for hook in sys.meta_path)
""",
    )
    result = suite.runpytest_subprocess("test_late.py", "-p", "no:anyio")
    result.assert_outcomes(passed=1, failed=1)
    result.stdout.fnmatch_lines(
        ["CEL102 request GET / waits for a result:", "  request GET /"]
    )


def test_every_code_has_advice() -> None:
    from pytest_celery_guard.explain.misuses import ADVICE
    from pytest_celery_guard.findings.allowed import CODES

    assert set(ADVICE) <= set(CODES)
    assert {code for code in CODES if code < "CEL3"} == set(ADVICE)
