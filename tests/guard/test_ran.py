"""What a drain returns: a number of tasks, which also knows how their runs ended."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from typing import Any

import pytest
from celery import chord

from pytest_celery_guard import CeleryGuard, WorkerKilled
from pytest_celery_guard.errors import GuardError
from pytest_celery_guard.values.ran import Ran


def counts(ran: Ran) -> tuple[int, ...]:
    return ran.succeeded, ran.failed, ran.retried, ran.revoked


@pytest.fixture
def flaky(app: Any) -> Any:
    """Fails once, and then succeeds."""

    @app.task(name="flaky", bind=True)
    def flaky(self: Any, countdown: int = 0) -> None:
        if not self.request.retries:
            raise self.retry(countdown=countdown)

    return flaky


def test_it_is_the_number_of_tasks_that_ran(guard: CeleryGuard, add: Any) -> None:
    assert guard.drain() == 0
    add.delay(1)
    add.delay(2)
    ran = guard.drain()
    assert ran == 2
    assert isinstance(ran, int)
    assert f"{ran} {ran!s} {ran:03}" == "2 2 002"


def test_it_tells_success_and_failure_apart(
    guard: CeleryGuard, add: Any, boom: Any
) -> None:
    for task in (add.s(1), boom.s(), add.s(2)):
        task.delay()
    ran = guard.drain()
    assert (ran, counts(ran)) == (3, (2, 1, 0, 0))
    assert repr(ran) == "3 (2 succeeded, 1 failed)"


def test_a_retry_is_a_run_of_its_own(guard: CeleryGuard, flaky: Any) -> None:
    flaky.delay()
    ran = guard.drain()
    assert (ran, counts(ran)) == (2, (1, 0, 1, 0))


def test_each_drain_counts_its_own_runs(guard: CeleryGuard, flaky: Any) -> None:
    flaky.delay(60)
    assert counts(guard.drain()) == (0, 0, 1, 0)
    assert counts(guard.drain()) == (0, 0, 0, 0)
    assert counts(guard.advance(minutes=1)) == (1, 0, 0, 0)


def test_a_revoked_task_counts_where_its_time_comes(guard: CeleryGuard, add: Any) -> None:
    now, later = add.delay(1), add.apply_async((2,), countdown=60)
    guard.revoke(now)
    assert counts(guard.drain()) == (0, 0, 0, 1)
    guard.revoke(later)
    assert counts(guard.advance(minutes=1)) == (0, 0, 0, 1)


def test_an_expired_task_counts_as_revoked(guard: CeleryGuard, add: Any) -> None:
    add.apply_async((1,), countdown=60, expires=30)
    assert counts(guard.advance(minutes=2)) == (0, 0, 0, 1)


def test_a_retry_that_has_expired_counts_as_revoked(guard: CeleryGuard, app: Any) -> None:
    @app.task(name="late", bind=True)
    def late(self: Any) -> None:
        raise self.retry(countdown=60)

    late.apply_async(expires=30)
    assert counts(guard.drain()) == (0, 0, 1, 0)
    assert counts(guard.advance(minutes=2)) == (0, 0, 0, 1)
    late.apply_async(expires=30)
    assert counts(guard.advance(minutes=2)) == (0, 0, 1, 1)


def test_a_task_without_a_result_counts(guard: CeleryGuard, add: Any, boom: Any) -> None:
    add.apply_async((1,), ignore_result=True)
    boom.apply_async(ignore_result=True)
    assert counts(guard.drain()) == (1, 1, 0, 0)


def test_a_run_that_is_told_twice_counts_once(guard: CeleryGuard, app: Any) -> None:
    @app.task(name="slow", time_limit=5)
    def slow() -> None:
        time.sleep(10)

    @app.task(name="killed")
    def killed() -> None:
        raise WorkerKilled

    slow.delay()
    killed.delay()
    assert counts(guard.drain()) == (0, 2, 0, 0)


def test_what_never_ran_does_not_count(guard: CeleryGuard, add: Any, boom: Any) -> None:
    """The body of a chord fails with its header: a state is stored, and nothing has run."""
    chord([add.s(1), boom.s()], add.s()).delay()
    ran = guard.drain()
    assert (ran, counts(ran)) == (2, (1, 1, 0, 0))


def test_a_drain_that_stops_early_counts_what_it_ran(
    guard: CeleryGuard, add: Any, boom: Any
) -> None:
    boom.delay()
    result = add.delay(1)
    add.delay(2)
    assert counts(guard.drain(until=result)) == (1, 1, 0, 0)
    assert counts(guard.drain(only=add)) == (1, 0, 0, 0)


def test_a_coroutine_gets_the_same(guard: CeleryGuard, add: Any, boom: Any) -> None:
    add.delay(1)
    boom.delay()
    assert counts(asyncio.run(guard.adrain())) == (1, 1, 0, 0)
    add.apply_async((1,), countdown=5)
    assert counts(asyncio.run(guard.aadvance(seconds=5))) == (1, 0, 0, 0)


EXPECTS: list[Callable[[int], object]] = [
    lambda failed: failed == 1,
    lambda failed: 1 == failed,  # noqa: SIM300  # as others write it
    lambda failed: failed > 0,
    lambda failed: failed >= 1,
    lambda failed: failed <= 1,
    lambda failed: failed < 2,
    lambda failed: failed != 0,
    lambda failed: bool(failed),
    lambda failed: (failed, 0) == (1, 0),
    lambda failed: sum([failed, failed]) == 2,
]

EXPECTS_NONE: list[Callable[[int], object]] = [
    lambda failed: f"{failed} {failed!r}",
    lambda failed: failed == 0,
    lambda failed: failed == 2,
    lambda failed: failed != 2,
    lambda failed: failed >= 0,
    lambda failed: failed > -1,
    lambda failed: {failed},
    lambda failed: 3 + failed == 4,
    lambda failed: failed + 0.5 == 1.5,
]


@pytest.mark.parametrize("expects", EXPECTS)
def test_a_failure_is_checked_by_the_number_of_failures(
    app: Any, boom: Any, expects: Callable[[int], object]
) -> None:
    with CeleryGuard(app) as guard:
        boom.delay()
        assert expects(guard.drain().failed)
        boom.apply_async(countdown=60)
        assert expects(guard.advance(minutes=1).failed)


@pytest.mark.parametrize("expects", EXPECTS_NONE)
def test_a_number_that_expects_no_failure_checks_none(
    app: Any, boom: Any, expects: Callable[[int], object]
) -> None:
    with pytest.raises(GuardError, match="boom failed"), CeleryGuard(app) as guard:
        boom.delay()
        expects(guard.drain().failed)


def test_the_total_of_a_drain_checks_no_failure(app: Any, boom: Any) -> None:
    with pytest.raises(GuardError, match="boom failed"), CeleryGuard(app) as guard:
        boom.delay()
        assert guard.drain() == 1


def test_the_failures_of_another_drain_are_not_checked(app: Any, boom: Any) -> None:
    with pytest.raises(GuardError, match="boom failed"), CeleryGuard(app) as guard:
        boom.delay()
        assert guard.drain().failed == 1
        boom.delay()
        guard.drain()


def test_what_fails_with_another_task_is_checked_with_it(
    app: Any, add: Any, boom: Any
) -> None:
    with CeleryGuard(app) as guard:
        chord([add.s(1), boom.s()], add.s()).delay()
        assert guard.drain().failed == 1
