"""Some tasks are real, and others return or raise what the test says."""

from __future__ import annotations

import asyncio
import functools
from typing import Any
from unittest.mock import AsyncMock, Mock

import pytest
from celery import chain, chord

from pytest_celery_guard import CeleryGuard
from pytest_celery_guard.errors import GuardError, WrongOptionError


@pytest.fixture
def charge(app: Any) -> Any:
    """Must not run: it would reach a bank."""

    @app.task(name="shop.charge", autoretry_for=(ConnectionError,), max_retries=2)
    def charge(order: str, cents: int = 0) -> str:
        raise AssertionError("it reached the bank")

    return charge


def test_it_returns_what_the_test_says(guard: CeleryGuard, charge: Any) -> None:
    guard.stub(charge, returns="paid")
    result = charge.delay("A-17", 499)
    assert result.state == "PENDING"
    assert guard.drain().succeeded == 1
    assert guard.states(result) == ["PENDING", "SUCCESS"]
    assert result.get() == "paid"
    assert guard.sent == [charge.s("A-17", 499)]


def test_others_stay_real(guard: CeleryGuard, charge: Any, add: Any) -> None:
    guard.stub(charge, returns=3)
    assert chain(charge.s("A-17"), add.s(4)).delay().get() == 7
    assert chord([charge.s("A-17"), add.s(1)], guard_total(guard)).delay().get() == 4


def guard_total(guard: CeleryGuard) -> Any:
    @guard.app.task(name="total")
    def total(numbers: list[int]) -> int:
        return sum(numbers)

    return total.s()


def test_a_mock_is_a_function(guard: CeleryGuard, charge: Any) -> None:
    mock = Mock(return_value="paid")
    guard.stub(charge, returns=mock)
    assert charge.delay("A-17").get() == "paid"
    mock.assert_called_once_with("A-17")


def test_a_signature_is_a_value(guard: CeleryGuard, charge: Any) -> None:
    guard.stub(charge, returns=charge.s("A-18"))
    assert charge.delay("A-17").get()["task"] == charge.name


def test_a_coroutine_function_is_an_error(guard: CeleryGuard, charge: Any) -> None:
    async def paid(order: str) -> str:
        return order

    for returns in (paid, AsyncMock()):
        with pytest.raises(
            WrongOptionError, match="it is a coroutine function, and nothing"
        ):
            guard.stub(charge, returns=returns)


@pytest.mark.parametrize("error", [ValueError("no money"), ValueError])
def test_it_raises_what_the_test_says(guard: CeleryGuard, charge: Any, error: Any) -> None:
    guard.stub(charge, raises=error)
    result = charge.delay("A-17")
    guard.drain()
    assert guard.states(result) == ["PENDING", "FAILURE"]
    assert repr(result.result) in {"ValueError('no money')", "ValueError()"}


def test_it_is_retried_for_an_error(guard: CeleryGuard, charge: Any) -> None:
    with guard.stub(charge, raises=ConnectionError("no route")):
        result = charge.delay("A-17")
        guard.drain()
        assert guard.states(result) == ["PENDING", "RETRY"]
        assert guard.scheduled[0].exception == "ConnectionError('no route')"
    guard.stub(charge, returns="paid")
    guard.advance(hours=1)
    assert guard.states(result) == ["PENDING", "RETRY", "SUCCESS"]


def test_a_function_gets_the_arguments(guard: CeleryGuard, charge: Any, add: Any) -> None:
    guard.stub(charge, returns=lambda order, cents: f"{order}: {cents}")
    assert charge.delay("A-17", cents=499).get() == "A-17: 499"
    guard.stub(add, returns=max)
    assert add.delay(3, 4).get() == 4


def test_a_bound_task_and_one_of_a_class(guard: CeleryGuard, app: Any) -> None:
    @app.task(name="bound", bind=True)
    def bound(self: Any, n: int) -> int:
        raise AssertionError

    class OfClass(app.Task):
        name = "of_class"

        def run(self, n: int) -> int:
            raise AssertionError

    of_class = app.register_task(OfClass())
    for task in (bound, of_class):
        guard.stub(task, returns=lambda n: n + 1)
        assert task.delay(1).get() == 2
        assert "run" not in vars(of_class)


def test_arguments_that_do_not_fit_fail_as_in_production(
    guard: CeleryGuard, app: Any, charge: Any
) -> None:
    guard.allow("CEL601")
    guard.stub(charge, returns="paid")
    result = app.send_task("shop.charge", ("A-17", 499, "EUR"))
    with pytest.raises(TypeError, match="too many positional arguments"):
        result.get()


def test_a_body_under_a_decorator(guard: CeleryGuard, app: Any) -> None:
    """Its own parameters are not those of what it wraps."""

    def with_stock(function: Any) -> Any:
        @functools.wraps(function)
        def run(*args: Any, **kwargs: Any) -> Any:
            return function("stock", *args, **kwargs)

        return run

    @app.task(name="decorated")
    @with_stock
    def decorated(stock: str) -> None:
        raise AssertionError

    guard.allow("CEL601")
    guard.stub(decorated, returns=lambda *args: len(args))
    assert app.send_task("decorated", (1, 2)).get() == 2


def test_signals_callbacks_and_links_are_real(
    guard: CeleryGuard, charge: Any, add: Any
) -> None:
    guard.stub(charge, returns=1)
    charge.apply_async(("A-17",), link=add.s(2))
    guard.drain()
    assert add.s(1, 2) in guard.sent


def test_what_can_not_be_stored_fails(guard: CeleryGuard, charge: Any) -> None:
    guard.stub(charge, returns=object())
    result = charge.delay("A-17")
    guard.drain()
    assert guard.states(result)[-1] == "FAILURE"


def test_it_ends_with_its_block(guard: CeleryGuard, add: Any) -> None:
    guard.stub(add, returns="outer")
    with guard.stub(add, returns="inner"):
        assert add.delay(1).get() == "inner"
    assert add.delay(1).get() == "outer"


def test_it_ends_with_its_test(app: Any, add: Any) -> None:
    with CeleryGuard(app) as guard:
        guard.stub(add, returns="stub")
        guard.begin_part()
        assert add.delay(1).get() == "stub"
        guard.stub(add, returns="of the part")
        guard.stub("billing.invoice", returns=7)
        assert add.delay(1).get() == "of the part"
        guard.end_part()
        assert "billing.invoice" not in app.tasks
        assert add.delay(1).get() == "stub"
    with CeleryGuard(app):
        assert add.delay(1).get() == 1


def test_a_direct_call_is_real(guard: CeleryGuard, add: Any) -> None:
    guard.stub(add, returns="stub")
    assert add(1, 2) == 3


def test_eager_and_alone(app: Any, charge: Any) -> None:
    with CeleryGuard(app, eager=True) as guard:
        guard.stub(charge, returns="paid")
        assert charge.delay("A-17").result == "paid"
        assert guard.run(charge.s("A-17")) == "paid"
        assert asyncio.run(guard.arun(charge.s("A-17"))) == "paid"


def test_a_task_of_another_service(app: Any, add: Any) -> None:
    with CeleryGuard(app, contract="strict") as guard:
        guard.stub("billing.invoice", returns=lambda number, **_: number * 2)
        assert app.send_task("billing.invoice", (4,), {"due": "now"}).get() == 8
        assert chain(app.signature("billing.invoice", (1,)), add.s(2)).delay().get() == 4
        assert guard.record().tasks[0].name == "billing.invoice"
    assert "billing.invoice" not in app.tasks


def test_a_stub_wins_over_external(app: Any) -> None:
    with CeleryGuard(app, external=["billing.*"]) as guard:
        with guard.stub("billing.invoice", returns=7):
            assert app.send_task("billing.invoice").get() == 7
        left = app.send_task("billing.invoice")
        assert guard.drain() == 0
        assert left.state == "PENDING"


def test_a_stubbed_failure_has_to_be_looked_at(app: Any, charge: Any) -> None:
    with pytest.raises(GuardError, match=r"shop\.charge \(.*\): ValueError\('no'\)"):
        with CeleryGuard(app) as guard:
            guard.stub(charge, raises=ValueError("no"))
            charge.delay("A-17")
            guard.drain()


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("charge", "shop.charge"),
        ("shop.chrage", "shop.charge"),
        ("shop.charges", "shop.charge"),
    ],
)
def test_a_name_that_looks_like_a_typo(
    guard: CeleryGuard, charge: Any, name: str, meant: str
) -> None:
    with pytest.raises(WrongOptionError) as refused:
        guard.stub(name, returns=1)
    assert str(refused.value) == (
        f"stub({name!r}): the app 'shop' has no such task. Did you mean {meant!r}?"
    )


def test_what_is_no_task(guard: CeleryGuard, add: Any) -> None:
    with pytest.raises(
        WrongOptionError, match=r"stub\(7\): it requires a task or a task's name"
    ):
        guard.stub(7)
    with pytest.raises(WrongOptionError, match="it requires a task or a task's name"):
        guard.stub([add])


def test_wrong_outcomes(guard: CeleryGuard, add: Any) -> None:
    with pytest.raises(WrongOptionError, match="give returns or raises, not both"):
        guard.stub(add, returns=1, raises=ValueError)
    for wrong in ("ValueError", int, 7):
        with pytest.raises(WrongOptionError, match="it is not an exception"):
            guard.stub(add, raises=wrong)  # type: ignore[arg-type]
    assert add.delay(1).get() == 1


def test_without_an_outcome_it_does_nothing(guard: CeleryGuard, add: Any) -> None:
    guard.stub(add)
    assert add.delay(1).get() is None
