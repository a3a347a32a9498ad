"""Revoked tasks."""

from __future__ import annotations

import uuid

import pytest
from celery import chain, chord, group
from celery.canvas import Signature, StampingVisitor
from celery.exceptions import TaskRevokedError

from tests.fidelity.case import Steps, Until, case, since
from tests.fidelity.seen import Seen, answer
from tests.fidelity.stage import app
from tests.fidelity.tasks import add, echo, errback, total


@case()
def a_task_is_revoked_before_it_is_sent(seen: Seen) -> Steps:
    task_id = str(uuid.uuid4())
    app.control.revoke(task_id, destination=[seen.worker], reply=True, timeout=5)
    result = add.apply_async((1, 2), task_id=task_id)
    yield result
    assert seen.states(result) == ["PENDING", "REVOKED"]
    assert answer(result) == "TaskRevokedError('revoked')"
    with pytest.raises(TaskRevokedError, match="revoked"):
        result.get()


@case()
def a_revoked_task_tells_one_signal_and_no_hook(seen: Seen) -> Steps:
    task_id = str(uuid.uuid4())
    app.control.revoke(task_id, destination=[seen.worker], reply=True, timeout=5)
    result = add.apply_async((1, 2), task_id=task_id, link_error=errback.s())
    yield result
    assert seen.signals(result) == ["task_revoked"]
    assert seen.details(result) == ["revoked"]
    assert seen.hooks(result) == []
    assert seen.notes(result) == []


@case()
def a_task_is_revoked_while_it_waits(seen: Seen) -> Steps:
    result = add.apply_async((1, 2), countdown=3)
    yield Until(result, "task_received")
    result.revoke()
    yield result
    yield None
    assert seen.states(result) == ["PENDING", "REVOKED"]
    assert seen.runs(result) == 0


@case()
def a_waiting_task_is_stored_as_revoked_at_once(seen: Seen) -> Steps:
    result = add.apply_async((1, 2), countdown=3)
    yield Until(result, "task_received")
    app.control.revoke(result.id, destination=[seen.worker], reply=True, timeout=5)
    assert result.state == since((5, 6), "REVOKED", before="PENDING")
    yield result
    assert result.state == "REVOKED"


@case()
def a_finished_task_is_not_revoked(seen: Seen) -> Steps:
    result = add.delay(1, 2)
    yield result
    app.control.revoke(result.id, destination=[seen.worker], reply=True, timeout=5)
    yield 0.3
    assert seen.states(result) == ["PENDING", "SUCCESS"]
    assert result.get() == 3


@case()
def an_unknown_task_is_revoked(seen: Seen) -> Steps:
    result = app.AsyncResult(str(uuid.uuid4()))
    app.control.revoke(result.id, destination=[seen.worker], reply=True, timeout=5)
    yield 0.3
    assert result.state == since((5, 6), "REVOKED", before="PENDING")


@case()
def a_group_is_revoked(seen: Seen) -> Steps:
    result = group(add.s(1, 1), add.s(2, 2)).apply_async(countdown=3)
    yield Until(result[0], "task_received")
    yield Until(result[1], "task_received")
    result.revoke()
    yield result
    yield None
    assert [seen.states(member) for member in result] == [["PENDING", "REVOKED"]] * 2


@case()
def the_end_of_a_chain_is_revoked(seen: Seen) -> Steps:
    result = chain(add.s(1, 1).set(countdown=3), add.s(1))()
    yield Until(result.parent, "task_received")
    result.revoke()
    yield result
    yield None
    assert seen.states(result.parent) == ["PENDING", "SUCCESS"]
    assert seen.states(result) == ["PENDING", "REVOKED"]
    assert seen.runs(result) == 0


@case()
def the_start_of_a_chain_is_revoked(seen: Seen) -> Steps:
    result = chain(add.s(1, 1).set(countdown=3), add.s(1))()
    yield Until(result.parent, "task_received")
    result.parent.revoke()
    yield None
    assert seen.states(result.parent) == ["PENDING", "REVOKED"]
    assert seen.states(result) == ["PENDING"]


@case()
def a_revoked_header_and_its_body(seen: Seen) -> Steps:
    result = chord([add.s(1, 1).set(countdown=3), add.s(2, 2)])(total.s())
    waiting = result.parent[0]
    yield Until(waiting, "task_received")
    waiting.revoke()
    yield None
    assert seen.states(waiting) == ["PENDING", "REVOKED"]
    assert seen.states(result) == ["PENDING", "FAILURE"]
    assert f"Dependency {waiting.id} raised TaskRevokedError('revoked')" in str(
        result.result
    )


class Customer(StampingVisitor):
    """Stamps every signature with a name."""

    def __init__(self, name: str) -> None:
        self.name = name

    def on_signature(self, sig: Signature, **headers: object) -> dict[str, object]:
        return {"customer": self.name}


@case()
def tasks_are_revoked_by_their_stamp(seen: Seen) -> Steps:
    name = str(uuid.uuid4())
    signature = echo.s().set(countdown=3)
    signature.stamp(Customer(name))
    result = signature.apply_async()
    yield Until(result, "task_received")
    app.control.revoke_by_stamped_headers({"customer": name})
    yield result
    yield None
    assert seen.states(result) == ["PENDING", "REVOKED"]
    assert seen.runs(result) == 0
