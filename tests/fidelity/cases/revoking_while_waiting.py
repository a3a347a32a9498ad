"""Revoked tasks that wait, retry or stand in for others."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from celery.exceptions import Ignore

from tests.fidelity.case import Steps, Until, case, since
from tests.fidelity.seen import Seen
from tests.fidelity.stage import app, note, task
from tests.fidelity.tasks import add, be_known, errback, nothing

if TYPE_CHECKING:
    from celery import Task


def tell(worker: str, *task_ids: str) -> None:
    """Have one worker revoke tasks, and wait for its answer: others may store REVOKED sooner."""
    app.control.revoke(list(task_ids), destination=[worker], reply=True, timeout=5)


@case()
def several_tasks_are_revoked_at_once(seen: Seen) -> Steps:
    results = [add.apply_async((1, n), countdown=3) for n in range(3)]
    for result in results:
        yield Until(result, "task_received")
    tell(seen.worker, results[0].id, results[2].id)
    yield None
    states = [seen.states(result)[-1] for result in results]
    assert states == ["REVOKED", "SUCCESS", "REVOKED"]


@task(bind=True)
def retry_later(self: Task) -> int:
    if not self.request.retries:
        self.retry(countdown=3)
    return 1


@case()
def a_task_is_revoked_between_retries(seen: Seen) -> Steps:
    result = retry_later.delay()
    yield Until(result, "task_received", times=2)
    yield Until(result, "task_postrun")
    tell(seen.worker, result.id)
    yield None
    assert seen.states(result) == ["PENDING", "RETRY", "REVOKED"]
    assert seen.runs(result) == 1


@task(bind=True)
def revoke_myself(self: Task) -> str:
    be_known(self)
    tell(self.request.hostname, self.request.id)
    note(self, "went on")
    return "done"


@case()
def a_running_task_that_is_revoked_goes_on(seen: Seen) -> Steps:
    result = revoke_myself.delay()
    yield None
    assert seen.notes(result) == ["went on"]
    # Only 5.6 stores REVOKED for a task that runs.
    stored = ["PENDING", "SUCCESS"]
    hasty = since((5, 6), ["PENDING", "REVOKED", "SUCCESS"], before=stored)
    assert seen.states(result) == since((5, 7), stored, before=hasty)


@task(bind=True)
def revoke_child(self: Task) -> str:
    child = str(uuid.uuid4())
    tell(self.request.hostname, child)
    return str(nothing.apply_async(task_id=child).id)


@case()
def a_task_revokes_its_child(seen: Seen) -> Steps:
    result = revoke_child.delay()
    yield None
    assert app.AsyncResult(result.get()).state == "REVOKED"


@case()
def a_revoked_task_calls_no_link(seen: Seen) -> Steps:
    result = add.apply_async((1, 2), countdown=3, link=nothing.si())
    yield Until(result, "task_received")
    tell(seen.worker, result.id)
    yield None
    assert not result.children


@case()
def a_revoked_task_calls_no_errback(seen: Seen) -> Steps:
    result = add.apply_async((1, 2), countdown=3, link_error=errback.s())
    yield Until(result, "task_received")
    tell(seen.worker, result.id)
    yield None
    assert seen.notes(result) == []


@task(ignore_result=True)
def unheard() -> None:
    return None


@case()
def an_ignored_task_is_revoked(seen: Seen) -> Steps:
    result = unheard.apply_async(countdown=3)
    yield Until(result, "task_received")
    tell(seen.worker, result.id)
    yield None
    states = ["PENDING", "REVOKED"]
    assert seen.states(result) == since((5, 6), states, before=["PENDING"])
    assert seen.runs(result) == 0


@case()
def the_same_id_is_sent_again_after_it_was_revoked(seen: Seen) -> Steps:
    task_id = str(uuid.uuid4())
    tell(seen.worker, task_id)
    first = add.apply_async((1, 1), task_id=task_id)
    yield None
    second = add.apply_async((2, 2), task_id=task_id)
    yield None
    assert seen.runs(first) == 0
    assert second.state == "REVOKED"


@case()
def the_same_id_is_sent_again_after_success(seen: Seen) -> Steps:
    task_id = str(uuid.uuid4())
    first = add.apply_async((1, 1), task_id=task_id)
    yield first
    yield None
    second = add.apply_async((2, 2), task_id=task_id)
    yield None
    assert seen.runs(second) == 2
    assert app.AsyncResult(task_id).get() == 2


@case()
def the_same_id_is_sent_again_after_failure(seen: Seen) -> Steps:
    task_id = str(uuid.uuid4())
    result = fail_the_first_time.apply_async((False,), task_id=task_id)
    yield result
    yield None
    fail_the_first_time.apply_async((True,), task_id=task_id)
    yield None
    assert seen.states(result) == ["PENDING", "FAILURE", "SUCCESS"]


@task()
def fail_the_first_time(good: bool) -> bool:
    if not good:
        raise ValueError("first")
    return good


@task(bind=True)
def store_revoked(self: Task) -> None:
    meta = {"exc_type": "TaskRevokedError", "exc_message": ["by hand"]}
    self.update_state(state="REVOKED", meta=meta | {"exc_module": "celery.exceptions"})
    raise Ignore


@case()
def a_revocation_stored_by_hand(seen: Seen) -> Steps:
    result = store_revoked.delay()
    yield None
    assert seen.states(result) == ["PENDING", "REVOKED"]
    assert result.ready()
