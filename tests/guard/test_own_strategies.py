"""Tasks whose class takes their messages itself, and timers of the worker."""

from __future__ import annotations

import time
from typing import Any

import pytest
from celery import Task, bootsteps
from celery.exceptions import MaxRetriesExceededError, Retry
from celery.exceptions import TimeoutError as ResultTimeoutError
from celery.worker.request import Request

from pytest_celery_guard import CeleryGuard
from pytest_celery_guard.errors import GuardError, WouldBlockForeverError


class Collecting(Task):
    """Calls ``run`` with a list of first arguments: of ``every`` messages, or of all in time."""

    abstract = True
    typing = False
    every = 3
    interval = 10

    def __init__(self) -> None:
        self._waiting: list[Any] = []
        self._timer: Any = None

    def Strategy(self, task: Any, app: Any, consumer: Any) -> Any:
        def received(message: Any, body: Any, ack: Any, *args: Any, **kwargs: Any) -> None:
            self._waiting.append((message, message.payload[0][0]))
            if self._timer is None:
                self._timer = consumer.timer.call_repeatedly(
                    self.interval, flush, (consumer.pool,)
                )
            if len(self._waiting) >= self.every:
                flush(consumer.pool)

        def flush(pool: Any) -> None:
            found = list(self._waiting)
            self._waiting.clear()
            if not found:
                self._timer.cancel()
                self._timer = None
                return

            def accepted(*_: Any) -> None:
                for message, _ in found:
                    message.ack()

            values = [value for _, value in found]
            pool.apply_async(self.flushed, (values, found), accept_callback=accepted)

        return received

    def flushed(self, values: list[Any], found: list[Any]) -> None:
        self.run(values)
        for message, value in found:
            self.app.backend.store_result(message.headers["id"], value * 2, "SUCCESS")


@pytest.fixture
def got() -> list[Any]:
    return []


@pytest.fixture
def count(app: Any, got: list[Any]) -> Any:
    @app.task(name="count", base=Collecting)
    def count(values: list[int]) -> None:
        got.append(values)

    return count


def test_a_full_batch_runs_at_once(app: Any, count: Any, got: list[Any]) -> None:
    with CeleryGuard(app) as guard:
        results = [count.delay(each) for each in range(3)]
        assert guard.drain() == 1
        assert got == [[0, 1, 2]]
        assert [each.get() for each in results] == [0, 2, 4]


def test_others_run_when_their_time_has_come(app: Any, count: Any, got: list[Any]) -> None:
    with CeleryGuard(app) as guard:
        result = count.delay(7)
        assert guard.drain() == 0
        assert guard.advance(seconds=5) == 0
        assert guard.advance(seconds=5) == 1
        assert got == [[7]]
        assert result.get() == 14


def test_a_read_skips_time_to_it(app: Any, count: Any, got: list[Any]) -> None:
    with CeleryGuard(app) as guard:
        before = guard.now
        assert count.delay(7).get() == 14
        assert 10 <= (guard.now - before).total_seconds() < 20


def test_no_test_has_what_another_one_left(app: Any, count: Any, got: list[Any]) -> None:
    for _ in range(2):
        with CeleryGuard(app) as guard:
            count.delay(1)
            guard.drain()
            got.clear()
            guard.advance(seconds=25)
            assert got == [[1]]
            count.delay(2)
            count.delay(3)
            guard.drain()


def test_each_part_of_a_guard_has_what_it_began_with(
    app: Any, count: Any, got: list[Any]
) -> None:
    guard = CeleryGuard(app)
    guard.enter_shared()
    count.delay(1)
    guard.drain()
    for _ in range(2):
        guard.begin_part()
        got.clear()
        guard.drain()
        guard.advance(seconds=10)
        assert got == [[1]]
        guard.end_part()
    guard.leave()


def test_why_a_read_of_a_message_that_is_kept_never_ends(
    guard: CeleryGuard, app: Any
) -> None:
    class Keeping(Task):
        def Strategy(self, *_: Any) -> Any:
            return lambda *args, **kwargs: None

    @app.task(name="kept", base=Keeping)
    def kept() -> None: ...

    with pytest.raises(WouldBlockForeverError, match="the Strategy of its class keeps"):
        kept.delay().get()


def inline(app: Any, got: list[Any]) -> Any:
    class Inline(Task):
        def Strategy(self, task: Any, app: Any, consumer: Any) -> Any:
            def received(message: Any, *args: Any, **kwargs: Any) -> None:
                task.run([tuple(message.payload[0])])
                message.ack()

            return received

    @app.task(name="inline", base=Inline)
    def inline(calls: list[Any]) -> None:
        got.extend(calls)

    return inline


def tracing(app: Any, got: list[Any]) -> Any:
    class Tracing(Task):
        def Strategy(self, task: Any, app: Any, consumer: Any) -> Any:
            def received(message: Any, *args: Any, **kwargs: Any) -> None:
                request = {"id": message.headers["id"], "hostname": consumer.hostname}
                task.__trace__(request["id"], [[tuple(message.payload[0])]], {}, request)
                message.ack()

            return received

    @app.task(name="tracing", base=Tracing)
    def tracing(calls: list[Any]) -> None:
        got.extend(calls)

    return tracing


def requesting(app: Any, got: list[Any]) -> Any:
    class Packed(Request):
        def __init__(self, message: Any, **kwargs: Any) -> None:
            args, kw, embed = message.payload
            super().__init__(message, **{**kwargs, "body": ([[tuple(args)]], kw, embed)})
            self._decoded = True

        @property
        def body(self) -> Any:
            return self._body

    class Requesting(Task):
        Request = Packed

    @app.task(name="requesting", base=Requesting)
    def requesting(calls: list[Any]) -> None:
        got.extend(calls)

    return requesting


@pytest.mark.parametrize("made", [inline, tracing])
def test_a_strategy_may_give_the_body_other_arguments(
    app: Any, got: list[Any], made: Any
) -> None:
    task = made(app, got)
    with CeleryGuard(app) as guard:
        app.send_task(task.name, (1, 2))
        assert guard.drain() == 1
        assert got == [(1, 2)]


@pytest.mark.parametrize("made", [inline, tracing, requesting])
def test_arguments_are_not_those_of_the_body(app: Any, got: list[Any], made: Any) -> None:
    task = made(app, got)
    with CeleryGuard(app, allow_leftover=True):
        app.send_task(task.name, (1, 2))


def test_typing_that_is_off_for_the_whole_app(app: Any) -> None:
    app.strict_typing = False

    @app.task(name="loose")
    def loose(order: str) -> None: ...

    with CeleryGuard(app, allow_leftover=True):
        loose.delay()
        app.send_task("loose", (1, 2, 3))


def test_celerys_own_check_of_a_task_with_a_strategy_is_told(
    app: Any, got: list[Any]
) -> None:
    task = inline(app, got)

    def send() -> None:
        with CeleryGuard(app), pytest.raises(TypeError, match="takes 1 positional"):
            task.delay(1, 2)

    with pytest.raises(GuardError, match="CEL601"):
        send()


@pytest.fixture
def beats(app: Any) -> list[int]:
    """Counted by a step that the worker itself starts."""
    beats = []

    class Beating(bootsteps.StartStopStep):
        requires = ("celery.worker.consumer.tasks:Tasks",)

        def start(self, parent: Any) -> None:
            parent.timer.call_repeatedly(5, lambda: beats.append(1))

    app.steps["consumer"].add(Beating)
    return beats


def test_timers_that_a_step_of_the_worker_starts(app: Any, beats: list[int]) -> None:
    guard = CeleryGuard(app)
    for _ in range(2):
        with guard:
            beats.clear()
            guard.advance(seconds=14)
            assert len(beats) == 2
            guard.advance(seconds=1)
            assert len(beats) == 3


def test_a_read_does_not_wait_for_a_timer_that_changes_nothing(
    guard: CeleryGuard, app: Any, beats: list[int]
) -> None:
    with pytest.raises(WouldBlockForeverError):
        app.AsyncResult("unknown").get()
    with pytest.raises(ResultTimeoutError):
        app.AsyncResult("unknown").get(timeout=1e9)


def test_a_timer_that_fails_goes_on_and_is_told(app: Any) -> None:
    fired = []

    def fails() -> None:
        fired.append(1)
        raise ValueError("no stock")

    def test() -> None:
        with CeleryGuard(app) as guard:
            guard._world.worker.timer.call_repeatedly(1, fails)
            guard.advance(seconds=2)

    with pytest.raises(GuardError, match=r"fails, which a timer .*no stock"):
        test()
    assert len(fired) == 2


def test_a_timer_at_a_moment(guard: CeleryGuard) -> None:
    fired: list[str] = []
    timer = guard._world.worker.timer
    timer.call_at(time.monotonic() + 60, fired.append, ("at",))
    timer.call_after(30, fired.append, ("after",))
    cancelled = timer.call_repeatedly(10, fired.append, ("again",))
    guard.advance(seconds=15)
    timer.cancel(cancelled)
    guard.advance(seconds=50)
    assert fired == ["again", "after", "at"]


def test_a_request_of_ones_own_sees_the_errors_that_a_process_sends(app: Any) -> None:
    seen: list[type] = []

    class Noting(Request):
        def on_failure(self, exc_info: Any, *args: Any, **kwargs: Any) -> Any:
            seen.append(type(exc_info.exception))
            return super().on_failure(exc_info, *args, **kwargs)

    class Noted(Task):
        Request = Noting

    @app.task(name="noted", base=Noted, bind=True, max_retries=1)
    def noted(self: Any, error: str) -> None:
        if error == "retry":
            raise self.retry(countdown=1)
        raise KeyError(error)

    with CeleryGuard(app, allow_failures=True) as guard:
        noted.delay("plum")
        noted.delay("retry")
        guard.advance(seconds=1)
    assert seen == [KeyError, Retry, MaxRetriesExceededError]


def test_a_strategy_that_rejects_a_message_is_named(app: Any) -> None:
    class Rejecting(Task):
        def Strategy(self, task: Any, app: Any, consumer: Any) -> Any:
            return lambda message, *args, **kwargs: message.reject()

    @app.task(name="rejecting", base=Rejecting)
    def rejecting() -> None: ...

    with CeleryGuard(app):
        result = rejecting.delay()
        with pytest.raises(WouldBlockForeverError, match="has rejected or acknowledged"):
            result.get()
