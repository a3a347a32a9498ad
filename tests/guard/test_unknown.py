"""PENDING has many meanings: an id never sent, forgotten or expired is told apart."""

from __future__ import annotations

from typing import Any

import pytest
from celery import chain, chord
from celery.exceptions import Ignore

from pytest_celery_guard import CeleryGuard
from pytest_celery_guard.errors import WouldBlockForeverError
from pytest_celery_guard.explain.comparisons import explained


def last_line(guard: CeleryGuard, result: Any) -> str:
    """How the comparison of a task's states with success ends."""
    lines = explained("==", guard.states(result), ["PENDING", "SUCCESS"])
    assert lines is not None
    return lines[-1]


def never(guard: CeleryGuard, result: Any) -> str:
    """Why a read fails."""
    with pytest.raises(WouldBlockForeverError) as failure:
        guard.app.AsyncResult(result if isinstance(result, str) else result.id).get()
    return str(failure.value)


def test_an_id_that_was_never_sent(guard: CeleryGuard, add: Any) -> None:
    unknown = guard.unknown_id()
    assert unknown not in {guard.unknown_id(), add.delay(1).id}
    assert guard.app.AsyncResult(unknown).state == "PENDING"
    assert last_line(guard, unknown).startswith("no task was sent with this id")
    assert "This id was never sent" in never(guard, unknown)


def test_a_task_that_follows_one_without_a_result(guard: CeleryGuard, add: Any) -> None:
    @guard.app.task(name="ignored")
    def ignored() -> None:
        raise Ignore

    for last in (
        chain(ignored.s(), add.s()).delay(),
        chain(add.s(1), ignored.si(), add.s(2), add.s()).delay(),
        chord([add.s(1), ignored.s()], add.s()).delay(),
        ignored.apply_async(link=add.s().set(task_id="linked"))
        and guard.app.AsyncResult("linked"),
    ):
        why = never(guard, last)
        assert why.endswith(
            "add was never sent: it follows ignored, which ran and stored no result, as after"
            " Ignore or an error of the worker."
        )
        if last.id != "linked":
            assert last_line(guard, last).startswith(
                "it was never sent: the task that it follows"
            )
    assert "ignored ran and stored no result" in never(guard, ignored.delay())


@pytest.mark.parametrize("drained", [True, False])
def test_a_task_that_follows_one_that_never_runs(
    guard: CeleryGuard, add: Any, drained: bool
) -> None:
    last = chain(add.s(1), add.s()).delay()
    guard.app.control.purge()
    if drained:
        guard.drain()
    assert never(guard, last).endswith(
        "add was never sent: it follows add, which was never run."
    )


def test_a_task_that_waits_is_known(guard: CeleryGuard, add: Any) -> None:
    assert last_line(guard, add.delay(1)).startswith("> - ")


def test_a_result_that_was_forgotten(guard: CeleryGuard, add: Any) -> None:
    result = add.delay(1)
    guard.drain()
    guard.forget(result)
    assert last_line(guard, result).startswith("its result was forgotten")
    assert never(guard, result).endswith("add ran, but its result was forgotten.")
    assert "forgotten" in guard.account()


@pytest.mark.parametrize(
    "expire",
    [
        lambda guard, result: guard.expire(result),
        lambda guard, result: guard.advance(hours=25),
    ],
)
def test_a_result_that_has_expired(guard: CeleryGuard, add: Any, expire: Any) -> None:
    result = add.delay(1)
    guard.drain()
    expire(guard, result)
    assert guard.states(result) == ["PENDING", "SUCCESS", "PENDING"]
    assert last_line(guard, result).startswith("its result has expired")
    assert never(guard, result).endswith("add ran, but its result has expired.")
