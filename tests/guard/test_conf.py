"""Settings of one test, also those that Celery copies when it starts."""

from __future__ import annotations

import time
from types import SimpleNamespace
from typing import Any

import pytest
from celery import Celery

from pytest_celery_guard import CeleryGuard
from pytest_celery_guard.errors import WrongOptionError


def test_tracking(guard: CeleryGuard, add: Any) -> None:
    with guard.conf(task_track_started=True):
        assert path(guard, add) == ["PENDING", "STARTED", "SUCCESS"]
    assert path(guard, add) == ["PENDING", "SUCCESS"]
    guard.conf(task_track_started=True)
    assert path(guard, add) == ["PENDING", "STARTED", "SUCCESS"]


def test_a_task_with_an_option_of_its_own_keeps_it(guard: CeleryGuard, app: Any) -> None:
    @app.task(name="tracked", track_started=True)
    def tracked() -> None: ...

    guard.conf(task_track_started=False)
    assert path(guard, tracked) == ["PENDING", "STARTED", "SUCCESS"]


def test_ignoring_results(guard: CeleryGuard, add: Any) -> None:
    guard.conf(task_ignore_result=True)
    assert path(guard, add) == ["PENDING"]


def test_expiry(guard: CeleryGuard, add: Any) -> None:
    guard.conf(result_expires=60)
    result = add.delay(1)
    guard.drain()
    guard.advance(seconds=61)
    assert guard.states(result) == ["PENDING", "SUCCESS", "PENDING"]


def test_routes(guard: CeleryGuard, add: Any) -> None:
    with guard.conf(task_routes={"add": {"queue": "bulk"}}):
        add.delay(1)
    add.delay(1)
    assert [send.queue for send in guard.sent] == ["bulk", "celery"]


def test_the_sender_s_settings(guard: CeleryGuard, add: Any) -> None:
    guard.conf(task_protocol=1)
    add.delay(1)
    assert "task" not in guard.sent[0]._raw["headers"]


def test_options_that_a_task_has_copied_already(guard: CeleryGuard, add: Any) -> None:
    add.delay(1)
    with guard.conf(task_serializer="pickle", accept_content=["json", "pickle"]):
        add.delay(1)
    add.delay(1)
    sent = [send._raw["content-type"] for send in guard.sent]
    assert sent == [
        "application/json",
        "application/x-python-serialize",
        "application/json",
    ]


def test_no_backend(guard: CeleryGuard, add: Any) -> None:
    with guard.conf(result_backend=None):
        result = add.delay(1)
        guard.drain()
        with pytest.raises(NotImplementedError):
            result.get()
    assert add.delay(1).get() == 1


def test_limits(guard: CeleryGuard, app: Any) -> None:
    @app.task(name="sleeps")
    def sleeps() -> None:
        time.sleep(3600)

    guard.conf(task_time_limit=5)
    result = sleeps.delay()
    guard.drain()
    assert guard.states(result) == ["PENDING", "FAILURE"]


def test_an_unknown_setting(guard: CeleryGuard) -> None:
    with pytest.raises(WrongOptionError, match="Did you mean 'result_expires'"):
        guard.conf(result_expire=5)


def path(guard: CeleryGuard, task: Any) -> list[str]:
    result = task.delay(*([1] * (task.name == "add")))
    guard.drain()
    return list(guard.states(result))


@pytest.mark.parametrize("namespace", ["CELERY", "celery", None])
def test_settings_of_an_app_with_a_namespace(namespace: str | None) -> None:
    prefix = f"{namespace}_" if namespace else ""
    upper = namespace == "CELERY"
    names = {
        "broker_url": "redis://nowhere.invalid/0",
        "result_backend": "redis://nowhere.invalid/1",
        "task_always_eager": True,
    }
    source = {
        (prefix + name).upper() if upper else prefix + name: value
        for name, value in names.items()
    }
    app = Celery("shop", set_as_current=False)
    app.config_from_object(SimpleNamespace(**source), namespace=namespace)

    @app.task(name="noted", shared=False)
    def noted() -> None: ...

    with CeleryGuard(app) as guard:
        assert path(guard, noted) == ["PENDING", "SUCCESS"]
        with guard.conf(task_track_started=True):
            assert path(guard, noted) == ["PENDING", "STARTED", "SUCCESS"]
    assert app.conf.task_always_eager is True


def test_settings_of_an_app_with_old_names() -> None:
    app = Celery("shop", set_as_current=False)
    app.config_from_object(
        SimpleNamespace(
            BROKER_URL="redis://nowhere.invalid/0",
            CELERY_RESULT_BACKEND="redis://nowhere.invalid/1",
            CELERY_ALWAYS_EAGER=True,
            CELERY_TRACK_STARTED=True,
        )
    )

    @app.task(name="noted", shared=False)
    def noted() -> None: ...

    with CeleryGuard(app) as guard:
        assert path(guard, noted) == ["PENDING", "STARTED", "SUCCESS"]
    assert app.conf.broker_url == "redis://nowhere.invalid/0"
