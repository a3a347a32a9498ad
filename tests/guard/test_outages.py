"""A broker and a result backend that are down, as real ones were seen to behave."""

from __future__ import annotations

import re
import time
from contextlib import suppress
from typing import Any

import celery
import pytest
from celery import Celery, chain, chord, group
from kombu.exceptions import OperationalError

from pytest_celery_guard import CeleryGuard
from pytest_celery_guard.errors import GuardError, WouldBlockForeverError

redis = pytest.importorskip(
    "redis", reason="an app on Redis meets the errors of its client"
)
LOST = RuntimeError if celery.VERSION >= (5, 6) else redis.ConnectionError
"""Who can't listen for a result is told so by another error since Celery 5.6."""


def test_a_send_fails_after_the_retries_of_the_app_and_without_their_pauses(
    app: Any, add: Any
) -> None:
    pause = 60
    app.conf.task_publish_retry_policy = {"max_retries": 2, "interval_start": pause}
    with CeleryGuard(app) as guard:
        guard.broker_down()
        began = time.monotonic()
        with pytest.raises(OperationalError, match=r"Connection refused$"):
            add.delay(1)
        assert time.monotonic() - began < pause
        assert guard.sent == []
        with pytest.raises(OperationalError):
            add.apply_async((1,), retry=False)
        with pytest.raises(OperationalError):
            app.control.revoke("A-17")


def test_the_broker_is_back_after_the_block(guard: CeleryGuard, add: Any) -> None:
    with guard.broker_down(), pytest.raises(OperationalError):
        add.delay(1)
    assert add.delay(1).get() == 1


def sends(guard: CeleryGuard, add: Any, count: int) -> list[bool]:
    """Which of some sends came through."""
    before = len(guard.sent)
    found = []
    for at in range(count):
        with suppress(OperationalError):
            add.delay(at)
        found.append(add.s(at) in guard.sent[before:])
    return found


def test_only_the_first_sends_fail(guard: CeleryGuard, add: Any) -> None:
    guard.broker_down(times=2)
    assert sends(guard, add, 4) == [False, False, True, True]


def test_only_later_sends_fail(guard: CeleryGuard, add: Any) -> None:
    guard.broker_down(after=1, times=1)
    assert sends(guard, add, 4) == [True, False, True, True]
    guard.drain()


def test_all_but_the_first_sends_fail(guard: CeleryGuard, add: Any) -> None:
    guard.broker_down(after=1)
    assert sends(guard, add, 3) == [True, False, False]
    guard.drain()


def test_sends_of_tasks_fail_too_and_the_worker_goes_on(
    guard: CeleryGuard, app: Any, add: Any
) -> None:
    @app.task(name="outer")
    def outer() -> None:
        add.delay(1)

    result = outer.delay()
    guard.broker_down()
    guard.drain()
    assert isinstance(result.result, OperationalError)


def test_a_chain_breaks_where_its_next_task_can_not_be_sent(
    guard: CeleryGuard, add: Any
) -> None:
    result = chain(add.s(1), add.s(2)).delay()
    with guard.broker_down():
        guard.drain()
    assert result.parent.state == "FAILURE"
    assert result.state == ("FAILURE" if celery.VERSION >= (5, 6) else "PENDING")


def test_a_task_of_a_backend_that_is_down_can_not_be_sent(
    guard: CeleryGuard, app: Any, add: Any
) -> None:
    @app.task(name="silent", ignore_result=True)
    def silent() -> None: ...

    with guard.backend_down():
        with pytest.raises(LOST):
            add.delay(1)
        with pytest.raises(LOST):
            group(add.s(1), add.s(2)).delay()
        with pytest.raises(LOST):
            chord([add.s(1), add.s(2)])(add.s(1))
        silent.delay()
    assert [each.task for each in guard.sent] == ["silent"]


def test_reads_raise_the_error_of_the_client(guard: CeleryGuard, add: Any) -> None:
    result = add.delay(1)
    refused = r"^Error 111 connecting to nowhere\.invalid:6379\. Connection refused\.$"
    with guard.backend_down():
        for read in (lambda: result.state, result.get, result.ready, result.forget):
            with pytest.raises(redis.ConnectionError, match=refused):
                read()
        with pytest.raises(LOST):
            guard.app.AsyncResult("unknown").get()
    assert result.get() == 1


def test_the_worker_runs_the_task_and_keeps_nothing(app: Any) -> None:
    ran = []

    @app.task(name="note", acks_late=True)
    def note() -> None:
        ran.append(1)

    with CeleryGuard(app) as guard:
        result = note.delay()
        with guard.backend_down():
            guard.drain()
        assert ran == [1]
        assert guard.drain() == 0  # it is acknowledged all the same
        assert guard.states(result) == ["PENDING"]
        told = guard.account()
    assert re.search(r"^  backend_down\(\): \d attempts failed$", told, re.M)
    assert "the worker failed while it ran note: " in told


def test_an_error_that_nobody_played_still_counts(app: Any) -> None:
    @app.task(name="odd")
    def odd() -> object:
        return object()  # can't be stored

    with pytest.raises(GuardError, match="not JSON serializable"):
        with CeleryGuard(app) as guard:
            odd.delay()
            with guard.backend_down(times=1, after=90):
                guard.drain()


def test_the_first_reads_fail(guard: CeleryGuard, add: Any) -> None:
    result = add.delay(1)
    guard.backend_down(times=1)
    with pytest.raises(redis.ConnectionError):
        _ = result.state
    assert result.get() == 1


def test_a_backend_that_always_retries_gets_there(app: Any, add: Any) -> None:
    app.conf.result_backend_always_retry = True
    with CeleryGuard(app) as guard:
        result = add.delay(1)
        guard.backend_down(times=3)
        assert result.get() == 1


def test_a_backend_that_retries_for_ever_hangs_no_test(app: Any, add: Any) -> None:
    app.conf.result_backend_always_retry = True
    with CeleryGuard(app, allow_leftover=True) as guard:
        result = add.delay(1)
        guard.backend_down()
        with pytest.raises(WouldBlockForeverError, match="in production this hangs"):
            _ = result.state


class Odd(Exception):
    pass


@pytest.mark.parametrize("error", [Odd, Odd("why")])
def test_another_error(guard: CeleryGuard, add: Any, error: Any) -> None:
    result = add.delay(1)
    guard.backend_down(error=error)
    with pytest.raises(Odd):
        _ = result.state


def test_a_backend_that_is_not_redis() -> None:
    app = Celery("shop", backend="cache+memory://", set_as_current=False)
    with CeleryGuard(app) as guard:
        guard.backend_down()
        with pytest.raises(ConnectionRefusedError):
            _ = app.AsyncResult("A-17").state


def test_an_app_without_a_backend_has_none_that_fails() -> None:
    app = Celery("shop", set_as_current=False)
    with CeleryGuard(app) as guard, pytest.raises(GuardError) as told:
        guard.backend_down()
    assert str(told.value) == (
        "backend_down: the app 'shop' has no result backend that could fail."
    )
