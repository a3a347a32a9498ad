"""Messages that come twice, or late."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from celery import chord, group

from pytest_celery_guard import CeleryGuard
from pytest_celery_guard.errors import GuardError


@pytest.fixture
def flags(app: Any) -> list[Any]:
    """The flags that runs of the task ``tell`` found."""
    found: list[Any] = []

    @app.task(name="tell", bind=True)
    def tell(self: Any) -> int:
        found.append(self.request.delivery_info["redelivered"])
        return len(found)

    return found


def test_a_task_comes_once_more(guard: CeleryGuard, app: Any, flags: list[Any]) -> None:
    result = app.tasks["tell"].delay()
    guard.drain()
    guard.redeliver(result)
    assert guard.drain() == 1
    assert flags == [False, True]
    assert len(guard.sent) == 1
    assert result.get() == 1  # SUCCESS is final


def test_it_comes_before_others(guard: CeleryGuard, add: Any) -> None:
    first = add.delay(1)
    guard.drain()
    add.delay(2)
    guard.redeliver(first.id)
    assert guard.drain(until=lambda: guard.history(first)[-1].state == "SUCCESS") == 0
    guard.step()
    assert [each.args for each in guard.sent] == [(1,), (2,)]
    assert len([each for each in guard.history(first) if each.state == "RECEIVED"]) == 2


def test_it_comes_as_often_as_the_test_says(
    guard: CeleryGuard, app: Any, flags: list[Any]
) -> None:
    result = app.tasks["tell"].delay()
    guard.drain()
    guard.redeliver(result)
    guard.redeliver(result)
    assert guard.drain() == 2
    guard.redeliver(result)
    assert guard.drain() == 1
    assert flags == [False, True, True, True]


def test_a_deduplicating_worker_does_not_run_it_again(
    guard: CeleryGuard, app: Any, flags: list[Any]
) -> None:
    guard.conf(worker_deduplicate_successful_tasks=True, task_acks_late=True)
    result = app.tasks["tell"].delay()
    guard.drain()
    guard.redeliver(result)
    guard.drain()
    assert flags == [False]


def test_all_of_a_group_comes_once_more(guard: CeleryGuard, add: Any) -> None:
    result = group(add.s(1), add.s(2)).delay()
    guard.drain()
    guard.redeliver(result)
    assert guard.drain() == 2


def test_a_retry_comes_once_more(guard: CeleryGuard, app: Any) -> None:
    retries = []

    @app.task(name="again", bind=True, max_retries=1)
    def again(self: Any) -> None:
        retries.append(self.request.retries)
        if not self.request.retries:
            self.retry(countdown=60)

    result = again.delay()
    guard.advance(minutes=1)
    guard.redeliver(result)
    guard.drain()
    assert retries == [0, 1, 1]


def test_a_waiting_task_can_not_come_again(guard: CeleryGuard, add: Any) -> None:
    result = add.delay(1)
    with pytest.raises(GuardError) as told:
        guard.redeliver(result)
    assert str(told.value) == (
        "redeliver: add was never delivered, so it can't be delivered again. Run it first,"
        " or use duplicate(result) to put a second copy into its queue."
    )


@pytest.mark.parametrize("drain_first", [False, True])
def test_a_message_is_there_twice(
    guard: CeleryGuard, app: Any, flags: list[Any], drain_first: bool
) -> None:
    result = app.tasks["tell"].delay()
    if drain_first:
        guard.drain()
    guard.duplicate(result)
    guard.drain()
    assert flags == [False, False]
    assert len(guard.sent) == 1


def test_a_duplicate_waits_for_its_time_too(
    guard: CeleryGuard, app: Any, flags: list[Any]
) -> None:
    result = app.tasks["tell"].apply_async(countdown=60)
    guard.duplicate(result)
    assert guard.drain() == 0
    assert guard.advance(minutes=1) == 2


def test_what_was_never_sent_has_no_duplicate(guard: CeleryGuard) -> None:
    with pytest.raises(
        GuardError, match=r"^duplicate: no task was sent with the id A-17\.$"
    ):
        guard.duplicate("A-17")


def test_a_message_is_late(guard: CeleryGuard, app: Any, add: Any) -> None:
    late, other = add.delay(1), add.delay(2)
    guard.delay_delivery(late, minutes=5)
    assert guard.drain() == 1
    assert (late.state, other.state) == ("PENDING", "SUCCESS")
    assert [each.id for each in guard.scheduled] == [late.id]
    assert guard.advance(minutes=5) == 1
    assert late.state == "SUCCESS"


def test_a_read_waits_for_a_late_message(guard: CeleryGuard, add: Any) -> None:
    result = add.delay(1)
    guard.delay_delivery(add, timedelta(hours=1))
    assert result.get() == 1


def test_a_message_that_is_too_late_expires(guard: CeleryGuard, add: Any) -> None:
    result = add.apply_async((1,), expires=60)
    guard.delay_delivery("add", minutes=2)
    guard.advance(minutes=2)
    assert guard.states(result) == ["PENDING", "REVOKED"]


def test_nothing_is_there_to_be_late(guard: CeleryGuard, add: Any) -> None:
    with pytest.raises(GuardError) as told:
        guard.delay_delivery(add, minutes=1)
    assert str(told.value) == "delay_delivery(add): it has no waiting message."
    with pytest.raises(TypeError, match=r"delay_delivery takes a timedelta or its parts"):
        guard.delay_delivery(add, 60)  # type: ignore[arg-type]


def test_a_long_countdown_runs_as_often_as_redis_loses_patience(
    guard: CeleryGuard, app: Any, flags: list[Any]
) -> None:
    # Seen on a worker with Redis: one run per timeout that passes, and the first one.
    guard.redeliver_unacked()
    app.tasks["tell"].apply_async(countdown=2.5 * 3600)
    assert guard.advance(hours=3) == 3
    assert sorted(flags) == [False, True, True]
    assert guard.scheduled == []


def test_a_short_countdown_is_in_time(
    guard: CeleryGuard, app: Any, flags: list[Any]
) -> None:
    guard.redeliver_unacked(minutes=10)
    app.tasks["tell"].apply_async(countdown=300)
    app.tasks["tell"].delay()
    assert guard.advance(hours=3) == 2
    assert flags == [False, False]


@pytest.mark.parametrize(("timeout", "runs"), [(3000, 2), (1000, 4)])
def test_the_timeout_is_that_of_the_app(
    app: Any, flags: list[Any], timeout: int, runs: int
) -> None:
    app.conf.broker_transport_options = {"visibility_timeout": timeout}
    with CeleryGuard(app, allow_leftover=True) as guard:
        app.tasks["tell"].apply_async(countdown=3500)
        guard.redeliver_unacked()
        guard.advance(hours=2)
        assert len(flags) == runs


def test_a_retry_that_waits_too_long_is_delivered_again(
    guard: CeleryGuard, app: Any
) -> None:
    retries = []

    @app.task(name="later", bind=True)
    def later(self: Any) -> None:
        retries.append(self.request.retries)
        if not self.request.retries:
            self.retry(countdown=5000)

    guard.redeliver_unacked()
    later.delay()
    guard.advance(hours=2)
    assert retries == [0, 1, 1]


@pytest.mark.parametrize("when", ["between", "after"])
def test_a_part_of_a_chord_that_comes_twice_counts_once(
    guard: CeleryGuard, app: Any, add: Any, when: str
) -> None:
    @app.task(name="total")
    def total(parts: list[int]) -> int:
        return sum(parts)

    result = chord([add.s(1), add.s(2)])(total.s())
    first = result.parent.results[0]
    guard.step()
    if when == "after":
        guard.drain()
    guard.redeliver(first)
    guard.drain()
    assert result.get() == 3
    assert len(guard.sent.of(total)) == 1
