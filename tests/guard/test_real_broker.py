"""A test that would reach a real broker or backend fails at once, and says where."""

from __future__ import annotations

import inspect
from pathlib import Path
from typing import Any

import kombu
import pytest
from celery import Celery, shared_task
from celery.app import backends

from pytest_celery_guard import CeleryGuard
from pytest_celery_guard.errors import GuardError, RealBrokerError

HERE = Path(__file__).name


@pytest.fixture
def other() -> Any:
    made = Celery("other", broker="redis://127.0.0.1:1/0", set_as_current=False)
    made.conf.broker_transport_options = {"max_retries": 0}
    return made


def line_after() -> int:
    """The number of the line that follows the caller's."""
    frame = inspect.currentframe()
    assert frame is not None
    assert frame.f_back is not None
    return frame.f_back.f_lineno + 1


def test_another_app_can_not_send(app: Any, other: Any) -> None:
    with (
        pytest.raises(GuardError),
        CeleryGuard(app),
        pytest.raises(RealBrokerError) as refused,
    ):
        line = line_after()
        other.send_task("pay", retry=False)
    text = str(refused.value)
    assert f"{HERE}:{line} tried to reach a real broker, redis://" in text
    assert "name it with celery_guard_app" in text


def test_another_app_can_not_read(app: Any) -> None:
    other = Celery("other", backend="redis://nowhere.invalid/0", set_as_current=False)
    with pytest.raises(GuardError), CeleryGuard(app):
        with pytest.raises(RealBrokerError, match="a real result backend, redis://nowhere"):
            _ = other.AsyncResult("some").state


def test_a_connection_of_its_own_can_not_connect(app: Any) -> None:
    with (
        pytest.raises(GuardError),
        CeleryGuard(app),
        pytest.raises(RealBrokerError),
        kombu.Connection("amqp://nowhere.invalid") as mine,
    ):
        mine.connect()


def test_an_attempt_fails_the_test_also_when_it_is_swallowed(app: Any, other: Any) -> None:
    with pytest.raises(GuardError, match="tried to reach a real broker"), CeleryGuard(app):
        with pytest.raises(Exception):  # noqa: B017, PT011 - code under test that hides all
            other.send_task("pay", retry=False)


def test_a_shared_task_without_its_app_is_told(app: Any) -> None:
    @shared_task(name="orphan")
    def orphan() -> None: ...

    with (
        pytest.raises(
            GuardError, match="the app module is not imported when a shared_task"
        ),
        CeleryGuard(app),
    ):
        orphan.delay()


def test_looking_at_an_address_is_no_attempt(app: Any, other: Any) -> None:
    with CeleryGuard(app):
        assert other.connection_for_write().as_uri().endswith("127.0.0.1:1/0")


def test_what_stays_in_the_process_is_no_real_broker(app: Any) -> None:
    inner = Celery(
        "in", broker="memory://", backend="cache+memory://", set_as_current=False
    )
    with CeleryGuard(app):
        assert inner.send_task("pay").state == "PENDING"


def test_it_can_be_allowed(app: Any, other: Any) -> None:
    with (
        CeleryGuard(app, allow_broker=True),
        pytest.raises(kombu.exceptions.OperationalError),
    ):
        other.send_task("pay", retry=False)


def test_afterwards_connections_are_as_before(app: Any, other: Any) -> None:
    with CeleryGuard(app):
        pass
    with pytest.raises(kombu.exceptions.OperationalError):
        other.send_task("pay", retry=False)


def test_guards_that_end_in_any_order_leave_brokers_as_they_were(app: Any) -> None:
    before = vars(kombu.Connection).copy(), backends.by_url
    other = Celery("other", broker="memory://", set_as_current=False)
    first, second = CeleryGuard(app), CeleryGuard(other)
    first.enter()
    second.enter()
    first.leave()
    with pytest.raises(RealBrokerError):
        kombu.Connection("redis://127.0.0.1:1/0").connect()
    second.leave()
    assert (vars(kombu.Connection).copy(), backends.by_url) == before
