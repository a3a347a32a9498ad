"""What pytest prints below a failed assertion: each message whole."""

from __future__ import annotations

from typing import Any

import pytest
from celery import chain

from pytest_celery_guard import CeleryGuard
from pytest_celery_guard.explain.comparisons import explained

pytestmark = pytest.mark.usefixtures("still")


def said(left: object, right: object, op: str = "==") -> str:
    lines = explained(op, left, right)
    assert lines is not None
    return "\n".join(lines)


def test_nothing_was_sent(guard: CeleryGuard, add: Any) -> None:
    assert said(guard.sent, [add.s(1, note="gift").set(queue="mail")]) == (
        "add was expected, but nothing was sent\nexpected:\n  add(1, note='gift') queue='mail'"
    )


def test_other_tasks_were_sent(guard: CeleryGuard, add: Any, boom: Any) -> None:
    boom.delay()
    assert said(guard.sent, [add.s(1), add.s(2)]) == (
        "add was not sent, but boom was\n"
        "send 0 is boom() queue='celery'\n"
        "  expected  add(1)\n"
        "  task: 'boom' instead of 'add'\n"
        "send 1 is missing: add(2)\n"
        "  other tasks were sent: boom"
    )


def test_sent_with_other_arguments(guard: CeleryGuard, add: Any) -> None:
    add.apply_async((1,), {"y": 2}, queue="bulk")
    assert said(guard.sent, [add.s(1, 3, note="gift").set(queue="mail", priority=1)]) == (
        "add was sent, but not as expected\n"
        "send 0 is add(1, y=2) queue='bulk'\n"
        "  expected  add(1, 3, note='gift') queue='mail' priority=1\n"
        "  y: 2 instead of 3\n"
        "  note: (not given) instead of 'gift'\n"
        "  queue: 'bulk' instead of 'mail'\n"
        "  priority: 0 instead of 1"
    )


def test_sent_in_another_order(guard: CeleryGuard, add: Any) -> None:
    add.delay(1)
    add.delay(2)
    assert said(guard.sent, [add.s(2), add.s(1)]) == (
        "add was sent, but not as expected\n"
        "send 0 is add(1) queue='celery'\n"
        "  expected  add(2)\n"
        "  which is send 1\n"
        "send 1 is add(2) queue='celery'\n"
        "  expected  add(1)\n"
        "  which is send 0"
    )


def test_sent_once_too_often(guard: CeleryGuard, add: Any) -> None:
    add.delay(1)
    add.delay(1)
    assert said(guard.sent, [add.s(1)]) == (
        "add was sent, but not as expected\nsend 1 was not expected: add(1) queue='celery'"
    )


def test_a_chain_that_goes_on_otherwise(guard: CeleryGuard, add: Any, boom: Any) -> None:
    chain(add.s(1), boom.si())()
    assert said(guard.sent, [chain(add.s(1), add.s(2))]) == (
        "add was sent, but not as expected\n"
        "send 0 is add(1) queue='celery' then=['boom']\n"
        "  expected  add(1) | add(2)\n"
        "  then: ['boom'] instead of ['add']"
    )


def test_not_in_what_was_sent(guard: CeleryGuard, add: Any, boom: Any) -> None:
    assert said(add.s(1), guard.sent, "in") == (
        "add was expected, but nothing was sent\nexpected: add(1)"
    )
    boom.delay()
    assert said(add.s(1), guard.sent, "in") == (
        "add(1) was not sent\n  other tasks were sent: boom"
    )
    add.delay(2)
    assert said(add.s(1), guard.sent, "in") == (
        "add(1) was not sent\n  similar: add(2) queue='celery'\n    x: 2 instead of 1"
    )
    assert said("other", guard.sent, "in") == (
        "other was not sent\n  other tasks were sent: add, boom"
    )


def test_in_what_was_sent(guard: CeleryGuard, add: Any) -> None:
    add.delay(1)
    add.delay(2)
    assert said(add.s(2), guard.sent, "not in") == (
        "add(2) was sent\n  send 1: add(2) queue='celery'"
    )


def test_states_side_by_side(guard: CeleryGuard, app: Any) -> None:
    @app.task(name="charge", bind=True, track_started=True, max_retries=1)
    def charge(self: Any) -> None:
        raise self.retry(countdown=90, exc=ValueError("declined"))

    result = charge.delay()
    guard.advance(minutes=5)
    path = guard.states(result)
    assert said(path, ["PENDING", "STARTED", "SUCCESS"]) == (
        "states of charge\n"
        "  actual   expected\n"
        "  PENDING  PENDING  +0:00:00\n"
        "  STARTED  STARTED  +0:00:00\n"
        "> RETRY    SUCCESS  +0:00:00  ValueError('declined')\n"
        "> STARTED  -        +0:01:30\n"
        "> FAILURE  -        +0:01:30  ValueError('declined')"
    )


def test_a_path_that_ended_early(guard: CeleryGuard, add: Any) -> None:
    result = add.delay(1)
    assert said(["PENDING", "SUCCESS"], guard.states(result)) == (
        "states of add\n  actual   expected\n  PENDING  PENDING  +0:00:00\n> -        SUCCESS"
    )


NOT_STORED = "it ran, but nothing was stored: set result_backend, or don't ignore results"


@pytest.mark.parametrize(
    ("settings", "ran"),
    [
        ({"task_ignore_result": True}, True),
        ({"result_backend": None}, True),
        ({}, True),
        ({"task_ignore_result": True}, False),
    ],
    ids=["ignored", "no backend", "stored", "not run"],
)
def test_states_that_were_not_stored(
    guard: CeleryGuard, add: Any, settings: dict[str, Any], ran: bool
) -> None:
    guard.conf(**settings)
    result = add.delay(1)
    if ran:
        guard.drain()
    told = said(guard.states(result), ["PENDING", "DONE"])
    assert told.endswith(NOT_STORED) == bool(settings and ran)


def test_states_that_are_told_one_by_one(guard: CeleryGuard, app: Any) -> None:
    @app.task(name="charge", autoretry_for=(OSError,), max_retries=2)
    def charge() -> None:
        raise OSError("no route")

    result = charge.delay()
    guard.advance(hours=1)
    told = said(guard.states(result), ["PENDING", "RETRY", "RETRY", "FAILURE"])
    assert told.splitlines()[-1] == (
        "a repeated state counts once; celery_guard.history(result) lists each of them"
    )


def test_other_comparisons_are_left_to_pytest(guard: CeleryGuard, add: Any) -> None:
    assert explained("==", [1], [2]) is None
    assert explained("!=", guard.sent, []) is None
    assert explained("<", guard.states("unknown"), ["A"]) is None
    assert explained("==", guard.sent, 7) is None
