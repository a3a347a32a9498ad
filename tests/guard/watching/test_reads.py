"""Blocking reads in tasks and coroutines: what is misuse, and what is not."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from contextlib import suppress
from types import ModuleType
from typing import Any

import pytest
from celery import chain, chord, group
from celery.result import (
    AsyncResult,
    EagerResult,
    GroupResult,
    ResultSet,
    allow_join_result,
)

from pytest_celery_guard import CeleryGuard

Application = Callable[..., ModuleType]


def codes(guard: CeleryGuard) -> list[str]:
    """The codes of all misuse; the guard has none left afterwards."""
    found = [each.code for each in guard.misuses]
    guard._world.misuses.clear()
    return found


@pytest.mark.parametrize(
    "read",
    [
        lambda add: add.delay(1).get(),
        lambda add: add.delay(1).wait(),
        lambda add: list(add.delay(1).collect()),
        lambda add: add.delay(1).get_leaf(),
        lambda add: add.apply((1,)).get(),
        lambda add: add.apply((1,)).wait(),
        lambda add: group(add.s(1), add.s(2)).delay().get(),
        lambda add: group(add.s(1), add.s(2)).delay().join(),
        lambda add: group(add.s(1), add.s(2)).delay().join_native(),
        lambda add: list(group(add.s(1), add.s(2)).delay().iter_native()),
        lambda add: group(add.s(1), add.s(2)).apply().get(),
        lambda add: chain(add.s(1), add.s(2)).delay().get(),
        lambda add: ResultSet([]).get(),
        lambda add: ~add.s(1),
    ],
)
def test_a_read_in_a_task(guard: CeleryGuard, app: Any, add: Any, read: Any) -> None:
    @app.task(name="waits")
    def waits() -> None:
        with suppress(RuntimeError):  # Celery's own error goes unheard
            read(add)

    waits.delay()
    guard.drain()
    (misuse,) = guard.misuses
    assert (misuse.code, misuse.entry) == ("CEL101", "task waits")
    assert [step.function for step in misuse.steps] == ["waits", "<lambda>"]
    codes(guard)


@pytest.mark.parametrize("run", [lambda task: task.apply(), lambda task: task()])
def test_a_read_in_a_task_that_the_test_runs_itself(
    guard: CeleryGuard, app: Any, add: Any, run: Any
) -> None:
    @app.task(name="waits")
    def waits() -> Any:
        return add.delay(1).get()

    run(waits)
    (misuse,) = guard.misuses
    assert (misuse.code, misuse.entry) == ("CEL101", "task waits")
    assert [step.function for step in misuse.steps] == ["waits"]
    codes(guard)


def test_a_finished_handle_may_not_be_read_in_a_task_either(
    guard: CeleryGuard, app: Any, add: Any
) -> None:
    @app.task(name="waits")
    def waits(task_id: str) -> Any:
        result = AsyncResult(task_id, app=app)
        return result.get() if result.ready() else None

    result = add.delay(1)
    guard.drain()
    waits.delay(result.id)
    guard.drain()
    assert codes(guard) == ["CEL101"]


def test_what_a_task_may_do(guard: CeleryGuard, app: Any, add: Any) -> None:
    @app.task(name="looks")
    def looks(task_id: str) -> Any:
        result = AsyncResult(task_id, app=app)
        with allow_join_result():  # of a handle that is finished: nothing waits
            assert result.get() == 1
            assert add.apply((1,)).get() == 1
        assert add.apply((1,)).get(disable_sync_subtasks=False) == 1
        return result.result if result.ready() else None

    result = add.delay(1)
    guard.drain()
    assert guard.run(looks.s(result.id)) == 1
    assert codes(guard) == []


def test_a_refusal_that_is_switched_off(guard: CeleryGuard, app: Any, add: Any) -> None:
    @app.task(name="waits")
    def waits() -> None:
        with allow_join_result():
            add.delay(1).get()
        add.delay(2).get(disable_sync_subtasks=False)
        with suppress(RuntimeError):
            add.delay(3).get()

    waits.delay()
    guard.drain()
    assert codes(guard) == ["CEL106", "CEL106", "CEL101"]


SWITCHES = """
import celery.result
from contextlib import ExitStack, nullcontext
from celery.result import allow_join_result, allow_join_result as patiently

def fetch(result):
    return result.get()

def around_a_helper(result):
    with nullcontext(), patiently():
        return fetch(result)

def dotted(result):
    with celery.result.allow_join_result():
        with allow_join_result():
            return [each.get() for each in [result]]

def in_one_line(result):
    with allow_join_result(): return result.get()

def by_argument(result):
    return result.get(disable_sync_subtasks=False)

def by_a_stack(result):
    with ExitStack() as stack:
        stack.enter_context(allow_join_result())
        return result.get()

def behind_a_block(result):
    with allow_join_result():
        result.state
    return result.get(disable_sync_subtasks=False)
"""


READ = "return result.get()"
READ_BY_ARGUMENT = "return result.get(disable_sync_subtasks=False)"


@pytest.mark.parametrize(
    ("function", "told"),
    [
        (
            "around_a_helper",
            ["with nullcontext(), patiently():", "return fetch(result)", READ],
        ),
        (
            "dotted",
            [
                "with celery.result.allow_join_result():",
                "return [each.get() for each in [result]]",
            ],
        ),
        ("in_one_line", ["with allow_join_result(): return result.get()"]),
        ("by_a_stack", [READ]),
        ("by_argument", [READ_BY_ARGUMENT]),
        ("behind_a_block", [READ_BY_ARGUMENT]),
    ],
)
def test_the_line_that_switches_the_refusal_off_is_told(
    guard: CeleryGuard,
    app: Any,
    add: Any,
    application: Application,
    function: str,
    told: list[str],
) -> None:
    shop = application(SWITCHES)

    @app.task(name="waits")
    def waits() -> None:
        getattr(shop, function)(add.delay(1))

    waits.delay()
    guard.drain()
    (misuse,) = guard.misuses
    assert misuse.code == "CEL106"
    assert [step.text for step in misuse.steps if step.module == "shop"] == told
    codes(guard)


def test_a_thread_of_a_tasks_own_is_no_task(guard: CeleryGuard, app: Any, add: Any) -> None:
    @app.task(name="starts")
    def starts(task_id: str) -> None:
        result = AsyncResult(task_id, app=app)
        thread = threading.Thread(target=result.get)
        thread.start()
        thread.join()

    result = add.delay(1)
    guard.drain()
    guard.run(starts.s(result.id))
    assert codes(guard) == []


def test_a_task_that_hands_the_read_to_a_thread(
    guard: CeleryGuard, app: Any, add: Any
) -> None:
    @app.task(name="hands")
    def hands() -> Any:
        async def fetch() -> Any:
            return await asyncio.to_thread(AsyncResult(task_id, app=app).get)

        return asyncio.run(fetch())

    result = add.delay(1)
    guard.drain()
    task_id = result.id
    guard.run(hands.s())
    assert codes(guard) == ["CEL101"]  # the task waits all the same


def test_the_test_itself_may_read(guard: CeleryGuard, add: Any) -> None:
    async def in_a_coroutine() -> Any:
        return add.delay(1).get()

    assert add.delay(1).get() == 1
    assert asyncio.run(in_a_coroutine()) == 1
    assert chord([add.s(1), add.s(2)])(group(add.si(3), add.si(4))).get() == [3, 4]
    assert codes(guard) == []


COROUTINE = """
import asyncio

def fetch(result):
    return result.get()

async def digest():
    return fetch(add.delay(1))

async def polite(result):
    if result.ready():
        return result.get()
    return await asyncio.to_thread(result.get)

async def handing():
    return await asyncio.to_thread(fetch, add.delay(1))
"""


def test_a_coroutine_of_the_application(
    guard: CeleryGuard, add: Any, application: Application
) -> None:
    shop = application(COROUTINE, add=add)

    async def test() -> None:
        await shop.digest()

    asyncio.run(test())
    (misuse,) = guard.misuses
    assert (misuse.code, misuse.entry) == ("CEL103", "coroutine")
    assert [step.function for step in misuse.steps] == ["digest", "fetch"]
    assert [step.line for step in misuse.steps] == [8, 5]
    codes(guard)


def test_a_coroutine_that_hands_the_read_to_a_thread(
    guard: CeleryGuard, add: Any, application: Application
) -> None:
    shop = application(COROUTINE, add=add)
    result = add.delay(1)
    assert asyncio.run(shop.polite(result)) == 1
    assert asyncio.run(shop.polite(result)) == 1
    assert asyncio.run(shop.handing()) == 1
    assert codes(guard) == []


def test_a_helper_that_an_asynchronous_test_calls(
    guard: CeleryGuard, add: Any, application: Application
) -> None:
    shop = application(COROUTINE, add=add)

    async def test() -> Any:
        return shop.fetch(add.delay(1))

    assert asyncio.run(test()) == 1
    assert codes(guard) == []


def test_eager_mode_lets_nothing_pass(app: Any, add: Any, application: Application) -> None:
    shop = application(COROUTINE, add=add)
    with CeleryGuard(app, eager=True) as guard:
        assert asyncio.run(shop.digest()) == 1
        assert codes(guard) == ["CEL103"]
        assert asyncio.run(shop.polite(add.delay(1))) == 1
        assert codes(guard) == []


def test_nothing_is_patched_without_a_guard(app: Any, add: Any) -> None:
    owners = (AsyncResult, EagerResult, ResultSet, GroupResult)
    before = [dict(vars(owner)) for owner in owners]
    other = type(app)("other", broker="memory://", set_as_current=False)
    with CeleryGuard(app):
        during = [dict(vars(owner)) for owner in owners]
        with CeleryGuard(other):
            assert [dict(vars(owner)) for owner in owners] == during
    assert during != before
    assert [dict(vars(owner)) for owner in owners] == before


def test_two_guards_may_end_in_any_order(app: Any) -> None:
    before = dict(vars(AsyncResult))
    other = type(app)("other", broker="memory://", set_as_current=False)
    first, second = CeleryGuard(app), CeleryGuard(other)
    first.enter()
    second.enter()
    first.leave()
    second.leave()
    assert dict(vars(AsyncResult)) == before
