"""Running tasks: one, all, some, one alone."""

from __future__ import annotations

import sys
import time
from typing import Any

import pytest
from celery import chain
from celery.exceptions import TaskRevokedError, TimeLimitExceeded, WorkerLostError

from pytest_celery_guard import CeleryGuard, WorkerCrashed, WorkerKilled
from pytest_celery_guard.errors import GuardError, StillBusyError


@pytest.fixture
def ran() -> list[int]:
    return []


@pytest.fixture
def note(app: Any, ran: list[int]) -> Any:
    @app.task(name="note")
    def note(n: int) -> int:
        ran.append(n)
        return n

    return note


def test_nothing_runs_until_the_test_says_so(
    guard: CeleryGuard, note: Any, ran: list[int]
) -> None:
    result = note.delay(1)
    assert ran == []
    assert result.state == "PENDING"


def test_a_step_runs_one_task(guard: CeleryGuard, note: Any, ran: list[int]) -> None:
    note.delay(1)
    note.delay(2)
    assert guard.step()
    assert ran == [1]
    assert guard.step()
    assert not guard.step()


def test_a_drain_runs_all_and_counts(guard: CeleryGuard, note: Any, ran: list[int]) -> None:
    for n in range(20):
        note.apply_async((n,), queue=f"q{n % 3}")
    assert guard.drain() == 20
    assert ran == list(range(20))
    assert guard.drain() == 0


def test_a_drain_can_take_one_queue(guard: CeleryGuard, note: Any, ran: list[int]) -> None:
    note.delay(1)
    note.apply_async((2,), queue="mail")
    assert guard.drain(queue="mail") == 1
    assert ran == [2]
    guard.drain()
    assert ran == [2, 1]


def test_a_drain_can_take_some_tasks(
    guard: CeleryGuard, note: Any, add: Any, ran: list[int]
) -> None:
    first, second = note.delay(1), note.delay(2)
    add.delay(1)
    assert guard.drain(only=second) == 1
    assert ran == [2]
    assert guard.drain(only="add") == 1
    assert guard.drain(only=[add, note]) == 1
    assert ran == [2, 1]
    assert first.state == "SUCCESS"


def test_a_drain_can_take_some_of_what_is_scheduled(
    guard: CeleryGuard, note: Any, ran: list[int]
) -> None:
    note.apply_async((1,), countdown=5)
    note.apply_async((2,), countdown=5, queue="mail")
    guard.drain()
    guard._world.clock.offset += 6
    assert guard.drain(queue="mail") == 1
    assert ran == [2]


def test_a_drain_can_stop_early(guard: CeleryGuard, note: Any, ran: list[int]) -> None:
    results = [note.delay(n) for n in range(5)]
    assert guard.drain(until=results[2]) == 3
    assert guard.drain(until=lambda: len(ran) == 4) == 1
    assert ran == [0, 1, 2, 3]


def test_a_drain_says_why_it_can_not_stop(guard: CeleryGuard, note: Any) -> None:
    note.delay(1)
    with pytest.raises(GuardError, match="This id was never sent"):
        guard.drain(until="never-sent")
    with pytest.raises(GuardError, match="the function still returns false"):
        guard.drain(until=lambda: False)
    waits = note.delay(2)
    note.apply_async((3,), queue="other")
    with pytest.raises(
        GuardError, match="the tasks that this drain may run don't meet the condition"
    ):
        guard.drain(until=waits, queue="other")


def test_an_endless_task_is_stopped(guard: CeleryGuard, app: Any) -> None:
    @app.task(name="endless")
    def endless() -> None:
        endless.delay()

    endless.delay()
    with pytest.raises(
        StillBusyError, match=r"50 tasks ran and more are waiting.*limit=500"
    ):
        guard.drain(limit=50)


def test_exactly_the_limit_is_no_endless_task(guard: CeleryGuard, note: Any) -> None:
    for n in range(5):
        note.delay(n)
    assert guard.drain(limit=5) == 5


def test_run_sends_runs_and_returns(guard: CeleryGuard, note: Any, ran: list[int]) -> None:
    note.delay(1)
    assert guard.run(note.s(7)) == 7
    assert ran == [7]


def test_run_raises_what_the_task_raises(app: Any, boom: Any) -> None:
    with CeleryGuard(app) as guard, pytest.raises(ValueError, match="no stock"):
        guard.run(boom.s())


def test_run_waits_for_retries(
    guard: CeleryGuard, app: Any, note: Any, ran: list[int]
) -> None:
    @app.task(name="twice", bind=True)
    def twice(self: Any) -> str:
        if not self.request.retries:
            raise self.retry(countdown=3600)
        return "second"

    note.apply_async((1,), countdown=10)
    assert guard.run(twice.s()) == "second"
    assert ran == []


def test_run_returns_also_what_no_backend_keeps(app: Any) -> None:
    @app.task(name="quiet", ignore_result=True)
    def quiet() -> str:
        return "seen"

    with CeleryGuard(app, conf={"result_backend": None}) as guard:
        assert guard.run(quiet.s()) == "seen"


def killed(app: Any, task_id: str) -> None:
    raise WorkerKilled


def exits(app: Any, task_id: str) -> None:
    sys.exit(3)


def sleeps(app: Any, task_id: str) -> None:
    time.sleep(90)


def revokes(app: Any, task_id: str) -> None:
    app.control.revoke(task_id, terminate=True)


@pytest.mark.parametrize(
    ("body", "kind", "without_results"),
    [
        (killed, WorkerLostError, WorkerLostError),
        (exits, (WorkerLostError, SystemExit), (WorkerLostError, SystemExit)),
        (sleeps, TimeLimitExceeded, WorkerLostError),
        (revokes, TaskRevokedError, TaskRevokedError),
    ],
)
def test_run_raises_where_the_process_is_killed(
    app: Any, body: Any, kind: Any, without_results: Any
) -> None:
    @app.task(name="ends", time_limit=60, bind=True)
    def ends(self: Any) -> None:
        body(app, self.request.id)

    @app.task(name="stores_nothing", time_limit=60, bind=True, ignore_result=True)
    def stores_nothing(self: Any) -> None:
        body(app, self.request.id)

    # Celery 5.3 can't encode a SystemExit, and its worker fails to store it.
    with CeleryGuard(app, allow_failures=True) as guard:
        with pytest.raises(kind):
            guard.run(ends.s())
        with pytest.raises(without_results):
            guard.run(stores_nothing.s())


def test_run_takes_a_canvas(guard: CeleryGuard, add: Any) -> None:
    assert guard.run(chain(add.s(1, 2), add.s(3))) == 6


def test_a_task_sees_a_request_as_in_a_worker(guard: CeleryGuard, app: Any) -> None:
    @app.task(name="who", bind=True)
    def who(self: Any) -> list[Any]:
        request = self.request
        return [request.id, request.called_directly, request.is_eager, request.hostname]

    result = who.delay()
    assert result.get() == [result.id, False, False, "guard@test"]


def test_a_patched_task_runs_the_patch(
    guard: CeleryGuard, add: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert guard.run(add.s(1, 1)) == 2
    monkeypatch.setattr(add, "run", lambda *args: "patched")
    assert guard.run(add.s(1, 1)) == "patched"


def test_a_pool_process_that_dies_loses_its_task(guard: CeleryGuard, app: Any) -> None:
    @app.task(name="dies")
    def dies() -> None:
        raise WorkerKilled

    result = dies.delay()
    guard.drain()
    assert guard.states(result) == ["PENDING", "FAILURE"]
    assert "WorkerLostError" in guard.failures[0].exception


def test_a_worker_that_dies_gets_unacked_messages_again(
    guard: CeleryGuard, app: Any
) -> None:
    seen = []

    @app.task(name="late", bind=True, acks_late=True)
    def late(self: Any) -> None:
        seen.append(self.request.delivery_info["redelivered"])
        if len(seen) == 1:
            raise WorkerCrashed

    late.delay()
    guard.drain()
    assert seen == [False, True]


def test_a_failing_assertion_of_pytest_escapes_from_the_task(
    guard: CeleryGuard, app: Any
) -> None:
    @app.task(name="stops")
    def stops() -> None:
        pytest.fail("in the task")

    stops.delay()
    with pytest.raises(pytest.fail.Exception, match="in the task"):
        guard.drain()


def test_failures_are_told(guard: CeleryGuard, boom: Any, add: Any) -> None:
    result = boom.delay()
    add.delay(1)
    guard.drain()
    (failure,) = guard.failures
    assert (failure.id, failure.task, failure.exception) == (
        result.id,
        "boom",
        "ValueError('no stock')",
    )
    assert 'raise ValueError("no stock")' in failure.traceback
