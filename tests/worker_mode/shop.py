"""What ``tests/test_shop.py`` of the shop in docs/guard.md may hold: fifteen tests, in all modes.

A file of another project: it is copied there, and played in a process of its own.
"""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import Any
from unittest.mock import Mock

import pytest
from celery import chain, chord
from proj.tasks import (  # type: ignore[import-not-found]
    app,
    charge,
    price,
    send_receipt,
    stamp,
    total,
)

from proj import bank, mail  # type: ignore[import-not-found]


@app.task(bind=True, max_retries=2)  # type: ignore[untyped-decorator]
def patient(self: Any) -> int:
    """A task of a test module: a worker can import it."""
    if self.request.retries < 2:
        raise self.retry(countdown=0.2)
    return int(self.request.retries)


def test_an_order_is_charged(celery_guard: Any) -> None:
    result = charge.delay("A-17", cents=499)
    assert celery_guard.sent == [charge.s("A-17", 499)]
    assert celery_guard.drain() == 1
    assert celery_guard.states(result) == ["PENDING", "SUCCESS"]
    assert result.get() == "A-17 is paid"


def test_nothing_runs_before_the_drain(celery_guard: Any) -> None:
    result = price.delay("apple")
    assert result.state == "PENDING"
    celery_guard.drain()
    assert result.state == "SUCCESS"


def test_a_read_runs_the_worker(celery_guard: Any) -> None:
    assert price.delay("pear").get() == 140


def test_one_queue_after_the_other(celery_guard: Any) -> None:
    apple = price.apply_async(("apple",), queue="slow")
    pear = price.delay("pear")
    assert celery_guard.drain(queue="slow") == 1
    assert (apple.state, pear.state) == ("SUCCESS", "PENDING")
    assert celery_guard.drain() == 1
    assert [send.queue for send in celery_guard.sent] == ["slow", "celery"]


def test_a_basket(celery_guard: Any) -> None:
    prices = [price.s("apple"), price.s("pear")]
    result = chord(prices, total.s(discount=60)).delay()
    assert result.get() == 200
    assert celery_guard.sent == [*prices, total.s([120, 140], discount=60)]


def test_a_payment_with_a_receipt(celery_guard: Any) -> None:
    steps = chain(charge.s("A-17", 499), send_receipt.s("ann@example.com"))
    result = steps.delay()
    ran = celery_guard.drain()
    assert (ran, ran.succeeded, ran.failed) == (2, 2, 0)
    assert celery_guard.states(result) == ["PENDING", "SUCCESS"]
    assert celery_guard.states(result.parent) == ["PENDING", "SUCCESS"]


def test_an_unknown_sku_fails(celery_guard: Any) -> None:
    result = price.delay("plum")
    with pytest.raises(KeyError, match="plum"):
        result.get()
    assert [each.task for each in celery_guard.failures] == ["proj.tasks.price"]


def test_a_retry_comes_in_time(celery_guard: Any) -> None:
    assert celery_guard.run(patient.s()) == 2
    assert celery_guard.sent == [patient.s()]
    assert celery_guard.run(patient.s(), retries=2) == 2
    history = celery_guard.history(celery_guard.sent[0].id)
    assert [each.retry.retries for each in history if each.retry] == [1, 2]


@pytest.mark.celery_guard(external=["billing.*"])
def test_a_task_of_another_service(celery_guard: Any) -> None:
    app.send_task("billing.invoice", (1,), queue="billing")
    apple = price.delay("apple")
    celery_guard.drain()
    assert apple.get() == 120
    assert "billing.invoice" in celery_guard.sent


def test_a_charge_that_is_called_off(celery_guard: Any) -> None:
    result = charge.delay("A-17", 499)
    celery_guard.revoke(result)
    celery_guard.drain()
    assert celery_guard.states(result) == ["PENDING", "REVOKED"]


def test_a_result_that_is_gone(celery_guard: Any) -> None:
    result = price.delay("apple")
    celery_guard.drain()
    celery_guard.expire(result)
    assert celery_guard.states(result) == ["PENDING", "SUCCESS", "PENDING"]
    assert result.state == "PENDING"


def test_a_task_runs_at_once(celery_eager: Any) -> None:
    assert charge.delay("A-17", 499).state == "SUCCESS"


def test_the_app_is_pointed_elsewhere(celery_guard: Any) -> None:
    options = app.conf.broker_transport_options
    Path("prefix").write_text(str(options.get("global_keyprefix")), encoding="utf-8")


def test_a_day_goes_by(celery_guard: Any) -> None:
    result = charge.apply_async(("A-17", 499), countdown=86400)
    celery_guard.advance(timedelta(days=1))
    assert result.state == "SUCCESS"


def test_step_by_step(celery_guard: Any) -> None:
    price.delay("apple")
    assert celery_guard.step() is True
    assert celery_guard.step() is False


def test_a_bank_that_is_down(celery_guard: Any, monkeypatch: Any) -> None:
    monkeypatch.setattr(bank, "charge", Mock(side_effect=ConnectionError))
    result = charge.delay("A-17", 499)
    celery_guard.drain()
    assert result.state == "RETRY"


def test_prices_in_one_go(celery_guard: Any) -> None:
    assert price.starmap([("apple",), ("pear",)]).delay().get() == [120, 140]


def test_a_message_that_is_compressed(celery_guard: Any) -> None:
    price.apply_async(("apple",), compression="gzip")
    assert celery_guard.sent == [price.s("apple").set(compression="gzip")]
    celery_guard.drain()


def test_an_order_that_nobody_may_see(celery_guard: Any) -> None:
    price.apply_async(("apple",), argsrepr="(…)")
    assert "apple" not in repr(celery_guard.sent) + celery_guard.account()
    celery_guard.drain()


def test_a_task_of_the_test(celery_guard: Any) -> None:
    @app.task  # type: ignore[untyped-decorator]
    def local() -> str:
        return "ran"

    assert local.delay().get() == "ran"


@pytest.mark.celery_guard(mode="step")
def test_pinned_to_step_mode(celery_guard: Any) -> None:
    result = stamp.apply_async(("paid",), countdown=3600)
    celery_guard.advance(hours=1)
    assert result.get() == f"paid on {date.today()}"
    assert mail.send("ann@example.com", "paid") is None


@pytest.mark.celery_guard(conf={"task_track_started": True})
def test_a_task_that_tells_when_it_starts(celery_guard: Any) -> None:
    result = price.delay("apple")
    celery_guard.drain()
    assert celery_guard.states(result) == ["PENDING", "STARTED", "SUCCESS"]
