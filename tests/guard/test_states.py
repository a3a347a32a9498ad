"""The states a task goes through, as a reader of its result sees them."""

from __future__ import annotations

from typing import Any

import pytest
from celery import group, states
from celery.contrib.abortable import AbortableAsyncResult, AbortableTask

from pytest_celery_guard import CeleryGuard
from pytest_celery_guard.errors import GuardError


def test_a_task_that_ran(guard: CeleryGuard, add: Any) -> None:
    result = add.delay(1, 2)
    assert guard.states(result) == ["PENDING"]
    guard.drain()
    assert guard.states(result) == ["PENDING", "SUCCESS"]
    assert guard.states(result.id) == [states.PENDING, states.SUCCESS]


def test_started_shows_only_when_it_is_tracked(guard: CeleryGuard, app: Any) -> None:
    @app.task(name="tracked", track_started=True)
    def tracked() -> None: ...

    result = tracked.delay()
    guard.drain()
    assert guard.states(result) == ["PENDING", "STARTED", "SUCCESS"]


def test_own_states_show_with_their_meta(guard: CeleryGuard, app: Any) -> None:
    @app.task(name="slow", bind=True)
    def slow(self: Any) -> str:
        self.update_state(state="PROGRESS", meta={"done": 50})
        return "all"

    result = slow.delay()
    guard.drain()
    assert guard.states(result) == ["PENDING", "PROGRESS", "SUCCESS"]
    stored = [each for each in guard.history(result) if each.source == "stored"]
    assert [each.meta for each in stored] == [{"done": 50}, "all"]


def test_history_tells_what_the_store_does_not(guard: CeleryGuard, app: Any) -> None:
    @app.task(name="quiet", ignore_result=True)
    def quiet() -> None: ...

    result = quiet.delay()
    guard.drain()
    assert guard.states(result) == ["PENDING"]
    assert result.state == "PENDING"
    assert [each.state for each in guard.history(result)] == [
        "PENDING",
        "RECEIVED",
        "ACCEPTED",
        "SUCCESS",
    ]


def test_history_tells_an_end_once(guard: CeleryGuard, boom: Any) -> None:
    result = boom.delay()
    guard.drain()
    history = guard.history(result)
    assert [each.state for each in history] == [
        "PENDING",
        "RECEIVED",
        "ACCEPTED",
        "FAILURE",
    ]
    assert isinstance(history[-1].meta, ValueError)
    assert "no stock" in (history[-1].traceback or "")


def test_an_unknown_id_is_pending(guard: CeleryGuard) -> None:
    assert guard.states("never-sent") == ["PENDING"]
    assert guard.history("never-sent") == []


def test_a_result_expires_with_virtual_time(guard: CeleryGuard, add: Any) -> None:
    result = add.delay(1)
    guard.drain()
    guard.advance(hours=23)
    assert result.state == "SUCCESS"
    guard.advance(hours=2)
    assert guard.app.AsyncResult(result.id).state == "PENDING"
    assert guard.states(result) == ["PENDING", "SUCCESS", "PENDING"]


def test_a_result_can_be_expired_and_forgotten(guard: CeleryGuard, add: Any) -> None:
    expired, forgotten = add.delay(1), add.delay(2)
    guard.drain()
    guard.expire(expired)
    guard.forget(forgotten)
    for result in (expired, forgotten):
        assert guard.app.AsyncResult(result.id).state == "PENDING"
        assert guard.states(result) == ["PENDING", "SUCCESS", "PENDING"]


def test_only_a_stored_result_expires(guard: CeleryGuard, add: Any) -> None:
    result = add.delay(1)
    with pytest.raises(GuardError, match="no result of add is stored"):
        guard.expire(result)


def test_revoked_while_it_runs(guard: CeleryGuard) -> None:
    """Without ``terminate`` the worker lets it run, and remote control has stored REVOKED."""

    @guard.app.task(name="called off", bind=True)
    def called_off(self: Any) -> int:
        self.app.control.revoke(self.request.id)
        return 7

    result = called_off.delay()
    guard.drain()
    assert guard.states(result)[-1] == "SUCCESS"
    assert result.get() == 7
    assert guard.account().count("is final") == 0


def test_revoked_before_it_ran(guard: CeleryGuard, add: Any) -> None:
    result = add.delay(1)
    guard.revoke(result)
    guard.drain()
    assert guard.states(result) == ["PENDING", "REVOKED"]


def test_a_state_after_the_end_fails_the_test(app: Any) -> None:
    @app.task(name="late", bind=True)
    def late(self: Any) -> None:
        self.update_state(state="SUCCESS", meta=1)
        self.update_state(state="PROGRESS", meta=2)

    with pytest.raises(GuardError, match="from SUCCESS to PROGRESS: SUCCESS is final"):
        with CeleryGuard(app) as guard:
            late.delay()
            guard.drain()


def test_success_after_a_failure_that_the_task_stored_fails_the_test(app: Any) -> None:
    @app.task(name="contradiction", bind=True)
    def contradiction(self: Any) -> None:
        self.update_state(
            state="FAILURE", meta={"exc_type": "ValueError", "exc_message": ["x"]}
        )

    with (
        pytest.raises(GuardError, match="from FAILURE to SUCCESS"),
        CeleryGuard(app) as guard,
    ):
        contradiction.delay()
        guard.drain()


def test_a_second_run_may_store_again(app: Any) -> None:
    runs = []

    @app.task(name="again", bind=True)
    def again(self: Any) -> None:
        runs.append(1)
        self.update_state(state="PROGRESS")
        if len(runs) == 1:
            raise ValueError

    with CeleryGuard(app) as guard:
        result = again.apply_async(task_id="one")
        guard.drain()
        again.apply_async(task_id="one")
        guard.drain()
        path = ["PENDING", "PROGRESS", "FAILURE", "PROGRESS", "SUCCESS"]
        assert guard.states(result) == path


def test_aborting_and_revoking_too_late_are_no_faults(app: Any) -> None:
    @app.task(name="abortable", base=AbortableTask, bind=True)
    def abortable(self: Any) -> None: ...

    with CeleryGuard(app) as guard:
        result = abortable.delay()
        guard.drain()
        AbortableAsyncResult(result.id, app=app).abort()
        guard.revoke(result)
        assert guard.states(result)[:2] == ["PENDING", "SUCCESS"]


def test_an_app_without_a_backend_keeps_nothing(app: Any, add: Any) -> None:
    with CeleryGuard(app, conf={"result_backend": None}) as guard:
        result = add.delay(1)
        guard.drain()
        assert guard.states(result) == ["PENDING"]
        assert [each.state for each in guard.history(result)][-1] == "SUCCESS"
        with pytest.raises(
            NotImplementedError, match="No result backend is configured"
        ) as read:
            result.get()
        assert "The app 'shop' has no result_backend" in str(read.value)
        with pytest.raises(AttributeError, match="_get_task_meta_for") as look:
            _ = result.state
        assert "Set result_backend, or don't read results." in str(look.value)


def test_a_group_is_asked_for_its_members(guard: CeleryGuard, add: Any) -> None:
    result = group(add.s(n) for n in range(3)).delay()
    with pytest.raises(GuardError, match="pass one of its members"):
        guard.states(result)
    assert guard.drain(until=result) == 3
    assert [guard.states(each) for each in result.results] == [["PENDING", "SUCCESS"]] * 3
    guard.expire(result)
    assert not result.ready()


def test_a_group_is_revoked_run_and_forgotten_whole(guard: CeleryGuard, add: Any) -> None:
    revoked, ran = (group(add.s(n) for n in range(2)).delay() for _ in range(2))
    guard.revoke(revoked)
    assert guard.drain(only=ran) == 2
    guard.forget(ran)
    guard.drain()
    assert [guard.states(each)[-1] for each in revoked.results] == ["REVOKED"] * 2
    assert [guard.states(each)[-1] for each in ran.results] == ["PENDING"] * 2
