"""Events of tasks: the guard knows what became of each, and receivers get what a worker sends."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from celery import Task

from pytest_celery_guard import CeleryGuard
from pytest_celery_guard.errors import GuardError

ON = {"worker_send_task_events": True, "task_send_sent_event": True}


class Quiet(Task):
    """One of which a worker sends no events."""

    send_events = False


@contextmanager
def received(app: Any) -> Iterator[list[str]]:
    """The types of the events that a receiver gets, as in the monitoring guide of Celery."""
    got: list[str] = []
    with app.connection() as connection:
        handlers = {"*": lambda event: got.append(event["type"])}
        receiver = app.events.Receiver(connection, handlers=handlers)
        with receiver.consumer_context(limit=None, timeout=None, wakeup=False) as (
            own,
            _,
            _,
        ):
            yield got
            with pytest.raises(socket.timeout):
                while True:
                    own.drain_events(timeout=0.1)


@pytest.mark.parametrize("options", [{"base": Quiet}, {"send_events": False}])
def test_a_task_without_events_that_fails_is_noticed(
    app: Any, options: dict[str, Any]
) -> None:
    @app.task(name="silent", ignore_result=True, **options)
    def silent() -> None:
        raise KeyError("plum")

    with (
        pytest.raises(GuardError, match="silent failed with KeyError"),
        CeleryGuard(app) as guard,
    ):
        silent.delay()
        guard.drain()
    assert not silent.send_events


def test_runs_of_a_task_without_events_are_counted(app: Any) -> None:
    @app.task(name="quiet", base=Quiet, bind=True, max_retries=1)
    def quiet(self: Any, fails: bool) -> None:
        if fails:
            raise self.retry(countdown=1)

    with CeleryGuard(app, allow_failures=True) as guard:
        quiet.delay(False)
        quiet.delay(True)
        ran = guard.advance(seconds=1)
        assert (ran.succeeded, ran.retried, ran.failed) == (1, 1, 1)
        assert [each.task for each in guard.failures] == ["quiet"]


def test_a_request_of_ones_own_that_sends_events(app: Any) -> None:
    from celery.worker.request import Request

    sent: list[str] = []

    class Noting(Request):
        def send_event(self, type: str, **fields: Any) -> None:
            sent.append(type)
            super().send_event(type, **fields)

    class Noted(Quiet):
        Request = Noting

    @app.task(name="noted", base=Noted)
    def noted() -> None: ...

    with CeleryGuard(app) as guard:
        noted.delay()
        assert guard.drain().succeeded == 1
    assert sent == ["task-started", "task-succeeded"]


def test_a_receiver_gets_the_events_of_a_task(app: Any, add: Any) -> None:
    with CeleryGuard(app, conf=ON) as guard, received(app) as got:
        add.delay(1)
        guard.drain()
    assert got == ["task-sent", "task-received", "task-started", "task-succeeded"]


def test_a_receiver_gets_those_of_a_retry(app: Any) -> None:
    @app.task(name="again", bind=True, max_retries=1)
    def again(self: Any) -> None:
        raise self.retry(countdown=1)

    settings = {"worker_send_task_events": True}
    with (
        CeleryGuard(app, conf=settings, allow_failures=True) as guard,
        received(app) as got,
    ):
        again.delay()
        guard.advance(seconds=1)
    first, second = got[:3], got[3:]
    assert first == ["task-received", "task-started", "task-retried"]
    assert second == ["task-received", "task-started", "task-failed"]


def test_a_state_of_the_cluster_knows_the_task(app: Any, add: Any) -> None:
    state = app.events.State()
    with CeleryGuard(app, conf=ON) as guard, app.connection() as connection:
        receiver = app.events.Receiver(connection, handlers={"*": state.event})
        with receiver.consumer_context(limit=None, timeout=None, wakeup=False) as (
            own,
            _,
            _,
        ):
            result = add.delay(1, 2)
            guard.drain()
            for _ in range(4):
                own.drain_events(timeout=1)
    task = state.tasks[result.id]
    assert (task.name, task.state, task.result) == ("add", "SUCCESS", "3")


def test_a_worker_sends_none_unless_it_is_told_to(app: Any, add: Any) -> None:
    with CeleryGuard(app) as guard, received(app) as got:
        add.delay(1)
        guard.drain()
    assert got == []


def test_a_task_without_events_sends_none(app: Any) -> None:
    @app.task(name="quiet", base=Quiet)
    def quiet() -> None: ...

    settings = {"worker_send_task_events": True}
    with CeleryGuard(app, conf=settings) as guard, received(app) as got:
        quiet.delay()
        guard.drain()
    assert got == []


def test_remote_control_enables_them_for_one_test(app: Any, add: Any) -> None:
    with CeleryGuard(app) as guard, received(app) as got:
        app.control.enable_events()
        add.delay(1)
        guard.drain()
    assert got == ["task-received", "task-started", "task-succeeded"]
    with CeleryGuard(app) as guard, received(app) as got:
        add.delay(1)
        guard.drain()
    assert got == []
