"""Time limits of tasks that wait in real time, as far as a worker would interrupt them."""

from __future__ import annotations

import asyncio
import gc
import io
import itertools
import logging
import queue
import select
import signal
import socket
import subprocess
import sys
import threading
import time
import weakref
from collections.abc import Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from typing import Any

import pytest
from celery import group, signals
from celery.exceptions import SoftTimeLimitExceeded, TimeLimitExceeded
from celery.result import allow_join_result

from pytest_celery_guard import CeleryGuard
from pytest_celery_guard.errors import GuardError
from pytest_celery_guard.turns import killing
from pytest_celery_guard.turns.time_limits import Limits

NEEDS_TIMER = pytest.mark.skipif(
    not hasattr(signal, "setitimer"), reason="the platform has no timer"
)


def busy(seconds: float) -> None:
    end = time.perf_counter() + seconds
    while time.perf_counter() < end:
        pass


@contextmanager
def silent() -> Iterator[socket.socket]:
    """One end of a connection whose other end says nothing."""
    ours, theirs = socket.socketpair()
    with ours, theirs:
        ours.settimeout(20)
        yield ours


def received() -> None:
    with silent() as ours:
        ours.recv(1)


def selected() -> None:
    with silent() as ours:
        select.select([ours], [], [], 20)


async def gathered() -> None:
    await asyncio.gather(asyncio.sleep(20), asyncio.sleep(20))


def joined() -> None:
    thread = threading.Thread(target=threading.Event().wait, args=(1,), daemon=True)
    thread.start()
    thread.join(20)


def notified() -> None:
    condition = threading.Condition()
    with condition:
        condition.wait(20)


WAITS = {
    "event": lambda: threading.Event().wait(),
    "sleep of asyncio": lambda: asyncio.run(asyncio.sleep(20)),
    "gather of asyncio": lambda: asyncio.run(gathered()),
    "busy loop": lambda: busy(20),
    "process": lambda: subprocess.run(
        [sys.executable, "-c", "import time; time.sleep(20)"], check=True
    ),
    "queue": lambda: queue.Queue[int]().get(timeout=20),
    "select": selected,
    "socket": received,
    "condition": notified,
    "thread": joined,
    "future": lambda: Future[int]().result(20),
}


@NEEDS_TIMER
@pytest.mark.parametrize("wait", WAITS.values(), ids=WAITS)
def test_a_soft_limit_is_raised_in_every_wait(app: Any, wait: Any) -> None:
    caught: list[str] = []

    @app.task(name="waits", soft_time_limit=0.1)
    def waits() -> str:
        try:
            wait()
        except SoftTimeLimitExceeded:
            caught.append("soft")
        return "tidied up"

    with CeleryGuard(app) as guard:
        assert guard.run(waits.s()) == "tidied up"
    assert caught == ["soft"]


@NEEDS_TIMER
@pytest.mark.parametrize("wait", WAITS.values(), ids=WAITS)
def test_a_hard_limit_ends_every_wait(app: Any, wait: Any) -> None:
    tidied: list[int] = []

    @app.task(name="waits", time_limit=0.1)
    def waits() -> None:
        try:
            wait()
        finally:
            tidied.append(1)

    with CeleryGuard(app) as guard:
        with pytest.raises(TimeLimitExceeded, match=r"0\.1"):
            guard.run(waits.s())
        assert [each.task for each in guard.failures] == ["waits"]
    assert tidied == [1]  # here, unlike on a worker


RINGING = """
def let_none_return(self, frames):
    real(self, frames)
    ring()
"""
"""The alarm rings in the guard's own code."""


@NEEDS_TIMER
@pytest.mark.parametrize("wait", [WAITS["queue"], WAITS["condition"]])
def test_what_ends_a_task_is_not_interrupted_itself(
    app: Any, monkeypatch: pytest.MonkeyPatch, wait: Any
) -> None:
    begin, begun, rung = Limits.begin, list[Limits](), list[int]()

    def note_and_begin(self: Limits) -> None:
        begun.append(self)
        begin(self)

    def ring() -> None:
        if not rung:
            rung.append(1)
            begun[-1]._ring(sys._getframe(1))

    ours: dict[str, Any] = {"__name__": killing.__name__, "ring": ring}
    ours["real"] = killing.Killing._let_none_return
    exec(RINGING, ours)
    monkeypatch.setattr(killing.Killing, "_let_none_return", ours["let_none_return"])
    monkeypatch.setattr(Limits, "begin", note_and_begin)

    @app.task(name="waits", time_limit=0.1)
    def waits() -> None:
        wait()

    with CeleryGuard(app) as guard:
        with pytest.raises(TimeLimitExceeded):
            guard.run(waits.s())
        assert [each.task for each in guard.failures] == ["waits"]
    assert rung


@NEEDS_TIMER
def test_a_limit_that_nobody_checks_fails_the_test(app: Any) -> None:
    @app.task(name="waits", soft_time_limit=0.1, time_limit=9)
    def waits() -> None:
        threading.Event().wait()

    def test() -> None:
        with CeleryGuard(app) as guard:
            waits.delay()
            guard.drain()

    with pytest.raises(GuardError, match="waits failed with SoftTimeLimitExceeded, and"):
        test()


def swallows(wait: Any) -> Any:
    def once() -> str:
        try:
            wait()
        except BaseException:
            return "goes on"
        return "never limited"

    return once


def swallows_for_ever(wait: Any) -> Any:
    caught: list[int] = []

    def again() -> None:
        while True:
            try:
                wait()
            except BaseException:  # noqa: PERF203 - nothing else catches all
                caught.append(1)

    return again


@NEEDS_TIMER
@pytest.mark.parametrize("swallowing", [swallows, swallows_for_ever])
@pytest.mark.parametrize(
    "wait",
    [lambda: threading.Event().wait(), lambda: time.sleep(5), lambda: busy(5)],
    ids=["event", "sleep", "busy loop"],
)
def test_a_task_that_catches_everything_is_killed(
    app: Any, swallowing: Any, wait: Any
) -> None:
    stored: list[object] = []

    @app.task(name="deaf", time_limit=0.2)
    def deaf() -> Any:
        return swallowing(wait)()

    def note(result: object, **_: object) -> None:
        stored.append(result)

    signals.task_success.connect(note)
    before = sys.gettrace()
    with CeleryGuard(app) as guard:
        result = deaf.apply_async(link=deaf.si())
        guard.step()
        assert guard.states(result) == ["PENDING", "FAILURE"]
        assert guard.sent == [deaf.s()]
    assert stored == []
    assert sys.gettrace() is before


@NEEDS_TIMER
def test_both_limits_pass_one_after_the_other(app: Any) -> None:
    caught: list[str] = []

    @app.task(name="waits", soft_time_limit=0.1, time_limit=0.2)
    def waits() -> None:
        try:
            threading.Event().wait()
        except SoftTimeLimitExceeded:
            caught.append("soft")
        threading.Event().wait()

    with CeleryGuard(app) as guard, pytest.raises(TimeLimitExceeded):
        guard.run(waits.s())
    assert caught == ["soft"]


@NEEDS_TIMER
def test_virtual_and_real_time_add_up_to_a_limit(app: Any) -> None:
    @app.task(name="waits", soft_time_limit=60)
    def waits() -> None:
        time.sleep(59.9)
        threading.Event().wait()

    with CeleryGuard(app) as guard, pytest.raises(SoftTimeLimitExceeded):
        guard.run(waits.s())


@NEEDS_TIMER
def test_a_limit_passes_where_the_test_runs_a_loop(app: Any) -> None:
    @app.task(name="waits", soft_time_limit=0.1)
    def waits() -> None:
        threading.Event().wait(20)

    async def test(guard: CeleryGuard) -> None:
        with pytest.raises(SoftTimeLimitExceeded):
            guard.run(waits.s())

    with CeleryGuard(app) as guard:
        asyncio.run(test(guard))


@NEEDS_TIMER
def test_a_limit_passes_in_a_stub(app: Any, add: Any) -> None:
    add.soft_time_limit = 0.1
    with CeleryGuard(app) as guard:
        guard.stub(add, returns=lambda *_: threading.Event().wait(20))
        with pytest.raises(SoftTimeLimitExceeded):
            guard.run(add.s(1))


def in_a_loop(add: Any) -> None:
    while True:
        add.delay(1)


def in_one_expression(add: Any) -> None:
    any(add.delay(1) is None for _ in itertools.count())


def below_a_function(add: Any) -> None:
    def send() -> None:
        add.delay(1)

    while True:
        send()


def in_a_canvas(add: Any) -> None:
    while True:
        group(add.s(1), add.s(2) | add.s()).delay()


@NEEDS_TIMER
@pytest.mark.parametrize(
    "send", [in_a_loop, in_one_expression, below_a_function, in_a_canvas]
)
def test_a_limit_passes_after_a_send_and_not_in_it(app: Any, add: Any, send: Any) -> None:
    @app.task(name="sends", soft_time_limit=0.1, time_limit=30)
    def sends() -> None:
        send(add)

    with CeleryGuard(app, allow_leftover=True) as guard:
        with pytest.raises(SoftTimeLimitExceeded):
            guard.run(sends.s())
        ids = [each.id for each in guard.sent.of(add)]
        assert all(guard.states(each) == ["PENDING"] for each in ids)
        assert guard.drain() >= len(ids)


@NEEDS_TIMER
@pytest.mark.parametrize(
    ("soft", "hard", "error"),
    [(0.05, 30, SoftTimeLimitExceeded), (None, 0.05, TimeLimitExceeded)],
)
def test_what_traces_a_test_goes_on_after_a_limit(
    app: Any, add: Any, soft: float | None, hard: float, error: type[Exception]
) -> None:
    @app.task(name="sends", soft_time_limit=soft, time_limit=hard)
    def sends() -> None:
        in_a_loop(add)

    def traces(*_: object) -> None:
        """As coverage does."""

    before = sys.gettrace()
    with CeleryGuard(app, allow_leftover=True) as guard:
        sys.settrace(traces)
        try:
            with pytest.raises(error):
                guard.run(sends.s())
            found = sys.gettrace()
        finally:
            sys.settrace(before)
    assert found is traces


class SlowToDie:
    def __del__(self) -> None:
        busy(0.4)


class SlowToFormat(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        busy(0.4)
        return super().format(record)


def dies_slowly() -> None:
    SlowToDie()


def forgets_slowly() -> None:
    class Short:
        """Lives as long as this call."""

    weakref.finalize(Short(), busy, 0.4)
    gc.collect()


def collects_slowly() -> None:
    def called_back(*_: object) -> None:
        busy(0.2)

    gc.callbacks.append(called_back)
    gc.collect()
    gc.callbacks.remove(called_back)


def logs_slowly() -> None:
    logging.getLogger("slow").warning("one more")


@NEEDS_TIMER
@pytest.mark.parametrize("act", [dies_slowly, forgets_slowly, collects_slowly, logs_slowly])
def test_a_limit_does_not_get_lost_where_others_catch_it(
    app: Any, act: Any, caplog: pytest.LogCaptureFixture
) -> None:
    handler = logging.StreamHandler(io.StringIO())
    handler.setFormatter(SlowToFormat())
    logging.getLogger("slow").addHandler(handler)

    @app.task(name="goes_on", soft_time_limit=0.1, time_limit=30)
    def goes_on() -> None:
        end = time.perf_counter() + 5
        while time.perf_counter() < end:
            act()
            busy(0.1)

    with CeleryGuard(app) as guard, pytest.raises(SoftTimeLimitExceeded):
        guard.run(goes_on.s())
    logging.getLogger("slow").removeHandler(handler)
    assert caplog.text.count("Soft time limit") == 1


def in_a_thread(guard: CeleryGuard) -> None:
    thread = threading.Thread(target=guard.drain)
    thread.start()
    thread.join()


@pytest.mark.parametrize("limits", ["soft_time_limit", "time_limit"])
def test_a_limit_that_passes_in_a_thread_is_told(app: Any, limits: str) -> None:
    @app.task(name="waits", **{limits: 0.1})
    def waits() -> str:
        threading.Event().wait(0.15)
        return "done"

    def test() -> None:
        with CeleryGuard(app) as guard:
            result = waits.delay()
            in_a_thread(guard)
            assert result.get() == "done"
            assert f"{limits} is 0.1: a worker" in guard.account()

    does = {"soft_time_limit": "raises Soft", "time_limit": "kills its process"}[limits]
    with pytest.raises(
        GuardError, match=rf"waits took \d+\.\d seconds.* a worker {does}"
    ) as told:
        test()
    assert "because outside of the main thread only time.sleep can be" in str(told.value)


SHORT = {
    "event": lambda: threading.Event().wait(0.15),
    "coroutine": lambda: asyncio.run(asyncio.sleep(0.15)),
    "busy loop": lambda: busy(0.15),
}


@pytest.mark.parametrize("wait", SHORT.values(), ids=SHORT)
def test_a_limit_that_does_not_pass_is_not_told(app: Any, wait: Any) -> None:
    @app.task(name="waits", soft_time_limit=600, time_limit=900)
    def waits() -> None:
        wait()
        time.sleep(10)

    with CeleryGuard(app) as guard:
        guard.run(waits.s())


def test_a_limit_that_ended_the_task_is_no_news(app: Any) -> None:
    @app.task(name="waits", soft_time_limit=0.1, time_limit=90)
    def waits() -> None:
        try:
            time.sleep(60)
        except SoftTimeLimitExceeded:
            threading.Event().wait(0.15)

    with CeleryGuard(app) as guard:
        guard.run(waits.s())


@pytest.fixture
def rung() -> Iterator[list[str]]:
    """A timer of somebody else, as pytest-timeout has it, which rings after 0.3 seconds."""
    rung: list[str] = []
    before = signal.signal(signal.SIGALRM, lambda *_: rung.append("theirs"))
    left, interval = signal.setitimer(signal.ITIMER_REAL, 0.3)
    yield rung
    signal.signal(signal.SIGALRM, before)
    signal.setitimer(signal.ITIMER_REAL, left, interval)


@NEEDS_TIMER
def test_a_timer_that_rings_during_the_task_rings(app: Any, rung: list[str]) -> None:
    @app.task(name="waits", soft_time_limit=0.5)
    def waits() -> None:
        threading.Event().wait()

    with CeleryGuard(app) as guard, pytest.raises(SoftTimeLimitExceeded):
        guard.run(waits.s())
    assert rung == ["theirs"]


@NEEDS_TIMER
def test_a_timer_that_rings_later_rings_in_its_time(app: Any, rung: list[str]) -> None:
    @app.task(name="waits", soft_time_limit=0.05)
    def waits() -> None:
        threading.Event().wait()

    with CeleryGuard(app) as guard, pytest.raises(SoftTimeLimitExceeded):
        guard.run(waits.s())
    assert rung == []
    busy(0.4)
    assert rung == ["theirs"]


@NEEDS_TIMER
def test_no_timer_is_left(app: Any) -> None:
    before = signal.getsignal(signal.SIGALRM), signal.getitimer(signal.ITIMER_REAL)[0] > 0

    @app.task(name="works", soft_time_limit=100)
    def works() -> None:
        assert signal.getitimer(signal.ITIMER_REAL)[0] > 0

    with CeleryGuard(app) as guard:
        guard.run(works.s())
    left = signal.getitimer(signal.ITIMER_REAL)[0] > 0
    assert (signal.getsignal(signal.SIGALRM), left) == before


def waits_for_ever(*_: int) -> None:
    threading.Event().wait(20)


def with_automatic_retries(app: Any) -> Any:
    options = {"autoretry_for": (OSError,), "soft_time_limit": 0.1}
    return app.task(waits_for_ever, name="retried", **options).s()


def called_by_another(app: Any) -> Any:
    inner = app.task(waits_for_ever, name="inner")

    def outer() -> None:
        inner()

    return app.task(outer, name="outer", soft_time_limit=0.1).s()


def of_a_map(app: Any) -> Any:
    inner = app.task(waits_for_ever, name="inner")
    app.conf.task_soft_time_limit = 0.1
    return inner.map([1, 2])


def with_a_call_of_its_own(app: Any) -> Any:
    class Calling(app.Task):
        abstract = True

        def __call__(self, *args: Any, **kwargs: Any) -> Any:
            return super().__call__(*args, **kwargs)

    options = {"base": Calling, "soft_time_limit": 0.1}
    return app.task(waits_for_ever, name="calling", **options).s()


@NEEDS_TIMER
@pytest.mark.parametrize(
    "made",
    [with_automatic_retries, called_by_another, of_a_map, with_a_call_of_its_own],
)
def test_a_limit_passes_in_a_body_that_celery_calls(app: Any, made: Any) -> None:
    signature = made(app)
    began = time.perf_counter()
    with CeleryGuard(app) as guard, pytest.raises(SoftTimeLimitExceeded):
        guard.run(signature)
    assert time.perf_counter() - began < 5


@NEEDS_TIMER
def test_a_task_within_a_task_is_not_interrupted(app: Any) -> None:
    done: list[str] = []

    @app.task(name="inner")
    def inner() -> str:
        busy(0.3)
        return "done"

    @app.task(name="outer", soft_time_limit=0.1)
    def outer() -> None:
        with allow_join_result():
            done.append(inner.delay().get())
        busy(0.2)

    with CeleryGuard(app, allow=["CEL106"]) as guard:
        with pytest.raises(SoftTimeLimitExceeded):
            guard.run(outer.s())
        (inner_one,) = guard.sent.of(inner)
        assert guard.states(inner_one.id) == ["PENDING", "SUCCESS"]


@NEEDS_TIMER
def test_a_debugger_is_not_interrupted(app: Any) -> None:
    names: dict[str, Any] = {"__name__": "pdb", "busy": busy}
    exec("def prompt(): busy(0.225)", names)  # where `breakpoint()` waits for a command

    @app.task(name="looked_at", soft_time_limit=0.1)
    def looked_at() -> str:
        names["prompt"]()
        return "done"

    with CeleryGuard(app, allow_failures=True) as guard:
        assert guard.run(looked_at.s()) == "done"
