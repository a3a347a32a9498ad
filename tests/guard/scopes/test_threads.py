"""Threads that go on after their test, while another one runs that has no guard."""

from __future__ import annotations

import pytest

from tests.guard.test_fixtures import APP

ONE_TRY = """
app.conf.broker_transport_options = {
    "connect_retries_timeout": 1e-9, "interval_start": 0, "interval_step": 0, "interval_max": 0,
}
"""
BEFORE = """
import threading
from concurrent.futures import Future, ThreadPoolExecutor
import pytest
from kombu.exceptions import OperationalError
from pytest_celery_guard import CeleryGuard
from pytest_celery_guard.errors import RealBrokerError
from proj import add, app

go_on, told = threading.Event(), Future()
pool = ThreadPoolExecutor(1)

def send():
    add.apply_async((1,), retry=False, ignore_result=True)

def send_later():
    go_on.wait(20)
    try:
        told.set_result(send())
    except BaseException as error:
        told.set_exception(error)

def in_another_thread():
    go_on.wait(20)
    thread = threading.Thread(target=send_later)
    thread.start()
    thread.join()

@pytest.fixture(scope="session")
def server():
    threading.Thread(target=send_later).start()

def test_first({guard}, request):
    {start}

def test_second():
    go_on.set()
    with pytest.raises({error}) as raised:
        told.result(20)
    print(raised.value)
    with pytest.raises(OperationalError):
        send()
    with pytest.raises(OperationalError):
        pool.submit(send).result(20)
"""


@pytest.fixture
def suite(suite: pytest.Pytester) -> pytest.Pytester:
    """One whose broker can be asked, and refuses at once."""
    suite.makepyfile(proj=APP.replace("nowhere.invalid", "127.0.0.1:1") + ONE_TRY)
    return suite


OF_THE_TEST = {
    "a thread": "threading.Thread(target=send_later).start()",
    "a thread of such a thread": "threading.Thread(target=in_another_thread).start()",
    "a timer": "threading.Timer(0.01, send_later).start()",
    "work for a pool": "pool.submit(send_later)",
}


@pytest.mark.parametrize("start", OF_THE_TEST.values(), ids=OF_THE_TEST)
def test_what_it_sends_is_refused(suite: pytest.Pytester, start: str) -> None:
    text = BEFORE.format(guard="celery_guard", start=start, error="RealBrokerError")
    suite.makepyfile(test_it=text)
    result = suite.runpytest("-s")
    result.assert_outcomes(passed=2)
    result.stdout.fnmatch_lines(
        [
            "*add was not sent: test_it.py:13 sends it to redis://127.0.0.1:1/0 in a thread"
            " that test_it.py::test_first has started and that is still running after it, where"
            " celery_guard is not enabled. Let the test wait for the thread, for example with"
            " join()."
        ]
    )


NOT_OF_THE_TEST = {
    "a test without the guard": ("tmp_path", OF_THE_TEST["a thread"]),
    "a pool of that test": ("tmp_path", OF_THE_TEST["work for a pool"]),
    "a fixture of all tests": ("celery_guard", "request.getfixturevalue('server')"),
}


@pytest.mark.parametrize(("guard", "start"), NOT_OF_THE_TEST.values(), ids=NOT_OF_THE_TEST)
def test_other_threads_are_left_alone(
    suite: pytest.Pytester, guard: str, start: str
) -> None:
    text = BEFORE.format(guard=guard, start=start, error="OperationalError")
    suite.makepyfile(test_it=text + "\ndef test_third(celery_guard): ...\n")
    suite.runpytest().assert_outcomes(passed=3)


def test_a_test_that_may_reach_brokers(suite: pytest.Pytester) -> None:
    text = BEFORE.format(
        guard="celery_guard", start=OF_THE_TEST["a thread"], error="OperationalError"
    )
    mark = "@pytest.mark.celery_guard(allow_broker=True)\ndef test_first"
    suite.makepyfile(test_it=text.replace("def test_first", mark))
    suite.runpytest().assert_outcomes(passed=2)


def test_a_thread_of_a_pool_is_of_no_test(suite: pytest.Pytester) -> None:
    start = "pool.submit(print).result(20)"
    suite.makepyfile(
        test_it=BEFORE.format(
            guard="celery_guard", start=start, error="OperationalError"
        ).replace("go_on.set()", "go_on.set(); pool.submit(send_later)")
    )
    suite.runpytest().assert_outcomes(passed=2)


def test_a_guard_without_fixtures(suite: pytest.Pytester) -> None:
    start = f"with CeleryGuard(app): {OF_THE_TEST['a thread']}"
    text = BEFORE.format(guard="tmp_path", start=start, error="RealBrokerError")
    suite.makepyfile(test_it=text)
    suite.runpytest().assert_outcomes(passed=2)


HANDED_OVER = """
from concurrent.futures import ThreadPoolExecutor
from multiprocessing.pool import ThreadPool
from threading import Thread, Timer
from proj import add
from celery import Celery

other = Celery("other", broker="redis://nowhere.invalid/0", set_as_current=False)
far = other.task(add.run, name="far", shared=False).delay

def test_it(celery_guard):
    try:
        {call}  # here
    except AssertionError:
        pass
"""


@pytest.mark.parametrize(
    "call",
    [
        "with ThreadPoolExecutor(1) as pool: pool.submit(far, 1).result()",
        "with ThreadPoolExecutor(1) as pool: list(pool.map(far, [1]))",
        "with ThreadPool(1) as pool: pool.map(far, [1])",
        "thread = Thread(target=far, args=(1,)); thread.start(); thread.join()",
        "timer = Timer(0.001, far, args=(1,)); timer.start(); timer.join()",
    ],
)
def test_a_send_that_is_handed_over_is_told_with_the_line_that_does(
    suite: pytest.Pytester, call: str
) -> None:
    text = HANDED_OVER.format(call=call)
    suite.makepyfile(test_it=text)
    line = text.strip().splitlines().index(f"        {call}  # here") + 1
    result = suite.runpytest("-W", "ignore")
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines([f"far was not sent: test_it.py:{line} sends it through *"])
