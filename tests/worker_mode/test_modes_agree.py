"""One suite in all modes: what passes, what differs, and what is skipped with which reason."""

from __future__ import annotations

from pathlib import Path

import pytest
from kombu import Connection
from redis import Redis

from tests.worker_mode.conftest import RABBITMQ, REDIS, Outcome, Play, listens

NEED_STEP_MODE = {
    "test_a_day_goes_by": "advance() needs virtual time: a real worker waits for 1 day",
    "test_step_by_step": "step(): a worker takes the next message when it likes",
    "test_a_bank_that_is_down": "proj.bank.charge is patched in this process",
    "test_a_task_of_the_test": "test_shop.local is defined inside a function",
}
DIFFER_IN_EAGER_MODE = {
    "test_nothing_runs_before_the_drain",
    "test_an_order_is_charged",  # the drain has nothing left to run
    "test_one_queue_after_the_other",
    "test_a_payment_with_a_receipt",
    "test_a_charge_that_is_called_off",
    "test_step_by_step",
}


def of_kind(kind: str, outcomes: dict[str, Outcome]) -> set[str]:
    """The tests with one kind of outcome."""
    return {name for name, each in outcomes.items() if each.kind == kind}


def test_all_pass_in_step_mode(play: Play) -> None:
    outcomes = play()
    assert len(outcomes) == 22
    assert of_kind("passed", outcomes) == set(outcomes)


def test_eager_mode_differs_where_a_test_looks_before_the_drain(play: Play) -> None:
    outcomes = play("--celery-guard-mode=eager")
    assert of_kind("failed", outcomes) == DIFFER_IN_EAGER_MODE
    assert of_kind("passed", outcomes) == set(outcomes) - DIFFER_IN_EAGER_MODE


@pytest.mark.services
def test_a_real_worker_agrees_and_skips_with_a_reason(
    play: Play, shop: Path, servers: tuple[str, ...]
) -> None:
    outcomes = play("--celery-guard-mode=worker", *servers)
    wrong = [each for each in outcomes.items() if each[1].kind in {"failed", "error"}]
    assert wrong == []
    assert of_kind("skipped", outcomes) == set(NEED_STEP_MODE)
    for name, reason in NEED_STEP_MODE.items():
        assert f"step mode only: {reason}" in outcomes[name].text
    assert_nothing_is_left((shop / "prefix").read_text(encoding="utf-8"))


def assert_nothing_is_left(prefix: str) -> None:
    """No key and no queue of a run is on the servers."""
    assert prefix.startswith("celery-guard-")
    with Redis.from_url(REDIS) as client:
        assert list(client.scan_iter(f"{prefix}*")) == []
    if listens(RABBITMQ):
        assert not has_queue(f"{prefix}celery")


def has_queue(name: str) -> bool:
    """Whether RabbitMQ has a queue of this name."""
    with Connection(RABBITMQ) as connection:
        try:
            connection.default_channel.queue_declare(name, passive=True)
        except connection.channel_errors:
            return False
        return True
