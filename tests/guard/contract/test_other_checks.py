"""CEL607, CEL608 and CEL611, what each of them weighs, and whose line is told."""

from __future__ import annotations

import re
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest
from celery import chain
from celery.exceptions import QueueNotFound

from pytest_celery_guard import CeleryGuard
from pytest_celery_guard.errors import CeleryGuardWarning, GuardError, WrongOptionError
from tests.guard.contract.conftest import Told

NOON = datetime(2026, 1, 1, 12)
NAIVE = "is 2026-01-01 12:00:00, without a time zone, which a worker interprets as UTC."


@pytest.fixture
def pay(app: Any) -> Any:
    @app.task(name="shop.pay")
    def pay() -> None: ...

    return pay


def test_a_naive_moment_is_a_warning(told: Told, pay: Any) -> None:
    assert told(lambda: pay.apply_async(eta=NOON)) == [
        f"? CEL607 shop.pay: `eta` {NAIVE} Send an aware datetime."
    ]
    assert told(lambda: pay.apply_async(expires=NOON)) == [
        f"? CEL607 shop.pay: `expires` {NAIVE} Send an aware datetime."
    ]


def test_moments_that_say_what_they_mean(told: Told, pay: Any) -> None:
    def send() -> None:
        pay.apply_async(eta=NOON.replace(tzinfo=timezone.utc), expires=60)
        pay.apply_async(countdown=5, expires=datetime.now(timezone.utc))

    assert told(send, contract="strict") == []


@pytest.mark.parametrize("enable_utc", [True, False])
def test_what_the_text_says_of_the_worker_is_true(
    app: Any, pay: Any, enable_utc: bool
) -> None:
    app.conf.update(timezone="America/New_York", enable_utc=enable_utc)
    eta = datetime.now(timezone.utc).replace(tzinfo=None) + timedelta(hours=1)
    with CeleryGuard(app, contract="off") as guard:
        pay.apply_async(eta=eta)
        guard.advance(minutes=59)
        assert guard.history(guard.sent[0].id)[-1].state == "RECEIVED"
        assert guard.advance(minutes=2) == 1


def test_a_name_whose_neighbours_are_known(app: Any, told: Told, pay: Any) -> None:
    assert told(lambda: app.send_task("shop.pya")) == [
        "CEL608 shop.pya: the app 'shop' has no task shop.pya, so a worker discards the message."
        " Did you mean shop.pay?"
    ]


def test_a_name_in_a_module_of_the_app(app: Any, told: Told) -> None:
    @app.task(name="shop.tasks.pay")
    def pay() -> None: ...

    assert told(lambda: app.send_task("shop.tasks.refund")) == [
        "CEL608 shop.tasks.refund: the app 'shop' has no task shop.tasks.refund, so a"
        " worker discards"
        " the message."
    ]


@pytest.mark.parametrize(
    "name", ["bank.pay", "shop.bank.pay", "pay", "shop2.pay", "shop.bill"]
)
def test_a_name_that_another_worker_may_know(
    app: Any, told: Told, pay: Any, name: str
) -> None:
    assert told(lambda: app.send_task(name)) == []
    (found,) = told(lambda: app.send_task(name), contract="strict")
    assert found.startswith(f"CEL608 {name}: the app 'shop' has no task {name}, so")


def test_a_name_that_a_chain_carries(app: Any, told: Told, pay: Any) -> None:
    (found,) = told(lambda: chain(pay.si(), app.signature("shop.pey")).delay())
    assert found.startswith("CEL608 shop.pay: the app 'shop' has no task shop.pey")


def test_celerys_own_tasks_are_left_alone(app: Any, told: Told, add: Any) -> None:
    assert told(lambda: add.chunks([(1, 2), (3, 4)], 1).apply_async()) == []
    assert told(lambda: add.starmap([(1, 2)]).apply_async(), contract="strict") == []
    assert told(lambda: app.send_task("celery.backend_cleanup")) == []


def test_a_slip_in_the_name_of_a_queue(app: Any, told: Told, pay: Any) -> None:
    from kombu import Queue

    def send(queue: str) -> list[str]:
        return told(lambda: pay.apply_async(queue=queue))

    assert send("reprots") == []
    app.conf.task_queues = [Queue("reports"), Queue("celery")]
    assert send("reports") == []
    assert send("bank") == []
    assert send("reprots") == [
        "? CEL611 shop.pay: it goes to the queue 'reprots', which is not in task_queues. Did"
        " you mean 'reports'?"
    ]


def test_a_queue_that_celery_refuses(app: Any, told: Told, pay: Any) -> None:
    from kombu import Queue

    app.conf.task_queues = [Queue("celery")]
    app.conf.task_create_missing_queues = False

    def send() -> None:
        with pytest.raises(QueueNotFound):
            pay.apply_async(queue="bank")

    (found,) = told(send)
    assert found.startswith("CEL611 shop.pay: ")
    assert "'bank'" in found


def test_the_line_that_sends_is_told(app: Any, pay: Any) -> None:
    with (
        pytest.raises(GuardError) as failure,
        CeleryGuard(app, contract="strict", allow_leftover=True),
    ):
        pay.apply_async(eta=NOON)
    lines = str(failure.value).splitlines()
    here = r"Sent as shop\.pay at tests/guard/contract/test_other_checks\.py:\d+\."
    assert re.fullmatch(f"CEL607 pay: `eta` .* {here}", lines[0])
    assert lines[-1] == (
        'If this is intended, mark the test with @pytest.mark.celery_guard(allow=["CEL607"]).'
    )


def test_a_warning_stands_at_the_line_that_sends(app: Any, pay: Any) -> None:
    with pytest.warns(CeleryGuardWarning, match="CEL607") as caught:
        with CeleryGuard(app, allow_leftover=True):
            pay.apply_async(eta=NOON)
    assert caught[0].filename == __file__


@pytest.mark.filterwarnings("error")
def test_a_warning_that_is_an_error_fails_the_test(app: Any, pay: Any) -> None:
    with pytest.raises(GuardError, match=r"^CEL607 "):
        with CeleryGuard(app, allow_leftover=True):
            pay.apply_async(eta=NOON)


def test_a_send_in_a_loop_is_told_once(app: Any, told: Told, pay: Any) -> None:
    def send() -> None:
        for _ in range(9):
            app.send_task("shop.pya")

    assert len(told(send)) == 1


def test_each_level(app: Any, told: Told, pay: Any) -> None:
    def send() -> None:
        app.send_task("shop.pya")
        pay.apply_async(eta=NOON)

    def codes(**options: Any) -> list[str]:
        return [each.split(" shop")[0] for each in told(send, **options)]

    assert codes() == ["CEL608", "? CEL607"]
    assert codes(contract="warn") == ["? CEL608", "? CEL607"]
    assert codes(contract="strict") == ["CEL608", "CEL607"]
    assert codes(contract="off") == []
    assert codes(allow=["CEL607"]) == ["CEL608"]
    assert codes(allow=[f"CEL607:{__name__}", "CEL608:elsewhere"]) == ["CEL608"]


def test_a_level_that_there_is_not(app: Any) -> None:
    with pytest.raises(WrongOptionError) as refused:
        CeleryGuard(app, contract="loud")
    assert str(refused.value) == (
        "celery_guard's option contract is 'loud'. It must be one of error, strict, warn, off."
    )


def test_the_app_is_put_back(app: Any, pay: Any) -> None:
    from celery.app.task import Task

    before = Task.apply_async
    with CeleryGuard(app, eager=True):
        assert Task.apply_async is not before
    assert Task.apply_async is before
    assert "send_task" not in vars(app)


def test_options_of_send_task_by_their_position(app: Any, told: Told, pay: Any) -> None:
    (found,) = told(lambda: app.send_task("shop.pay", None, None, None, NOON))
    assert found.startswith("? CEL607 shop.pay: `eta`")


def test_what_is_no_arguments_is_celerys_to_refuse(app: Any, told: Told, pay: Any) -> None:
    def send() -> None:
        with pytest.raises(TypeError, match="must be a list or tuple"):
            app.send_task("shop.pay", "A-17")

    assert told(send) == []
