"""Workers that are lost before, during and after a task."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import celery
import pytest

from pytest_celery_guard import CeleryGuard
from pytest_celery_guard.errors import WrongOptionError

WHENS = ["before", "during", "after", "stored"]


@pytest.fixture
def done() -> list[str]:
    """What tasks have done."""
    return []


@pytest.fixture
def pay(app: Any, done: list[str]) -> Callable[..., Any]:
    """Makes a task of two steps, with some options."""

    def made(**options: Any) -> Any:
        @app.task(name="pay", bind=True, **options)
        def pay(self: Any) -> str:
            done.append("again" if self.request.delivery_info["redelivered"] else "first")
            done.append("end")
            return "paid"

        return pay

    return made


@pytest.mark.parametrize(
    ("when", "left"),
    [("before", []), ("during", ["first"]), ("after", ["first", "end"])],
)
def test_a_lost_process_fails_its_task_and_leaves_what_it_has_done(
    guard: CeleryGuard, pay: Any, done: list[str], when: Any, left: list[str]
) -> None:
    result = pay().delay()
    guard.lose_worker(when=when)
    guard.drain()
    assert done == left
    assert guard.states(result) == ["PENDING", "FAILURE"]
    assert type(result.result).__name__ == "WorkerLostError"


@pytest.mark.parametrize(
    ("when", "left"),
    [("before", []), ("during", ["first"]), ("after", ["first", "end"])],
)
def test_a_late_task_comes_again_where_it_asks_for_it(
    guard: CeleryGuard, pay: Any, done: list[str], when: Any, left: list[str]
) -> None:
    result = pay(acks_late=True, reject_on_worker_lost=True).delay()
    guard.lose_worker("pay", when)
    guard.drain()
    assert done == [*left, "again", "end"]
    assert guard.states(result) == ["PENDING", "SUCCESS"]


def test_a_result_that_was_stored_stays(
    guard: CeleryGuard, pay: Any, done: list[str]
) -> None:
    result = pay(acks_late=True, reject_on_worker_lost=True).delay()
    guard.lose_worker(when="stored")
    guard.drain()
    assert result.get() == "paid"
    # Celery 5.7 looks at the result of a lost task before it lets it run again.
    runs = 1 if celery.VERSION >= (5, 7) else 2
    assert done.count("end") == runs


@pytest.mark.parametrize("when", WHENS)
def test_a_lost_machine_loses_what_was_acknowledged(
    guard: CeleryGuard, pay: Any, done: list[str], when: Any
) -> None:
    result = pay().delay()
    guard.lose_worker(when=when, machine=True)
    guard.drain()
    assert "again" not in done
    assert guard.states(result)[-1] == ("SUCCESS" if when == "stored" else "PENDING")


@pytest.mark.parametrize("when", WHENS)
def test_a_late_task_survives_its_machine(
    guard: CeleryGuard, pay: Any, done: list[str], when: Any
) -> None:
    result = pay(acks_late=True).delay()
    guard.lose_worker(when=when, machine=True)
    guard.drain()
    assert done[-2:] == ["again", "end"]
    assert guard.states(result) == ["PENDING", "SUCCESS"]


def test_what_waits_in_a_lost_worker_runs_once(guard: CeleryGuard, pay: Any) -> None:
    task = pay(acks_late=True)
    task.delay()
    later = task.apply_async(countdown=60)
    guard.drain(only=later)  # the worker has it, and waits for its time
    guard.lose_worker(when="before", machine=True)
    guard.drain()
    assert [each.id for each in guard.scheduled] == [later.id]
    assert guard.advance(seconds=60) == 1


def test_only_the_task_that_is_meant_is_lost(
    guard: CeleryGuard, pay: Any, add: Any, done: list[str]
) -> None:
    guard.lose_worker(add, times=2)
    paid, added = pay().delay(), [add.delay(1) for _ in range(3)]
    guard.drain()
    assert paid.state == "SUCCESS"
    assert [each.state for each in added] == ["FAILURE", "FAILURE", "SUCCESS"]


def test_a_task_that_retries_by_itself_is_lost_in_its_own_body(
    guard: CeleryGuard, app: Any, done: list[str]
) -> None:
    @app.task(name="auto", autoretry_for=(ValueError,))
    def auto() -> None:
        done.append("one")
        done.append("two")

    result = auto.delay()
    guard.lose_worker()
    guard.drain()
    assert (done, result.state) == (["one"], "FAILURE")


def test_the_patch_of_a_task_survives(
    guard: CeleryGuard, add: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(add, "run", lambda *args: "patched")
    guard.lose_worker(when="after")
    add.delay(1)
    guard.drain()
    assert guard.run(add.s(1)) == "patched"
    monkeypatch.undo()
    assert guard.run(add.s(1)) == 1


def test_a_moment_that_there_is_not(guard: CeleryGuard) -> None:
    wrong: Any = "later"
    with pytest.raises(WrongOptionError) as told:
        guard.lose_worker(when=wrong)
    assert str(told.value) == (
        "lose_worker: when='later' is none of 'before', 'during', 'after', 'stored'."
    )
