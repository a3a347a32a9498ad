"""Tasks of celery-batches with an eta: the package itself holds it against the process's time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.guard.test_fixtures import INI

if TYPE_CHECKING:
    import pytest

PACKAGE = '''
"""What celery-batches does, as far as an eta is concerned."""
import logging
from time import monotonic

from celery import Task
from celery.utils.imports import symbol_by_name
from celery.worker.request import create_request_cls
from kombu.asynchronous.timer import to_timestamp
from celery.utils.time import timezone


def apply_batches_task(task, args):
    try:
        return task(*args)
    except Exception:
        logging.exception("a batch failed")


class Batches(Task):
    abstract = True
    typing = False
    flush_every = 3
    flush_interval = 10

    def __init__(self):
        self._waiting, self._timer = [], None

    def Strategy(self, task, app, consumer):
        self._pool = consumer.pool
        base = symbol_by_name(task.Request)
        Request = create_request_cls(
            base, task, consumer.pool, consumer.hostname, consumer.event_dispatcher, app=app
        )

        def received(message, body, ack, reject, callbacks, **kw):
            self._waiting.append(Request(
                message, on_ack=ack, on_reject=reject, app=app, hostname=consumer.hostname,
                eventer=consumer.event_dispatcher, task=task, body=message.body,
                headers=message.headers, decoded=False, utc=True,
                connection_errors=consumer.connection_errors,
            ))
            if self._timer is None:
                self._timer = consumer.timer.call_repeatedly(self.flush_interval, self._flush)
            if len(self._waiting) % self.flush_every == 0:
                self._flush()

        return received

    def _flush(self):
        now = monotonic()
        due = [
            each for each in self._waiting
            if not each.eta or to_timestamp(timezone.to_system(each.eta)) <= now
        ]
        self._waiting = [each for each in self._waiting if each not in due]
        if due:
            self._pool.apply_async(
                apply_batches_task, (self, (due,)),
                accept_callback=lambda *_: [each.acknowledge() for each in due],
                callback=lambda _: None,
            )
        if not self._waiting:
            self._timer.cancel()
            self._timer = None
'''

TASKS = """
from celery import Celery
from celery_batches import Batches

app = Celery("proj", broker="redis://nowhere.invalid/0", backend="redis://nowhere.invalid/1")
got = []

@app.task(base=Batches, name="count")
def count(requests):
    got.append([each.args[0] for each in requests])
    for each in requests:
        app.backend.mark_as_done(each.id, each.args[0] * 2, request=each)

@app.task(base=Batches, name="fails")
def fails(requests):
    raise KeyError("batch")
"""

TESTS = """
import pytest
from datetime import datetime, timedelta, timezone
from proj import count, fails, got

@pytest.fixture(autouse=True)
def nothing_yet():
    got.clear()

def test_not_before_its_time(celery_guard):
    count.apply_async((7,), countdown=60)
    celery_guard.advance(seconds=59)
    assert got == []
    celery_guard.advance(seconds=12)
    assert got == [[7]]

@pytest.mark.parametrize("seconds", [60, 7200])
def test_a_read_skips_the_time(celery_guard, seconds):
    assert count.apply_async((7,), countdown=seconds).get() == 14

def test_after_time_was_skipped(celery_guard):
    celery_guard.advance(hours=5)
    count.apply_async((7,), eta=datetime.now(timezone.utc) + timedelta(minutes=1))
    celery_guard.advance(seconds=50)
    assert got == []
    celery_guard.advance(seconds=30)
    assert got == [[7]]

def test_beside_others(celery_guard):
    for number in (1, 2):
        count.apply_async((number,), countdown=60)
    count.delay(3)
    celery_guard.advance(seconds=15)
    assert got == [[3]]
    celery_guard.advance(minutes=1)
    assert got == [[3], [1, 2]]
"""


MORE = """
import pytest
from proj import count, fails, got

@pytest.fixture(autouse=True)
def nothing_yet():
    got.clear()

def test_a_failure_that_is_not_checked(celery_guard):
    fails.delay(1)
    celery_guard.advance(seconds=10)

def test_a_failure_that_is_checked(celery_guard):
    results = [fails.delay(number) for number in range(3)]
    celery_guard.drain()
    assert {each.id for each in celery_guard.failures} == {each.id for each in results}
    assert results[0].state == "PENDING"  # nobody has stored it

def test_one_that_is_revoked_runs_all_the_same(celery_guard):
    result = count.delay(7)
    result.revoke()
    celery_guard.advance(seconds=10)
    assert celery_guard.states(result)[-1] == "SUCCESS"

def test_a_stub(celery_guard):
    sizes = []
    celery_guard.stub(count, returns=lambda requests: sizes.append(len(requests)))
    for number in range(3):
        count.delay(number)
    celery_guard.drain()
    assert (sizes, got) == ([3], [])

def test_the_body_is_back(celery_guard):
    assert count.delay(7).get() == 14
"""


def test_what_becomes_of_them(pytester: pytest.Pytester) -> None:
    pytester.makeini(f"{INI}celery_guard_app = proj:app\n")
    pytester.makepyfile(celery_batches=PACKAGE, proj=TASKS, test_it=MORE)
    result = pytester.runpytest_subprocess()
    result.assert_outcomes(passed=4, failed=1)
    result.stdout.fnmatch_lines(
        ["fails failed with KeyError, and the test did not check it:"]
    )


def test_they_run_when_it_is_time(pytester: pytest.Pytester) -> None:
    pytester.makeini(f"{INI}celery_guard_app = proj:app\n")
    pytester.makepyfile(celery_batches=PACKAGE, proj=TASKS, test_it=TESTS)
    pytester.runpytest_subprocess().assert_outcomes(passed=5)
