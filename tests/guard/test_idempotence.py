"""Tasks that are delivered twice, and must do their work once."""

from __future__ import annotations

from typing import Any
from unittest.mock import Mock

import pytest
from celery import group

from pytest_celery_guard import CeleryGuard
from pytest_celery_guard.errors import GuardError

FOOT = (
    "\nA broker may deliver any message twice. Let the task detect that its work is done,"
    "\nby a key that both runs share, and then do nothing."
)


def failure(guard: CeleryGuard, signature: Any, observe: Any = None) -> str:
    """What a check says that fails, without its last lines."""
    with pytest.raises(GuardError) as told:
        guard.assert_idempotent(signature, observe=observe)
    text = str(told.value)
    assert text.endswith(FOOT)
    return text.removesuffix(FOOT)


@pytest.fixture
def paid() -> list[str]:
    return []


@pytest.fixture
def pay(app: Any, paid: list[str], add: Any) -> Any:
    """Pays each order once, but says and sends what its argument tells."""

    @app.task(name="pay", bind=True)
    def pay(self: Any, order: str, careless: str = "") -> str:
        again = order in paid
        if not again or careless == "rows":
            paid.append(order)
        if careless == "sends":
            add.delay(len(paid))
        if careless == "raises" and again:
            raise ValueError("paid already")
        return f"{order} again" if again and careless == "returns" else order

    return pay


def test_a_task_that_does_its_work_once_passes(
    guard: CeleryGuard, pay: Any, paid: list[str]
) -> None:
    assert guard.assert_idempotent(pay.s("A-17"), observe=lambda: paid) == "A-17"
    assert paid == ["A-17"]


def test_another_value(guard: CeleryGuard, pay: Any) -> None:
    assert failure(guard, pay.s("A-17", "returns")) == (
        "pay('A-17', 'returns') is not idempotent. It was delivered twice, and the"
        " second run differs:\n"
        "  it returned 'A-17', then 'A-17 again'"
    )


def test_another_state(guard: CeleryGuard, pay: Any) -> None:
    assert failure(guard, pay.s("A-17", "raises")).endswith(
        ":\n  it ended in SUCCESS, then in FAILURE: ValueError('paid already')"
    )


def test_further_sends(guard: CeleryGuard, pay: Any) -> None:
    assert failure(guard, pay.s("A-17", "sends")).endswith(
        ":\n  it sent again: add(1) queue='celery'"
    )


def test_another_state_of_the_world(guard: CeleryGuard, pay: Any, paid: list[str]) -> None:
    careless = pay.s("A-17", "rows")
    assert failure(guard, careless, lambda: len(paid)).endswith(":\n  observed 1, then 2")
    assert failure(guard, careless, lambda: paid).endswith(
        ":\n  observed ['A-17', 'A-17', 'A-17'], then ['A-17', 'A-17', 'A-17', 'A-17']"
    )


def test_long_values_are_shown_by_the_lines_that_differ(
    guard: CeleryGuard, pay: Any, paid: list[str]
) -> None:
    def rows() -> list[Any]:
        return [{"order": each, "note": "x" * 60, "at": at} for at, each in enumerate(paid)]

    told = failure(guard, pay.s("A-17", "rows"), rows).splitlines()
    assert told[1] == "  observed:"
    assert any("'at': 1" in line and line.startswith("    + ") for line in told)
    assert not any(line.startswith("    ?") for line in told)


def test_calls_of_a_mock_are_taken_as_they_are_then(guard: CeleryGuard, app: Any) -> None:
    bank = Mock()

    @app.task(name="charge")
    def charge() -> None:
        bank.charge(499)

    assert failure(guard, charge.s(), lambda: bank.charge.mock_calls).endswith(
        ":\n  observed [call(499)], then [call(499), call(499)]"
    )


def test_what_can_only_be_gone_through(
    guard: CeleryGuard, pay: Any, paid: list[str]
) -> None:
    class Rows:
        def __iter__(self) -> Any:
            return iter(paid)

    assert guard.assert_idempotent(pay.s("A-17"), observe=Rows) == "A-17"
    assert "observed ['A-17', 'A-17']" in failure(guard, pay.s("A-17", "rows"), Rows)


def test_retries_belong_to_a_run(guard: CeleryGuard, app: Any) -> None:
    tries = []

    @app.task(name="flaky", bind=True)
    def flaky(self: Any) -> str:
        tries.append(self.request.retries)
        if len(tries) == 1:
            self.retry(countdown=60)
        return "done"

    assert guard.assert_idempotent(flaky.s()) == "done"
    assert tries == [0, 1, 1]


def test_a_first_run_that_fails_raises(guard: CeleryGuard, boom: Any) -> None:
    with pytest.raises(ValueError, match="no stock"):
        guard.assert_idempotent(boom.s())


def test_a_worker_that_passes_over_the_second_is_enough(
    guard: CeleryGuard, pay: Any, paid: list[str]
) -> None:
    guard.conf(worker_deduplicate_successful_tasks=True, task_acks_late=True)
    assert guard.assert_idempotent(pay.s("A-17", "rows"), observe=lambda: paid) == "A-17"


def test_the_task_learns_that_it_comes_again(guard: CeleryGuard, app: Any) -> None:
    @app.task(name="flag", bind=True)
    def flag(self: Any) -> Any:
        return self.request.delivery_info["redelivered"]

    assert "it returned False, then True" in failure(guard, flag.s())


def test_a_group_is_not_one_task(guard: CeleryGuard, add: Any) -> None:
    with pytest.raises(GuardError, match="Pass the signature of a single task"):
        guard.assert_idempotent(group(add.s(1), add.s(2)))
