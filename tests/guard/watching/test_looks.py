"""Looks at states: loops that poll, and tasks that store no result."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from types import ModuleType
from typing import Any

import pytest
from celery.contrib.abortable import AbortableTask
from celery.result import AsyncResult

from pytest_celery_guard import CeleryGuard
from pytest_celery_guard.errors import WouldBlockForeverError
from pytest_celery_guard.watching.looks import MANY

Application = Callable[..., ModuleType]


def told(guard: CeleryGuard) -> list[tuple[str, str, str]]:
    """Code, entry and outcome of each misuse; the guard has none left afterwards."""
    found = [(each.code, each.entry, each.told) for each in guard.misuses]
    guard._world.misuses.clear()
    return found


def polls(result: Any) -> Any:
    while not result.ready():
        pass
    return result.result


def polls_state(result: Any) -> Any:
    while result.state not in {"SUCCESS", "FAILURE"}:
        pass
    return result.result


def polls_through_a_helper(result: Any) -> Any:
    def is_over() -> bool:
        return bool(result.ready())

    while not is_over():
        pass
    return result.result


@pytest.mark.parametrize("poll", [polls, polls_state, polls_through_a_helper])
@pytest.mark.parametrize("countdown", [0, 3600])
def test_a_task_that_polls(
    guard: CeleryGuard, app: Any, add: Any, poll: Any, countdown: int
) -> None:
    @app.task(name="waits")
    def waits() -> Any:
        return poll(add.apply_async((1, 2), countdown=countdown))

    result = waits.delay()
    guard.drain()
    assert result.get() == 3
    assert told(guard) == [("CEL105", "task waits", "")]


def test_a_view_that_polls(guard: CeleryGuard, add: Any) -> None:
    flask = pytest.importorskip("flask", reason="needs Flask")
    web = flask.Flask("shop")

    @web.get("/")
    def waits() -> str:
        return str(polls(add.delay(1, 2)))

    assert web.test_client().get("/").text == "3"
    assert told(guard) == [("CEL105", "request GET /", "")]


def test_a_task_that_polls_what_was_never_sent(guard: CeleryGuard, app: Any) -> None:
    @app.task(name="waits")
    def waits() -> Any:
        return polls(AsyncResult(guard.unknown_id(), app=app))

    result = waits.delay()
    guard.drain()
    with pytest.raises(WouldBlockForeverError, match="This id was never sent"):
        result.get()
    assert told(guard) == [("CEL105", "task waits", "")]


def test_looks_that_are_no_loop(guard: CeleryGuard, app: Any, add: Any) -> None:
    @app.task(name="looks")
    def looks() -> list[str]:
        results = [add.delay(n) for n in range(5)]
        first = results[0]
        states = [first.state, first.state, first.state, first.state]
        states += [each.state for each in [first, *results, first, first, first]]
        time.sleep(0.03)
        return states + [each.state for each in results]

    assert guard.run(looks.s()) == ["PENDING"] * 18
    assert told(guard) == []


def test_a_loop_that_pauses_is_known_at_its_third_look(
    guard: CeleryGuard, app: Any, add: Any
) -> None:
    looks: list[str] = []

    @app.task(name="waits")
    def waits() -> None:
        result = add.delay(1)
        while not looks or looks[-1] == "PENDING":
            looks.append(result.state)
            time.sleep(0.05)

    guard.run(waits.s())
    assert looks == ["PENDING", "PENDING", "SUCCESS"]
    assert told(guard) == [("CEL105", "task waits", "")]


def test_a_task_that_asks_whether_it_was_aborted(guard: CeleryGuard, app: Any) -> None:
    @app.task(name="works", bind=True, base=AbortableTask, ignore_result=True)
    def works(self: Any) -> list[bool]:
        return [self.is_aborted() for _ in range(MANY)]

    assert guard.run(works.s()) == [False] * MANY
    assert told(guard) == []


def test_a_read_that_looks_at_its_parents_is_no_loop(
    guard: CeleryGuard, app: Any, add: Any
) -> None:
    @app.task(name="waits")
    def waits() -> Any:
        with guard.allow("CEL106"):
            result = (add.s(1) | add.s(2) | add.s(3) | add.s(4)).delay()
            return result.get(disable_sync_subtasks=False)

    assert guard.run(waits.s()) == 10
    assert told(guard) == []


COROUTINES = """
import asyncio

async def rude(result):
    while not result.ready():
        pass
    return result.result

async def polite(result):
    for _ in range(20):
        if result.ready():
            return result.result
        await asyncio.sleep(0)
"""


def test_a_coroutine_that_polls(
    guard: CeleryGuard, add: Any, application: Application
) -> None:
    shop = application(COROUTINES)
    assert asyncio.run(shop.rude(add.delay(1, 2))) == 3
    assert told(guard) == [("CEL105", "coroutine", "")]
    assert asyncio.run(shop.polite(add.delay(1, 2))) is None
    assert told(guard) == []


IGNORED = """
from celery.contrib.abortable import AbortableTask
from celery.result import AsyncResult

def get(result):
    return result.get()

def get_by_id(result):
    return AsyncResult(result.id, app=result.app).get(timeout=1)

def state(result):
    return result.state

def ready(result):
    return AsyncResult(result.id, app=result.app).ready()
"""


@pytest.mark.parametrize(
    ("read", "outcome", "value"),
    [
        ("get", "none", None),
        ("state", "pending", "PENDING"),
        ("ready", "pending", False),
    ],
)
def test_a_result_that_is_never_stored(
    guard: CeleryGuard,
    app: Any,
    application: Application,
    read: str,
    outcome: str,
    value: Any,
) -> None:
    @app.task(name="quiet", ignore_result=True)
    def quiet() -> int:
        return 7

    shop = application(IGNORED)
    result = quiet.delay()
    guard.drain()
    assert getattr(shop, read)(result) == value
    (misuse,) = guard.misuses
    assert [step.function for step in misuse.steps] == [read]
    assert told(guard) == [("CEL203", "", outcome)]


def test_a_read_that_never_ends(
    guard: CeleryGuard, app: Any, application: Application
) -> None:
    @app.task(name="quiet", ignore_result=True)
    def quiet() -> None: ...

    shop = application(IGNORED)
    from celery.exceptions import TimeoutError as ResultTimeoutError

    with pytest.raises(ResultTimeoutError):
        shop.get_by_id(quiet.delay())
    assert told(guard) == [("CEL203", "", "hang")]


def test_the_test_itself_may_look_at_what_is_never_stored(
    guard: CeleryGuard, app: Any
) -> None:
    @app.task(name="quiet", ignore_result=True)
    def quiet() -> None: ...

    result = quiet.delay()
    guard.drain()
    assert result.get() is None
    assert result.state == "PENDING"
    assert told(guard) == []


def test_errors_that_are_stored_all_the_same(
    guard: CeleryGuard, app: Any, application: Application
) -> None:
    @app.task(name="quiet", ignore_result=True, store_errors_even_if_ignored=True)
    def quiet() -> None:
        raise ValueError("no stock")

    shop = application(IGNORED)
    result = quiet.delay()
    guard.drain()
    assert shop.state(result) == "FAILURE"
    assert told(guard) == []


@pytest.mark.parametrize("own", [True, False])
def test_whether_a_message_or_its_task_decides(
    guard: CeleryGuard, app: Any, own: bool
) -> None:
    @app.task(name="quiet", ignore_result=own)
    def quiet() -> None: ...

    result = quiet.apply_async(ignore_result=not own)
    guard.drain()
    is_stored = guard.states(result) == ["PENDING", "SUCCESS"]
    assert (result.id in guard._world.ignored) is not is_stored
