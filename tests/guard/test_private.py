"""What is private in Celery and kombu does what the guard takes it to do."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import kombu
import pytest
from celery import _state, result, signals
from celery.app import trace

from pytest_celery_guard.private import celery as private
from pytest_celery_guard.private.kombu import CONNECT


def test_the_task_that_runs_in_this_thread(app: Any) -> None:
    @app.task(name="looks", bind=True)
    def looks(self: Any) -> bool:
        return private.current_task() is self and threading_sees() is None

    def threading_sees() -> Any:
        with ThreadPoolExecutor(1) as pool:
            return pool.submit(private.current_task).result()

    assert private.current_task() is None
    assert looks.apply().result is True
    assert looks() is True
    assert private.current_task() is None


def test_the_names_of_an_app(app: Any, add: Any) -> None:
    assert hasattr(app, private.APP_POOL)
    assert hasattr(app.amqp, private.PRODUCER_POOL)
    assert hasattr(app, private.APP_BACKEND)
    assert hasattr(add, private.TASK_BACKEND)
    assert callable(app.amqp._create_task_sender)
    pool = app.pool
    assert getattr(app, private.APP_POOL) is pool
    producers = app.producer_pool
    assert getattr(app.amqp, private.PRODUCER_POOL) is producers


def test_a_task_that_retries_by_itself_keeps_its_body(app: Any) -> None:
    def body() -> None: ...

    task = app.task(autoretry_for=(ValueError,))(body)
    assert getattr(task, private.RUN_WITHOUT_RETRY) is body


def test_one_backend_wins_for_all_threads(app: Any) -> None:
    marker = object()
    setattr(app, private.APP_BACKEND, marker)
    assert app.backend is marker


def test_the_names_of_the_process() -> None:
    assert isinstance(trace._localized, list)
    assert isinstance(_state._on_app_finalizers, set)
    assert hasattr(_state._tls, "current_app")
    assert callable(_state._set_current_app)
    assert isinstance(signals.before_task_publish.receivers, list)


def test_a_blocking_read_asks_one_function_whether_it_may(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(result, "task_join_will_block", lambda: True)
    with pytest.raises(RuntimeError, match="Never call result"):
        result.assert_will_not_block()


def test_every_connection_goes_through_one_method(monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(self: Any) -> None:
        raise LookupError("asked")

    monkeypatch.setattr(kombu.Connection, CONNECT, refused)
    ways: list[Callable[[Any], object]] = [
        lambda connection: connection.connect(),
        lambda connection: connection.connection,
        lambda connection: connection.default_channel,
        lambda connection: connection.channel(),
        lambda connection: connection.SimpleQueue("x"),
    ]
    for way in ways:
        connection: Any = kombu.Connection("redis://nowhere.invalid")
        with pytest.raises(LookupError, match="asked"):
            way(connection)


def test_the_receivers_of_a_signal_that_are_alive() -> None:
    def receiver(**_: object) -> None: ...

    def other(**_: object) -> None: ...

    signal: Any = signals.worker_ready
    before = private.receivers_of(signal)
    signal.connect(receiver)
    signal.connect(other, weak=False, sender="somebody")
    assert private.receivers_of(signal) == [*before, receiver, other]
    signal.disconnect(other, sender="somebody")
    del receiver
    assert private.receivers_of(signal) == before
