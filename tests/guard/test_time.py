"""Virtual time: eta, countdown, retries, rate limits, expiry, time limits."""

from __future__ import annotations

import time
from datetime import datetime, timedelta, timezone
from time import sleep
from typing import Any

import pytest
from celery.exceptions import SoftTimeLimitExceeded, TimeLimitExceeded

from pytest_celery_guard import CeleryGuard


@pytest.fixture
def ticks(still: None, guard: CeleryGuard) -> list[int]:
    """Virtual seconds, since the test began, at which the task ran."""
    return []


@pytest.fixture
def tick(guard: CeleryGuard, app: Any, ticks: list[int]) -> Any:
    start = guard.now

    @app.task(name="tick", bind=True)
    def tick(self: Any, retry_after: int | None = None) -> None:
        ticks.append(round((guard.now - start).total_seconds()))
        if retry_after is not None and self.request.retries < 2:
            raise self.retry(countdown=retry_after)

    return tick


def test_advance_runs_a_countdown_at_its_moment(
    guard: CeleryGuard, tick: Any, ticks: list[int]
) -> None:
    tick.apply_async(countdown=60)
    guard.drain()
    assert guard.advance(seconds=59) == 0
    assert guard.advance(timedelta(seconds=2)) == 1
    assert ticks == [60]


def test_advance_visits_every_moment_in_order(
    guard: CeleryGuard, tick: Any, ticks: list[int]
) -> None:
    for seconds in (300, 100, 200):
        tick.apply_async(countdown=seconds)
    tick.delay()
    assert guard.advance(minutes=10) == 4
    assert ticks == [0, 100, 200, 300]


def test_an_eta_counts_from_the_moment_of_sending(
    guard: CeleryGuard, tick: Any, ticks: list[int]
) -> None:
    guard.advance(hours=1)
    tick.apply_async(eta=datetime.now(timezone.utc) + timedelta(minutes=1))
    guard.advance(minutes=2)
    assert ticks == [3660]


def test_retries_come_at_their_time(
    guard: CeleryGuard, tick: Any, ticks: list[int]
) -> None:
    result = tick.delay(retry_after=60)
    guard.drain()
    assert guard.states(result) == ["PENDING", "RETRY"]
    guard.advance(minutes=2)
    assert ticks == [0, 60, 120]
    assert guard.states(result) == ["PENDING", "RETRY", "SUCCESS"]


def test_the_time_that_tasks_take_leaves_the_last_retry_in_reach(
    guard: CeleryGuard, app: Any
) -> None:
    @app.task(bind=True)
    def slow(self: Any) -> None:
        time.sleep(0.05)
        if self.request.retries < 2:
            raise self.retry(countdown=60)

    result = slow.delay()
    guard.drain()
    guard.advance(minutes=2)
    assert guard.states(result) == ["PENDING", "RETRY", "SUCCESS"]


def test_time_goes_forward_only(guard: CeleryGuard) -> None:
    with pytest.raises(ValueError, match="forward only, not by -60"):
        guard.advance(minutes=-1)
    with pytest.raises(TypeError, match=r"a timedelta or its parts: advance\(seconds=60\)"):
        guard.advance(60)  # type: ignore[arg-type] # as people write it


def test_now_moves_by_what_was_skipped(guard: CeleryGuard) -> None:
    before = guard.now
    guard.advance(days=2)
    assert timedelta(days=2) <= guard.now - before < timedelta(days=2, minutes=1)
    assert guard.now.tzinfo is timezone.utc


def test_what_waits_for_its_time_is_listed(guard: CeleryGuard, tick: Any, add: Any) -> None:
    add.delay(1)
    late = tick.apply_async(countdown=120)
    soon = tick.apply_async(countdown=60)
    for _ in range(2):  # before and after the worker has received them
        assert [each.id for each in guard.scheduled] == [soon.id, late.id]
        assert [each.task for each in guard.scheduled] == ["tick", "tick"]
        left = guard.scheduled[0].due - guard.now
        assert abs(left - timedelta(seconds=60)) < timedelta(seconds=1)
        guard.drain()


def test_a_task_that_expires_is_revoked(guard: CeleryGuard, add: Any) -> None:
    late = add.apply_async((1,), expires=30, countdown=60)
    in_time = add.apply_async((1,), expires=90, countdown=60)
    guard.advance(minutes=2)
    assert guard.states(late) == ["PENDING", "REVOKED"]
    assert guard.states(in_time) == ["PENDING", "SUCCESS"]


def test_rate_limits_spread_tasks(guard: CeleryGuard, tick: Any, ticks: list[int]) -> None:
    tick.rate_limit = "1/m"
    for _ in range(3):
        tick.delay()
    guard.drain()
    assert ticks == [0]
    guard.advance(minutes=5)
    assert ticks == [0, 60, 120]


def test_a_sleep_past_the_soft_limit_raises_in_the_task(
    guard: CeleryGuard, app: Any
) -> None:
    @app.task(name="sleeps", soft_time_limit=5)
    def sleeps() -> str:
        try:
            time.sleep(3600)
        except SoftTimeLimitExceeded:
            return "cleaned up"
        return "slept"

    before, began = guard.now, time.perf_counter()
    assert guard.run(sleeps.s()) == "cleaned up"
    assert time.perf_counter() - began < 60
    assert timedelta(seconds=5) <= guard.now - before < timedelta(seconds=60)


def test_a_sleep_past_the_hard_limit_ends_the_task(guard: CeleryGuard, app: Any) -> None:
    @app.task(name="sleeps", time_limit=5)
    def sleeps() -> None:
        time.sleep(3600)

    result = sleeps.delay()
    guard.drain()
    assert guard.states(result) == ["PENDING", "FAILURE"]
    with pytest.raises(TimeLimitExceeded):
        result.get()


def test_a_sleep_that_was_imported_by_name_is_limited_too(
    guard: CeleryGuard, app: Any
) -> None:
    @app.task(name="sleeps", time_limit=5)
    def sleeps() -> None:
        sleep(3600)

    result = sleeps.delay()
    guard.drain()
    assert guard.states(result) == ["PENDING", "FAILURE"]
    assert sleep is time.sleep


def test_short_sleeps_add_up_to_the_limit(guard: CeleryGuard, app: Any) -> None:
    naps = []

    @app.task(name="naps", time_limit=10)
    def nap() -> None:
        while True:
            time.sleep(3)
            naps.append(1)

    nap.delay()
    guard.drain()
    assert len(naps) == 3


@pytest.mark.parametrize("library", ["time_machine", "freezegun"])
def test_libraries_that_move_the_clock_move_the_worker(
    library: str, guard: CeleryGuard, tick: Any, ticks: list[int], add: Any
) -> None:
    pytest.importorskip(library)
    with frozen(library) as move:
        tick.apply_async(countdown=60)
        expired = add.apply_async((1,), expires=30)
        stored = add.delay(1)
        guard.drain(only=stored)
        move(59)
        guard.drain()
        assert ticks == []
        move(2)
        guard.drain()
        assert len(ticks) == 1
        assert guard.states(expired) == ["PENDING", "REVOKED"]
        guard.advance(hours=25)
        assert guard.states(stored) == ["PENDING", "SUCCESS", "PENDING"]


class frozen:
    """Stop the process's clock with a library; call what it gives to move it by seconds."""

    def __init__(self, library: str) -> None:
        moment = datetime(2030, 1, 1, tzinfo=timezone.utc)
        if library == "time_machine":
            import time_machine

            self._library: Any = time_machine.travel(moment, tick=False)
        else:
            import freezegun

            self._library = freezegun.freeze_time(moment)

    def __enter__(self) -> Any:
        clock = self._library.start()
        return getattr(clock, "shift", None) or clock.tick

    def __exit__(self, *_: object) -> None:
        self._library.stop()
