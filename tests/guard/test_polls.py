"""Loops of a test that poll: in vain, or with a sleep that skips virtual time."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable
from time import sleep
from typing import Any

import pytest

from pytest_celery_guard import CeleryGuard
from pytest_celery_guard.errors import PollsForeverError


def until_ready(result: Any) -> None:
    while not result.ready():
        time.sleep(0.02)


def until_state(result: Any) -> None:
    while result.state != "SUCCESS":
        threading.Event().wait(0.02)


def until_found(result: Any) -> None:
    for _ in range(50):
        if result.app.AsyncResult(result.id).successful():
            return
        sleep(0.02)


def until_awaited(result: Any) -> None:
    async def poll() -> None:
        while not result.ready():
            await asyncio.sleep(0.02)

    asyncio.run(poll())


def until_told(guard: CeleryGuard, result: Any) -> None:
    while guard.states(result)[-1] != "SUCCESS":
        time.sleep(0.02)


def until_in_history(guard: CeleryGuard, result: Any) -> None:
    while all(each.state != "SUCCESS" for each in guard.history(result)):
        time.sleep(0.02)


def until_told_without_a_pause(guard: CeleryGuard, result: Any) -> None:
    while "SUCCESS" not in guard.states(result):
        pass


@pytest.mark.parametrize(
    ("poll", "times"),
    [(until_told, 4), (until_in_history, 4), (until_told_without_a_pause, 100)],
)
def test_a_loop_that_asks_the_guard_is_noticed_as_well(
    guard: CeleryGuard, add: Any, poll: Callable[..., None], times: int
) -> None:
    with pytest.raises(PollsForeverError, match=f"asked for its state {times} times"):
        poll(guard, add.delay(1, 2))


def test_the_guard_may_be_asked_while_tasks_run_and_afterwards(
    guard: CeleryGuard, add: Any
) -> None:
    result = add.apply_async((1, 2), countdown=300)
    while guard.states(result)[-1] != "SUCCESS":
        time.sleep(0.002)
        guard.advance(minutes=1)
    for _ in range(200):
        assert guard.states(result) == ["PENDING", "SUCCESS"]


LOOPS = [until_ready, until_state, until_found, until_awaited]


@pytest.mark.parametrize("poll", LOOPS)
def test_a_few_looks_in_vain_are_enough(
    guard: CeleryGuard, add: Any, poll: Callable[[Any], None]
) -> None:
    began = time.perf_counter()
    with pytest.raises(PollsForeverError, match="asked for its state 4 times"):
        poll(add.delay(1, 2))
    assert time.perf_counter() - began < 60


def test_what_to_write_depends_on_what_waits(guard: CeleryGuard, add: Any) -> None:
    with pytest.raises(
        PollsForeverError, match=r"^add was asked .* with celery_guard.drain"
    ):
        until_ready(add.delay(1, 2))
    later = add.apply_async((1, 2), countdown=60)
    guard.drain()
    with pytest.raises(
        PollsForeverError, match=r"No task is due: skip time with celery_guard"
    ):
        until_ready(later)
    with pytest.raises(PollsForeverError, match=r"^task .* No task is due"):
        until_ready(guard.app.AsyncResult(guard.unknown_id()))


@pytest.mark.parametrize("poll", LOOPS[:1])
def test_also_while_time_stands_still(
    guard: CeleryGuard, add: Any, poll: Callable[[Any], None]
) -> None:
    time_machine = pytest.importorskip("time_machine")
    freezegun = pytest.importorskip("freezegun")
    for stopped in (
        freezegun.freeze_time("2026-01-01"),
        time_machine.travel(0, tick=False),
    ):
        with stopped, pytest.raises(PollsForeverError, match="4 times"):
            poll(add.delay(1, 2))


def test_a_look_at_different_lines_is_no_loop(guard: CeleryGuard, add: Any) -> None:
    result = add.delay(1)
    assert result.state == "PENDING"
    time.sleep(0.01)
    assert result.state == "PENDING"
    time.sleep(0.01)
    assert not result.ready()
    time.sleep(0.01)
    assert result.state == "PENDING"
    time.sleep(0.01)
    assert not result.ready()


def test_nor_is_one_in_which_something_happens(guard: CeleryGuard, add: Any) -> None:
    result = add.apply_async((1,), countdown=3600)
    for _ in range(6):
        time.sleep(0.005)
        guard.advance(minutes=1)
        assert result.state == "PENDING"
    for number in range(6):
        time.sleep(0.005)
        add.delay(number)
        assert not result.ready()


def test_nor_is_one_that_looks_at_many_tasks(guard: CeleryGuard, add: Any) -> None:
    for result in [add.delay(each) for each in range(6)]:
        time.sleep(0.005)
        assert result.state == "PENDING"


def test_nor_is_one_that_works_in_between(guard: CeleryGuard, add: Any) -> None:
    result = add.delay(1)
    for _ in range(6):
        sum(range(100_000))
        assert result.state == "PENDING"


@pytest.mark.parametrize("poll", [until_ready, until_found])
def test_with_virtual_sleep_the_worker_runs_meanwhile(
    app: Any, add: Any, poll: Callable[[Any], None]
) -> None:
    real = time.sleep
    with CeleryGuard(app, virtual_sleep=True) as guard:
        result = add.apply_async((1, 2), countdown=0.5)
        poll(result)
        assert result.get() == 3
        before, began = guard.now, time.perf_counter()
        sleep(3600)
        assert time.perf_counter() - began < 60
        assert (guard.now - before).total_seconds() >= 3600
        with pytest.raises(ValueError, match="non-negative"):
            time.sleep(-1)
    assert time.sleep is sleep is real


def test_with_virtual_sleep_tasks_take_no_time(app: Any) -> None:
    @app.task(name="naps")
    def naps() -> str:
        time.sleep(1800)
        sleep(1800)
        return "woke"

    with CeleryGuard(app, virtual_sleep=True) as guard:
        before, began = guard.now, time.perf_counter()
        assert guard.run(naps.s()) == "woke"
        assert time.perf_counter() - began < 60
        assert (guard.now - before).total_seconds() >= 3600


def test_with_virtual_sleep_limits_still_end_them(app: Any) -> None:
    @app.task(name="naps", time_limit=5)
    def naps() -> None:
        time.sleep(3600)

    with CeleryGuard(app, virtual_sleep=True) as guard:
        naps.delay()
        guard.drain()
        assert "TimeLimitExceeded" in guard.failures[0].exception


def test_with_virtual_sleep_other_threads_sleep_for_real(app: Any) -> None:
    took = []

    def nap() -> None:
        began = time.perf_counter()
        time.sleep(0.05)
        took.append(time.perf_counter() - began)

    with CeleryGuard(app, virtual_sleep=True):
        thread = threading.Thread(target=nap)
        thread.start()
        thread.join()
    assert took[0] >= 0.05
