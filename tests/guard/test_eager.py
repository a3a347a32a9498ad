"""Each task runs before the call that sends it returns, by the worker's code."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from celery import chain, chord, group

from pytest_celery_guard import CeleryGuard


@pytest.fixture
def eager(app: Any) -> Iterator[CeleryGuard]:
    with CeleryGuard(app, eager=True) as guard:
        yield guard


def test_a_task_has_run_when_delay_returns(eager: CeleryGuard, add: Any) -> None:
    result = add.delay(1, 2)
    assert result.state == "SUCCESS"
    assert result.get() == 3
    assert eager.app.AsyncResult(result.id).get() == 3


def test_what_a_task_sends_runs_after_it(eager: CeleryGuard, app: Any) -> None:
    order: list[str] = []

    @app.task(name="inner")
    def inner() -> None:
        order.append("inner")

    @app.task(name="outer")
    def outer() -> None:
        state = inner.delay().state
        order.append(f"outer sees {state}")

    outer.delay()
    assert order == ["outer sees PENDING", "inner"]


def test_a_deep_chain_of_sends_does_not_nest(eager: CeleryGuard, app: Any) -> None:
    @app.task(name="deep", bind=True)
    def deep(self: Any, left: int) -> None:
        if left:
            deep.delay(left - 1)

    deep.delay(2_000)
    assert len(eager.sent) == 2_001


def test_a_countdown_still_waits(eager: CeleryGuard, add: Any) -> None:
    result = add.apply_async((1,), countdown=60)
    assert result.state == "PENDING"
    eager.advance(minutes=1)
    assert result.state == "SUCCESS"


def test_canvas(eager: CeleryGuard, app: Any, add: Any) -> None:
    @app.task(name="total")
    def total(parts: list[int]) -> int:
        return sum(parts)

    assert chain(add.s(1, 1), add.s(2)).delay().state == "SUCCESS"
    assert group(add.s(n, n) for n in range(3)).delay().successful()
    result = chord([add.s(1, 1), add.s(2, 2)])(total.s())
    assert result.state == "SUCCESS"
    assert result.get() == 6


def test_send_task_runs_too(eager: CeleryGuard, app: Any, add: Any) -> None:
    assert app.send_task("add", (1, 2)).state == "SUCCESS"


def test_what_celery_s_own_eager_mode_gets_wrong_is_right(
    eager: CeleryGuard, app: Any, add: Any
) -> None:
    @app.task(name="gives a tuple")
    def gives() -> Any:
        return (1, 2)

    @app.task(name="replaced", bind=True)
    def replaced(self: Any) -> Any:
        raise self.replace(add.s(1, 2))

    assert gives.delay().get() == [1, 2]
    assert replaced.delay().get() == 3
    result = add.apply_async((1,), expires=-10)
    assert eager.states(result) == ["PENDING", "REVOKED"]
