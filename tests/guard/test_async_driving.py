"""Coroutines that run the worker: in another thread, where tasks may start loops."""

from __future__ import annotations

import asyncio
import contextvars
import threading
from collections.abc import Callable, Coroutine
from typing import Any

import pytest

from pytest_celery_guard import CeleryGuard
from pytest_celery_guard.errors import GuardError, RunningLoopError
from pytest_celery_guard.worker import loops

Runner = Callable[[Callable[[], Coroutine[Any, Any, Any]]], Any]
TENANT = contextvars.ContextVar("TENANT", default="nobody")


def in_asyncio(main: Callable[[], Coroutine[Any, Any, Any]]) -> Any:
    return asyncio.run(main())


def in_trio(main: Callable[[], Coroutine[Any, Any, Any]]) -> Any:
    trio = pytest.importorskip("trio", reason="trio is one of two libraries to run under")
    return trio.run(main)


@pytest.fixture(params=[in_asyncio, in_trio])
def run(request: pytest.FixtureRequest) -> Any:
    """Runs a coroutine function, as a plugin for asynchronous tests does."""
    return request.param


@pytest.fixture
def looping(app: Any) -> Any:
    """A task that starts an event loop of its own, as tasks around asynchronous clients do."""

    async def ask() -> str:
        await asyncio.sleep(0)
        return "asked"

    @app.task(name="looping")
    def looping() -> str:
        question = ask()
        try:
            return asyncio.run(question)
        finally:
            question.close()

    return looping


def test_a_drain_is_awaited(guard: CeleryGuard, looping: Any, run: Runner) -> None:
    async def test() -> None:
        result = looping.delay()
        assert await guard.adrain() == 1
        assert result.get() == "asked"

    run(test)


def test_all_ways_to_run_are_awaited(guard: CeleryGuard, looping: Any, run: Runner) -> None:
    async def test() -> None:
        looping.delay()
        assert await guard.astep() is True
        assert await guard.astep() is False
        later = looping.apply_async(countdown=60)
        assert await guard.aadvance(minutes=1) == 1
        assert later.state == "SUCCESS"
        assert await guard.arun(looping.s()) == "asked"
        looping.apply_async(queue="slow")
        assert await guard.adrain(queue="celery") == 0
        assert await guard.adrain(only=looping, limit=5) == 1

    run(test)


def test_the_thread_is_another_one(guard: CeleryGuard, app: Any, run: Runner) -> None:
    @app.task(name="where")
    def where() -> list[Any]:
        return [threading.get_ident(), TENANT.get()]

    async def test() -> None:
        TENANT.set("acme")
        thread, tenant = await guard.arun(where.s())
        assert thread != threading.get_ident()
        assert tenant == "nobody"  # as in a worker
        assert await guard.adrain(until=lambda: TENANT.get() == "acme") == 0

    run(test)


def test_what_a_run_raises_reaches_the_coroutine(
    guard: CeleryGuard, boom: Any, run: Runner
) -> None:
    async def test() -> None:
        with pytest.raises(ValueError, match="no stock"):
            await guard.arun(boom.s())
        with pytest.raises(GuardError, match="nothing is left to run"):
            await guard.adrain(until=lambda: False)

    run(test)


def test_a_plain_drain_runs_tasks_that_need_no_loop(
    guard: CeleryGuard, add: Any, run: Runner
) -> None:
    async def test() -> None:
        result = add.delay(1)
        guard.drain()
        assert result.get() == 1
        assert add.delay(2).get() == 2

    run(test)


DRIVES: dict[str, Callable[[CeleryGuard, Any], object]] = {
    "drain": lambda guard, _: guard.drain(),
    "step": lambda guard, _: guard.step(),
    "advance": lambda guard, _: guard.advance(minutes=1),
    "get": lambda _, result: result.get(),
}


@pytest.mark.parametrize("drive", DRIVES.values(), ids=DRIVES)
def test_a_plain_drain_says_what_to_write_for_a_task_that_does(
    guard: CeleryGuard, looping: Any, drive: Callable[[CeleryGuard, Any], object]
) -> None:
    async def test() -> None:
        result = looping.delay()
        with pytest.raises(RunningLoopError) as told:
            drive(guard, result)
        text = str(told.value)
        assert text.startswith(
            "looping can't run in a thread that runs an event loop: RuntimeError: "
        )
        assert text.endswith(
            "cannot be called from a running event loop. A worker runs no event loop. Write await"
            " celery_guard.adrain() to run the task in another thread, then read its result."
        )

    asyncio.run(test())


def test_a_trio_loop_is_one_too(guard: CeleryGuard, app: Any) -> None:
    trio = pytest.importorskip("trio", reason="its loop is the subject")

    async def ask() -> str:
        return "asked"

    @app.task(name="trionic")
    def trionic() -> str:
        answer: str = trio.run(ask)
        return answer

    async def test() -> None:
        trionic.delay()
        with pytest.raises(RunningLoopError, match=r"await celery_guard\.adrain"):
            guard.drain()
        assert await guard.arun(trionic.s()) == "asked"

    trio.run(test)


def test_a_task_that_fails_otherwise_just_fails(guard: CeleryGuard, boom: Any) -> None:
    async def test() -> None:
        result = boom.delay()
        guard.drain()
        assert result.state == "FAILURE"

    asyncio.run(test())


def test_the_same_words_without_a_loop_are_the_tasks_own(
    guard: CeleryGuard, app: Any
) -> None:
    @app.task(name="odd")
    def odd() -> None:
        raise RuntimeError("this cannot be called from a running event loop")

    result = odd.delay()
    guard.drain()
    assert result.state == "FAILURE"


def test_a_loop_does_not_wait_for_a_task_that_waits_for_it(
    guard: CeleryGuard, app: Any, add: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(loops, "PATIENCE", 0.1)

    async def test() -> None:
        loop, has_begun = asyncio.get_running_loop(), asyncio.Event()

        @app.task(name="asks the loop")
        def asks() -> int:
            loop.call_soon_threadsafe(has_begun.set)
            asked = asyncio.run_coroutine_threadsafe(asyncio.sleep(0, result=42), loop)
            return asked.result()

        asks.delay()
        draining = asyncio.create_task(guard.adrain())
        await has_begun.wait()
        add.delay(1)
        with pytest.raises(RunningLoopError, match=r"waited 0\.1 seconds for a task"):
            guard.drain()
        assert await draining == 2

    asyncio.run(test())
