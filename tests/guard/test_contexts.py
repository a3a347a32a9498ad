"""Context variables: a worker is another process, so a task has none of who sends it."""

from __future__ import annotations

from collections.abc import Iterator
from contextvars import ContextVar
from typing import Any

import pytest
from celery import signals

from pytest_celery_guard import CeleryGuard

USER: ContextVar[str] = ContextVar("USER", default="nobody")


@pytest.fixture(autouse=True)
def ann() -> Iterator[None]:
    token = USER.set("ann")
    yield
    USER.reset(token)


@pytest.fixture
def who(app: Any) -> Any:
    @app.task(name="who")
    def who(*_: object) -> str:
        return USER.get()

    return who


@pytest.fixture
def become(app: Any) -> Any:
    @app.task(name="become")
    def become(user: str) -> None:
        USER.set(user)

    return become


def test_a_task_has_none_of_who_sends(guard: CeleryGuard, who: Any) -> None:
    assert who.delay().get() == "nobody"
    assert guard.run(who.s()) == "nobody"
    later = who.apply_async(countdown=60)
    guard.advance(minutes=1)
    assert later.get() == "nobody"


def test_nor_has_a_task_that_runs_at_once(app: Any, who: Any) -> None:
    with CeleryGuard(app, eager=True):
        assert who.delay().get() == "nobody"


def test_what_a_task_sets_reaches_neither_its_sender_nor_the_next_task(
    guard: CeleryGuard, who: Any, become: Any
) -> None:
    result = (become.si("eve") | who.s()).delay()
    assert result.get() == "nobody"
    become.delay("eve")
    guard.drain()
    assert USER.get() == "ann"


def test_a_retry_begins_anew(guard: CeleryGuard, app: Any) -> None:
    seen = []

    @app.task(bind=True)
    def again(self: Any) -> None:
        seen.append(USER.get())
        USER.set("eve")
        if not self.request.retries:
            raise self.retry(countdown=1)

    again.delay()
    guard.advance(seconds=2)
    assert seen == ["nobody", "nobody"]


def test_a_receiver_of_task_prerun_and_the_task_share_theirs(
    guard: CeleryGuard, who: Any
) -> None:
    def enter(**_: object) -> None:
        USER.set("the task's own")

    signals.task_prerun.connect(enter)
    assert who.delay().get() == "the task's own"
    assert USER.get() == "ann"


def test_a_receiver_of_before_task_publish_has_those_of_who_sends(
    guard: CeleryGuard, app: Any
) -> None:
    @app.task(bind=True)
    def told(self: Any) -> Any:
        return self.request.headers["user"]

    def tell(headers: Any = None, **_: object) -> None:
        headers["headers"] = {"user": USER.get()}

    signals.before_task_publish.connect(tell)
    assert told.delay().get() == "ann"


def test_code_that_commands_the_worker_has_none_either(
    guard: CeleryGuard, who: Any
) -> None:
    seen = []

    def revoked(**_: object) -> None:
        seen.append(USER.get())

    signals.task_revoked.connect(revoked)
    guard.revoke(who.delay())
    guard.drain()
    assert seen == ["nobody"]
