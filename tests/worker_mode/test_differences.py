"""Where a real worker did otherwise than a test expects, the failure says why, if that is known."""

from __future__ import annotations

from pathlib import Path

import pytest

from pytest_celery_guard.explain.real_worker import AHEAD, IN_ITS_TIME, elsewhere, looked_at
from tests.guard_docs.page import write
from tests.worker_mode.conftest import REDIS, Play, listens

RATES = """
import logging
import os

from proj.tasks import app, price

SHIPPED = []


def ship(item):
    SHIPPED.append(item)


@app.task
def shipping(item):
    logging.getLogger("shop").error("shipped")
    ship(item)


@app.task
def rate():
    return os.environ["SHOP_RATE"]


@app.task
def rate_of_orders():
    price.delay(os.environ.get("SHOP_RATE", "apple"))
"""
TESTS = """
import time

import pytest
from proj import rates
from proj.rates import rate, rate_of_orders, shipping
from proj.tasks import price


def test_its_time_has_come(celery_guard):
    result = price.apply_async(("apple",), countdown=0.2)
    celery_guard.drain()
    time.sleep(1)
    assert celery_guard.states(result) == ["PENDING"]


def test_a_send_of_a_task_whose_time_has_come(celery_guard):
    result = rate_of_orders.apply_async(countdown=0.2)
    celery_guard.drain()
    time.sleep(1)
    try:
        assert celery_guard.sent == [rate_of_orders.s()]
    finally:
        celery_guard.drain()


def test_the_next_one_runs_while_the_test_reads(celery_guard):
    apple, pear = price.delay("apple"), price.delay("pear")
    assert apple.get() == 120
    time.sleep(1)
    try:
        assert celery_guard.states(pear) == ["PENDING"]
    finally:
        celery_guard.drain()


def test_a_variable_of_the_environment(celery_guard, monkeypatch):
    price.delay("apple").get()  # the worker is there by now
    monkeypatch.setenv("SHOP_RATE", "pear")
    result = rate.delay()
    celery_guard.drain()
    assert celery_guard.states(result) == ["PENDING", "SUCCESS"]


def test_a_send_that_needs_a_variable(celery_guard, monkeypatch):
    price.delay("apple").get()
    monkeypatch.setenv("SHOP_RATE", "pear")
    rate_of_orders.delay()
    celery_guard.drain()
    assert price.s("pear") in celery_guard.sent


def test_a_list_of_the_module(celery_guard):
    rates.SHIPPED.clear()
    shipping.delay("pear")
    celery_guard.drain()
    assert rates.SHIPPED == ["pear"]


def test_what_was_logged(celery_guard, caplog):
    shipping.delay("pear")
    celery_guard.drain()
    assert "shipped" in caplog.text


@pytest.mark.celery_guard(allow_failures=True)
def test_a_mistake_in_any_mode(celery_guard):
    result = price.delay("plum")
    celery_guard.drain()
    assert celery_guard.states(result) == ["PENDING"]
"""
WHY = {
    "test_its_time_has_come": IN_ITS_TIME,
    "test_a_send_of_a_task_whose_time_has_come": IN_ITS_TIME,
    "test_the_next_one_runs_while_the_test_reads": AHEAD,
    "test_a_variable_of_the_environment": elsewhere("os.environ['SHOP_RATE']"),
    "test_a_send_that_needs_a_variable": elsewhere("os.environ['SHOP_RATE']"),
    "test_a_list_of_the_module": looked_at(["proj.rates.SHIPPED"]),
    "test_what_was_logged": looked_at(["caplog"]),
}
A_MISTAKE = "test_a_mistake_in_any_mode"


@pytest.fixture
def shop(shop: Path) -> Path:
    """The shop, with tests that a real worker can't pass."""
    write({"proj/rates.py": RATES, "tests/test_shop.py": TESTS}, shop)
    return shop


def test_in_step_mode_all_but_the_mistake_pass(play: Play) -> None:
    outcomes = play()
    assert [name for name, each in outcomes.items() if each.kind == "failed"] == [A_MISTAKE]


@pytest.mark.services
def test_each_difference_is_explained(play: Play) -> None:
    if not listens(REDIS):
        pytest.skip(f"nothing listens at {REDIS}")
    outcomes = play("--celery-guard-mode=worker", f"--celery-guard-broker={REDIS}")
    assert {each.kind for each in outcomes.values()} == {"failed"}
    told = {name: reasons(each.text) for name, each in outcomes.items()}
    assert told == {A_MISTAKE: set(), **{name: {why} for name, why in WHY.items()}}


def reasons(text: str) -> set[str]:
    """The lines of a failure that say why a real worker did otherwise."""
    return {line.lstrip("E ") for line in text.splitlines()}.intersection(WHY.values())
