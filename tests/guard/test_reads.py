"""Reading results in the test: it runs the worker, and never hangs."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from typing import Any

import pytest
from celery import Celery, chord, group
from celery.exceptions import TaskRevokedError
from celery.exceptions import TimeoutError as ResultTimeoutError
from celery.result import allow_join_result

from pytest_celery_guard import CeleryGuard
from pytest_celery_guard.errors import (
    PollsForeverError,
    StillBusyError,
    WouldBlockForeverError,
)


def test_a_read_runs_the_worker(guard: CeleryGuard, add: Any) -> None:
    assert add.delay(1, 2).get() == 3


def test_a_read_skips_virtual_time(guard: CeleryGuard, add: Any) -> None:
    before = guard.now
    assert add.apply_async((1, 2), countdown=3600).get() == 3
    assert (guard.now - before).total_seconds() >= 3600


def test_a_read_with_a_timeout_skips_no_further(guard: CeleryGuard, add: Any) -> None:
    result = add.apply_async((1, 2), countdown=3600)
    began = time.perf_counter()
    with pytest.raises(ResultTimeoutError):
        result.get(timeout=60)
    assert time.perf_counter() - began < 60
    assert result.get(timeout=3600) == 3


def test_a_read_of_a_group_runs_its_members(guard: CeleryGuard, add: Any) -> None:
    result = group(add.s(n, n) for n in range(3)).delay()
    assert result.get() == [0, 2, 4]
    assert group(add.s(n, n) for n in range(3)).delay().join() == [0, 2, 4]


def test_a_read_of_a_chord_runs_header_and_body(
    guard: CeleryGuard, app: Any, add: Any
) -> None:
    @app.task(name="total")
    def total(parts: list[int]) -> int:
        return sum(parts)

    assert chord([add.s(1, 1), add.s(2, 2)])(total.s()).get() == 6


def test_a_read_raises_what_the_task_raised(guard: CeleryGuard, boom: Any) -> None:
    with pytest.raises(ValueError, match="no stock"):
        boom.delay().get()


def test_a_read_of_an_unknown_id_says_so(guard: CeleryGuard) -> None:
    with pytest.raises(
        WouldBlockForeverError, match=r"never sent: AsyncResult accepts any id"
    ):
        guard.app.AsyncResult("unknown").get()


def test_a_read_of_an_ignored_result_says_so(guard: CeleryGuard, app: Any) -> None:
    @app.task(name="quiet", ignore_result=True)
    def quiet() -> None: ...

    result = quiet.delay()
    with pytest.raises(
        WouldBlockForeverError, match=r"quiet ran \(SUCCESS\) but stores no result"
    ):
        app.AsyncResult(result.id).get()


def test_a_read_of_a_forgotten_result_says_so(guard: CeleryGuard, add: Any) -> None:
    result = add.delay(1)
    guard.drain()
    guard.forget(result)
    with pytest.raises(
        WouldBlockForeverError, match="add ran, but its result was forgotten"
    ):
        app_result(guard, result).get()


def test_a_read_of_a_purged_message_says_so(guard: CeleryGuard, add: Any) -> None:
    result = add.delay(1)
    assert guard.app.control.purge() == 1
    with pytest.raises(WouldBlockForeverError, match="The message of add was purged"):
        result.get()


def test_a_read_of_one_missing_member_names_it(guard: CeleryGuard, add: Any) -> None:
    members = [add.delay(1), guard.app.AsyncResult("unknown")]
    with pytest.raises(
        WouldBlockForeverError, match="task unknown will never be available"
    ):
        guard.app.ResultSet(members).join_native()


def test_a_read_in_a_task_raises_as_in_a_worker(
    guard: CeleryGuard, app: Any, add: Any
) -> None:
    @app.task(name="waits")
    def waits() -> Any:
        return add.delay(1).get()

    result = waits.delay()
    with guard.allow("CEL101"):
        guard.drain()
    with pytest.raises(RuntimeError, match=r"Never call result\.get\(\) within a task!"):
        result.get()


def test_a_read_in_a_task_that_allows_it_runs_the_worker(
    guard: CeleryGuard, app: Any, add: Any
) -> None:
    @app.task(name="waits")
    def waits() -> Any:
        with allow_join_result():
            first = add.delay(1).get()
        return first + add.delay(2).get(disable_sync_subtasks=False)

    with guard.allow("CEL106"):
        assert guard.run(waits.s()) == 3


def test_a_read_calls_back_while_it_waits(guard: CeleryGuard, add: Any) -> None:
    ticks: list[int] = []
    result = add.delay(1, 2)
    assert result.get(on_interval=lambda: ticks.append(1)) == 3
    assert ticks


def test_a_loop_that_polls_ends(guard: CeleryGuard, add: Any) -> None:
    result = add.delay(1)
    with pytest.raises(PollsForeverError, match=r"asked for its state 100 times"):
        while not result.ready():
            pass
    guard.drain()
    assert result.ready()


def test_a_read_that_runs_tasks_without_end_is_stopped(app: Any) -> None:
    @app.task(name="endless")
    def endless() -> None:
        endless.delay()

    with CeleryGuard(app, limit=20, allow_leftover=True) as guard:
        endless.delay()
        with pytest.raises(StillBusyError, match="20 tasks ran and the read is still not"):
            guard.app.AsyncResult("never").get()


def test_many_looks_are_fine_while_something_runs(guard: CeleryGuard, add: Any) -> None:
    late = add.apply_async((1,), countdown=3600)
    for n in range(150):
        add.delay(n)
        assert not late.ready()
        guard.drain()


def test_a_read_ends_at_its_timeout_though_a_task_runs(
    guard: CeleryGuard, app: Any
) -> None:
    @app.task(name="slow", time_limit=100)
    def slow() -> None:
        time.sleep(10)

    with pytest.raises(ResultTimeoutError, match="while a task ran"):
        slow.delay().get(timeout=5)


def test_a_read_of_a_task_that_was_revoked_or_expires_raises(
    guard: CeleryGuard, app: Any, add: Any
) -> None:
    revoked = add.delay(1)
    guard.revoke(revoked)
    with pytest.raises(TaskRevokedError):
        revoked.get()
    with pytest.raises(TaskRevokedError):
        add.apply_async((1,), expires=-1).get()


def test_a_header_from_a_generator_is_unrolled_as_it_is_sent(
    guard: CeleryGuard, app: Any, add: Any
) -> None:
    seen: list[int] = []

    @app.task(name="total")
    def total(parts: list[int]) -> int:
        return sum(parts)

    def header() -> Iterator[Any]:
        for n in range(3):
            seen.append(len(guard.sent))
            yield add.s(n, n)

    assert chord(header(), total.s())().get() == 6
    assert seen == [0, 0, 1]  # Celery looks one ahead


@pytest.mark.parametrize("eager", [False, True])
def test_a_task_can_add_to_its_chord(app: Any, add: Any, eager: bool) -> None:
    @app.task(name="grows", bind=True)
    def grows(self: Any) -> int:
        self.add_to_chord(add.s(10, 10))
        return 1

    @app.task(name="total")
    def total(parts: list[int]) -> int:
        return sum(parts)

    with CeleryGuard(app, eager=eager):
        assert chord([grows.s(), add.s(1, 1)], total.s())().get() == 23


def test_a_chord_names_the_part_that_failed_on_other_backends_too(
    boom: Any, add: Any
) -> None:
    app = Celery(
        "other", broker="sqs://", backend="cache+memcached://no", set_as_current=False
    )
    app.task(name="add", shared=False)(add.run)
    app.task(name="boom", shared=False)(boom.run)
    with CeleryGuard(app, allow_failures=True) as guard:
        result = chord([app.tasks["add"].s(1), app.tasks["boom"].s()])(app.tasks["add"].s())
        guard.drain()
        failed = result.parent.results[1].id
        assert f"Dependency {failed} raised ValueError('no stock')" in str(result.result)


def test_a_thread_may_read_while_another_one_runs_a_task(
    guard: CeleryGuard, app: Any
) -> None:
    errors: list[Exception] = []

    @app.task(name="naps")
    def naps() -> None:
        time.sleep(0.002)

    def read() -> None:
        try:
            for _ in range(10):
                naps.delay().get()
        except Exception as error:
            errors.append(error)

    threads = [threading.Thread(target=read) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []


def app_result(guard: CeleryGuard, result: Any) -> Any:
    """The result as another process finds it: by its id alone."""
    return guard.app.AsyncResult(result.id)
