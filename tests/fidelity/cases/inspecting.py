"""What a worker tells of its tasks at a moment, beyond those that the other cases ask."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.fidelity.case import Steps, Until, case
from tests.fidelity.seen import Seen
from tests.fidelity.stage import app, task
from tests.fidelity.tasks import add, be_known, nothing

if TYPE_CHECKING:
    from celery import Task
    from celery.app.control import Inspect


def ask(seen: Seen) -> Inspect:
    """Questions for the case's own worker."""
    return app.control.inspect([seen.worker], timeout=5)


@task()
def counted() -> None:
    return None


@case()
def a_worker_counts_its_tasks(seen: Seen) -> Steps:
    results = [counted.delay() for _ in range(3)]
    yield results[-1]
    yield None
    assert ask(seen).stats()[seen.worker]["total"][counted.name] == 3


@case()
def a_worker_tells_its_settings(seen: Seen) -> Steps:
    yield None
    told = ask(seen).conf()[seen.worker]
    assert told["task_default_queue"] == "plain"


@case()
def nothing_is_active_or_reserved_when_all_is_done(seen: Seen) -> Steps:
    result = nothing.delay()
    yield result
    yield None
    told = [*ask(seen).active()[seen.worker], *ask(seen).reserved()[seen.worker]]
    assert result.id not in [entry["id"] for entry in told]


@case()
def a_waiting_task_tells_its_eta(seen: Seen) -> Steps:
    result = add.apply_async((1, 2), countdown=3)
    yield Until(result, "task_received")
    waiting = ask(seen).scheduled()[seen.worker]
    (own,) = (entry for entry in waiting if entry["request"]["id"] == result.id)
    assert sorted(own) == ["eta", "priority", "request"]
    assert own["request"]["hostname"] == seen.worker
    assert own["request"]["acknowledged"] is False
    yield result


@case()
def a_revoked_task_stays_in_the_schedule_until_its_time(seen: Seen) -> Steps:
    result = add.apply_async((1, 2), countdown=3)
    yield Until(result, "task_received")
    app.control.revoke(result.id, destination=[seen.worker], reply=True, timeout=5)
    waiting = ask(seen).scheduled()[seen.worker]
    assert result.id in [entry["request"]["id"] for entry in waiting]
    yield None
    waiting = ask(seen).scheduled()[seen.worker]
    assert result.id not in [entry["request"]["id"] for entry in waiting]


@task(bind=True)
def tell_about_me(self: Task) -> dict[str, object]:
    be_known(self)
    worker = self.request.hostname
    told = app.control.inspect([worker], timeout=5).active()[worker]
    (own,) = (entry for entry in told if entry["id"] == self.request.id)
    return {key: own[key] for key in ("name", "args", "kwargs", "type", "acknowledged")}


@case()
def a_running_task_is_told_in_full(seen: Seen) -> Steps:
    result = tell_about_me.delay()
    yield result
    assert result.get() == {
        "name": tell_about_me.name,
        "args": [],
        "kwargs": {},
        "type": tell_about_me.name,
        "acknowledged": True,
    }


@task(bind=True, acks_late=True)
def am_i_acknowledged(self: Task) -> object:
    be_known(self)
    worker = self.request.hostname
    told = app.control.inspect([worker], timeout=5).active()[worker]
    (own,) = (entry for entry in told if entry["id"] == self.request.id)
    return own["acknowledged"]


@case()
def a_late_task_is_not_acknowledged_while_it_runs(seen: Seen) -> Steps:
    result = am_i_acknowledged.delay()
    yield result
    assert result.get() is False


@case()
def several_tasks_are_found_at_once(seen: Seen) -> Steps:
    first = add.apply_async((1, 2), countdown=3)
    second = add.apply_async((1, 2), countdown=3)
    yield Until(first, "task_received")
    yield Until(second, "task_received")
    waiting = ask(seen).scheduled()[seen.worker]
    ids = [entry["request"]["id"] for entry in waiting]
    assert {first.id, second.id} <= set(ids)
    yield second


@case()
def a_worker_tells_a_report(seen: Seen) -> Steps:
    yield None
    assert "celery" in ask(seen).report()[seen.worker]["ok"]


@case()
def a_worker_tells_its_clock(seen: Seen) -> Steps:
    yield None
    assert ask(seen).clock()[seen.worker]["clock"] >= 0
