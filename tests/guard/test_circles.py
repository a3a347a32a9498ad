"""Tasks that send each other without end are told before ten thousand of them ran."""

from __future__ import annotations

import tracemalloc
from typing import Any

import pytest
from celery import chain

from pytest_celery_guard import CeleryGuard
from pytest_celery_guard.errors import StillBusyError
from pytest_celery_guard.worker.endless import LONG, TIMES

FAR_FEWER = 1500


@pytest.fixture
def ping(app: Any) -> Any:
    @app.task(name="ping")
    def ping() -> None:
        app.send_task("pong")

    @app.task(name="pong")
    def pong() -> None:
        app.send_task("ping")

    return ping


def test_two_tasks_that_send_each_other(guard: CeleryGuard, ping: Any) -> None:
    ping.delay()
    with pytest.raises(StillBusyError) as caught:
        guard.drain()
    assert str(caught.value) == (
        f"ping and pong send each other without end: each of them ran {TIMES} times with the"
        " same arguments without time passing. If this is intended, write drain(limit=10000)."
    )
    assert len(guard.sent) < FAR_FEWER


def test_a_task_that_sends_itself(guard: CeleryGuard, app: Any) -> None:
    @app.task(name="again", bind=True)
    def again(self: Any) -> None:
        self.delay()

    again.delay()
    with pytest.raises(
        StillBusyError, match="again sends or retries itself without end: it"
    ):
        guard.drain()
    assert len(guard.sent) < FAR_FEWER


def test_a_task_that_sends_itself_with_much(guard: CeleryGuard, app: Any) -> None:
    @app.task(name="again", bind=True)
    def again(self: Any, text: str) -> None:
        self.delay(text)

    again.delay("x" * 5 * LONG)
    with pytest.raises(StillBusyError, match="again sends or retries itself without end"):
        guard.drain()
    assert len(guard.sent) < FAR_FEWER


def test_a_long_chain_is_kept_once(guard: CeleryGuard, add: Any) -> None:
    result = chain(add.s(0), *[add.s() for _ in range(150)]).delay()
    tracemalloc.start()
    try:
        result.get()
        kept, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    texts = sum(len(each._message.raw) for each in guard.sent)
    assert kept < 1.6 * texts


def test_a_task_that_retries_at_once(guard: CeleryGuard, app: Any) -> None:
    @app.task(name="again", bind=True, max_retries=None)
    def again(self: Any) -> None:
        raise self.retry(countdown=0)

    again.delay()
    with pytest.raises(
        StillBusyError, match="again sends or retries itself without end: it"
    ):
        guard.drain()


def test_a_read_that_waits_for_another_task(
    guard: CeleryGuard, add: Any, ping: Any
) -> None:
    ping.delay()
    later = add.apply_async((1, 2), countdown=60)
    with pytest.raises(StillBusyError, match="ping and pong send each other"):
        later.get()


def test_in_eager_mode(guard: CeleryGuard, ping: Any) -> None:
    guard.run_each_send()
    with pytest.raises(StillBusyError, match="ping and pong send each other"):
        ping.delay()


def test_a_task_that_counts_comes_to_its_end(guard: CeleryGuard, app: Any) -> None:
    @app.task(name="page", bind=True)
    def page(self: Any, number: int) -> None:
        if number < 2 * TIMES:
            self.delay(number + 1)

    page.delay(1)
    assert guard.drain() == 2 * TIMES


def test_a_long_chain_is_no_circle(guard: CeleryGuard, app: Any) -> None:
    @app.task(name="step")
    def step() -> None: ...

    chain(*[step.si() for _ in range(TIMES + 50)]).delay()
    assert guard.drain() == TIMES + 50


def test_many_sends_of_one_message_are_no_circle(guard: CeleryGuard, add: Any) -> None:
    for _ in range(TIMES + 50):
        add.delay(1)
    assert guard.drain() == TIMES + 50


def test_a_task_that_polls_as_time_passes(guard: CeleryGuard, app: Any) -> None:
    @app.task(name="poll", bind=True)
    def poll(self: Any) -> None:
        self.apply_async(countdown=60)

    poll.delay()
    assert guard.advance(minutes=TIMES + 50) > TIMES


@pytest.mark.parametrize("limit", [TIMES + 100, 10_000])
def test_whoever_sets_the_limit_knows_better(
    guard: CeleryGuard, app: Any, limit: int
) -> None:
    left = [TIMES + 50]

    @app.task(name="batch", bind=True)
    def batch(self: Any) -> None:
        left[0] -= 1
        if left[0]:
            self.delay()

    batch.delay()
    assert guard.drain(limit=limit) == TIMES + 50
