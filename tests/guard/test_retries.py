"""What a retry was given: its arguments, its delay, and what it is for."""

from __future__ import annotations

from typing import Any

import pytest
from celery.exceptions import Retry

from pytest_celery_guard import CeleryGuard

pytestmark = pytest.mark.usefixtures("still")


class Flaky(Exception): ...


@pytest.fixture
def grow(app: Any) -> Any:
    """Goes on with the next page, in a retry of its own."""

    @app.task(name="grow", bind=True)
    def grow(self: Any, page: int = 1, seen: tuple[int, ...] = ()) -> Any:
        if page < 3:
            raise self.retry(kwargs={"page": page + 1, "seen": [*seen, page]}, countdown=7)
        return seen

    return grow


@pytest.fixture
def load(app: Any) -> Any:
    """Is retried with the arguments that it has, for an error."""

    @app.task(name="load", autoretry_for=(Flaky,), default_retry_delay=90, max_retries=1)
    def load(n: int) -> None:
        raise Flaky(n)

    return load


def test_what_is_scheduled_has_the_arguments_of_the_retry(
    guard: CeleryGuard, grow: Any
) -> None:
    grow.delay()
    guard.drain()
    (retry,) = guard.scheduled
    assert (retry.args, retry.kwargs) == ((), {"page": 2, "seen": [1]})
    assert (retry.retries, retry.exception, retry.queue) == (1, "", "celery")
    for wanted in (grow.s(2, [1]), grow.s(page=2), grow, "grow"):
        assert retry == wanted
    assert retry != grow.s(1)
    assert retry != grow.s(3, [1])
    due = retry.due.isoformat()
    assert repr(retry) == f"grow(page=2, seen=[1]) queue='celery' due={due} retry 1"


@pytest.mark.parametrize("is_stored", [True, False])
def test_what_is_scheduled_has_what_the_retry_is_for(
    app: Any, load: Any, is_stored: bool
) -> None:
    load.ignore_result = not is_stored
    with CeleryGuard(app, allow_leftover=True) as guard:
        result = load.delay(7)
        guard.drain()
        (retry,) = guard.scheduled
        assert (retry.id, retry.args, retry.exception) == (result.id, (7,), "Flaky(7)")
        assert repr(retry).endswith(" retry 1 after Flaky(7)")


def test_a_retry_shows_no_secret(guard: CeleryGuard, app: Any) -> None:
    @app.task(name="login", bind=True)
    def login(self: Any, user: str, password: str = "") -> None:
        error = ValueError(f"no user with password={password}")
        raise self.retry(kwargs={"password": "s3cr3t-2"}, exc=error, countdown=60)

    login.delay("ann", password="s3cr3t-1")
    guard.drain()
    told = f"{guard.scheduled} {guard.account()} {guard.history(guard.sent[0].id)[3].retry}"
    assert "ann" in told
    assert "s3cr3t" not in told
    assert guard.scheduled == [login.s("ann", password="s3cr3t-2")]


def test_what_waits_for_its_first_run_is_no_retry(guard: CeleryGuard, add: Any) -> None:
    add.apply_async((1,), {"y": 2}, countdown=60)
    (before,) = guard.scheduled
    guard.drain()  # the worker has received it
    (after,) = guard.scheduled
    assert before == after == add.s(1, 2)
    assert (after.retries, after.exception) == (0, "")
    assert repr(after) == f"add(1, y=2) queue='celery' due={after.due.isoformat()}"


def test_the_history_has_the_message_of_each_retry(guard: CeleryGuard, grow: Any) -> None:
    result = grow.delay()
    guard.advance(minutes=1)
    stored = [each for each in guard.history(result) if each.source == "stored"]
    assert [each.state for each in stored] == ["RETRY", "RETRY", "SUCCESS"]
    assert [each.retry for each in stored] == [grow.s(2, [1]), grow.s(3, [1, 2]), None]
    assert [each.retry.countdown for each in stored if each.retry] == [7, 7]
    assert [each.retry.retries for each in stored if each.retry] == [1, 2]


def test_a_retry_of_no_message_has_none(guard: CeleryGuard, app: Any) -> None:
    """Code that raises Retry by hand sends nothing: the task never runs again."""

    @app.task(name="by_hand", bind=True)
    def by_hand(self: Any) -> None:
        if self.request.retries:
            raise Retry("by hand")
        raise self.retry(countdown=1)

    result = by_hand.delay()
    guard.advance(seconds=5)
    retries = [each.retry for each in guard.history(result) if each.state == "RETRY"]
    assert [retry is None for retry in retries] == [False, True]
    assert guard.scheduled == []


def test_the_account_tells_when_and_with_what(guard: CeleryGuard, grow: Any) -> None:
    grow.delay()
    guard.drain()
    assert guard.account() == (
        "+0:00:00  sent      grow()\n"
        "+0:00:00  RETRY     grow()\n"
        "                    retry in 0:00:07 with page=2, seen=[1]\n"
        "\n"
        "At the end, +0:00:00, these wait:\n"
        "  +0:00:07  grow(page=2, seen=[1])"
    )


def test_the_account_names_arguments_only_where_they_are_other(
    guard: CeleryGuard, load: Any
) -> None:
    load.delay(7)
    guard.drain()
    told = guard.account()
    assert "Flaky(7)\n" in told
    assert told.endswith(
        "                    retry in 0:01:30\n"
        "\n"
        "At the end, +0:00:00, these wait:\n"
        "  +0:01:30  load(7)"
    )


def test_a_retry_may_drop_its_arguments(guard: CeleryGuard, app: Any) -> None:
    @app.task(name="drop", bind=True)
    def drop(self: Any, n: int = 0) -> int:
        if n:
            raise self.retry(args=(), kwargs={}, countdown=5)
        return n

    drop.delay(1)
    guard.drain()
    assert "retry in 0:00:05 with no arguments" in guard.account()
    assert guard.account().endswith("  +0:00:05  drop()")


def test_a_retry_that_a_module_left_waits_in_each_test(app: Any, grow: Any) -> None:
    with CeleryGuard(app, allow_leftover=True) as guard:
        grow.delay()
        guard.drain()
        for _ in range(2):
            guard.begin_part()
            assert guard.scheduled == [grow.s(2, [1])]
            guard.advance(seconds=7)
            assert guard.scheduled == [grow.s(3, [1, 2])]
            guard.end_part()
