"""PENDING has many meanings: an id never sent, forgotten or expired is told apart."""

from __future__ import annotations

from typing import Any

import pytest

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
