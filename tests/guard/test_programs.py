"""A worker or a beat that is started in a test is refused at once: it would run for ever."""

from __future__ import annotations

from typing import Any

import pytest
from celery import Celery
from celery.beat import Service

from pytest_celery_guard import CeleryGuard
from pytest_celery_guard.errors import GuardError, RealBrokerError

WORKER = ["worker", "--pool=solo"]


def by_main(app: Any) -> None:
    app.worker_main(WORKER)


def by_start(app: Any) -> None:
    app.start(WORKER)


def by_object(app: Any) -> None:
    app.Worker(pool="solo")


def service(app: Any) -> None:
    Service(app).start()


@pytest.mark.parametrize(
    ("start", "instead"),
    [
        (by_main, r"A worker was not started: .* Write celery_guard\.drain\(\) instead"),
        (by_start, r"A worker was not started: .* Write celery_guard\.drain\(\) instead"),
        (by_object, r"A worker was not started: .* Write celery_guard\.drain\(\) instead"),
        (service, r"A beat was not started: .*celery_guard\.advance\(hours=1, beat=True\)"),
    ],
)
@pytest.mark.parametrize("allow_broker", [False, True])
def test_it_is_refused(app: Any, start: Any, instead: str, allow_broker: bool) -> None:
    with pytest.raises(GuardError, match=instead) as told:
        with CeleryGuard(app, allow_broker=allow_broker):
            start(app)
    assert "test_programs.py:" in str(told.value)


def test_it_is_told_where_code_swallows_it(app: Any) -> None:
    with pytest.raises(GuardError, match="A worker was not started"):
        with CeleryGuard(app), pytest.raises(RealBrokerError):
            by_main(app)


@pytest.mark.parametrize("start", [by_main, by_object, service])
def test_that_of_another_app_is_refused_too(app: Any, start: Any) -> None:
    other = Celery("other", broker="memory://", set_as_current=False)
    with pytest.raises(RealBrokerError, match=r"the app 'other', but .* for 'shop'"):
        with CeleryGuard(app):
            start(other)


@pytest.mark.parametrize(
    ("command", "name"),
    [
        (lambda app: app.control.inspect(timeout=1).active(), "active"),
        (lambda app: app.control.ping(), "ping"),
        (lambda app: app.control.revoke("A-17"), "revoke"),
        (lambda app: app.control.broadcast("shutdown"), "shutdown"),
    ],
)
def test_a_command_to_the_workers_of_another_app_is_refused(
    app: Any, command: Any, name: str
) -> None:
    other = Celery("other", broker="redis://nowhere.invalid/0", set_as_current=False)
    text = (
        rf"The command '{name}' for workers was not sent: .*test_programs\.py:\d+ sends it through"
        r" the app 'other' to redis://nowhere\.invalid/0, but celery_guard is only enabled for"
        r" 'shop'\..* with CeleryGuard\(app\)\."
    )
    with pytest.raises(RealBrokerError, match=text):
        with CeleryGuard(app):
            command(other)
