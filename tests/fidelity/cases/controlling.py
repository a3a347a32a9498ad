"""Remote control and what a worker tells of itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.fidelity.case import Steps, Until, case, since
from tests.fidelity.seen import Seen
from tests.fidelity.stage import app, task
from tests.fidelity.tasks import add, be_known

if TYPE_CHECKING:
    from celery import Task
    from celery.app.control import Inspect


def ask(seen: Seen) -> Inspect:
    """Questions for the case's own worker."""
    return app.control.inspect([seen.worker], timeout=5)


@case()
def a_worker_answers_a_ping(seen: Seen) -> Steps:
    yield None
    assert app.control.ping([seen.worker], timeout=5) == [{seen.worker: {"ok": "pong"}}]
    assert ask(seen).ping() == {seen.worker: {"ok": "pong"}}


@case()
def a_worker_tells_its_tasks(seen: Seen) -> Steps:
    yield None
    assert add.name in ask(seen).registered()[seen.worker]


@case()
def a_worker_tells_options_of_its_tasks(seen: Seen) -> Steps:
    yield None
    told = ask(seen).registered("max_retries")[seen.worker]
    assert f"{add.name} [max_retries=3]" in told


@case()
def a_worker_tells_what_waits(seen: Seen) -> Steps:
    result = add.apply_async((1, 2), countdown=3)
    yield Until(result, "task_received")
    waiting = ask(seen).scheduled()[seen.worker]
    (own,) = (entry for entry in waiting if entry["request"]["id"] == result.id)
    assert own["request"]["name"] == add.name
    assert own["request"]["args"] == [1, 2]
    yield result


@case()
def a_worker_finds_a_waiting_task(seen: Seen) -> Steps:
    result = add.apply_async((1, 2), countdown=3)
    yield Until(result, "task_received")
    found = ask(seen).query_task(result.id)[seen.worker]
    place = found.get(result.id, ["nowhere"])[0]
    assert place == since((5, 7), "scheduled", before="nowhere")
    yield result


@case()
def a_worker_does_not_find_a_finished_task(seen: Seen) -> Steps:
    result = add.delay(1, 2)
    yield result
    yield None
    assert ask(seen).query_task(result.id)[seen.worker] == {}


@case()
def a_worker_tells_what_is_revoked(seen: Seen) -> Steps:
    app.control.revoke("revoked-and-told", destination=[seen.worker])
    yield 0.5
    assert "revoked-and-told" in ask(seen).revoked()[seen.worker]


@case()
def a_worker_knows_no_such_command(seen: Seen) -> Steps:
    yield None
    told = app.control.broadcast(
        "no_such_command", destination=[seen.worker], reply=True, timeout=5
    )
    assert list(told[0]) == [seen.worker]
    assert "error" in told[0][seen.worker]


@case()
def another_worker_does_not_answer(seen: Seen) -> Steps:
    yield None
    assert app.control.ping(["nobody@nowhere"], timeout=0.2) == []


@task(bind=True)
def am_i_active(self: Task) -> object:
    be_known(self)
    told = app.control.inspect([self.request.hostname], timeout=5).active()
    return [
        entry["name"]
        for entry in told[self.request.hostname]
        if entry["id"] == self.request.id
    ]


@case()
def a_running_task_is_active(seen: Seen) -> Steps:
    result = am_i_active.delay()
    yield result
    assert result.get() == [am_i_active.name]


@case()
def a_worker_changes_a_time_limit(seen: Seen) -> Steps:
    yield None
    to = {"destination": [seen.worker], "reply": True, "timeout": 5}
    told = app.control.time_limit(am_i_active.name, soft=60, hard=90, **to)
    assert told == [{seen.worker: {"ok": "time limits set successfully"}}]


@case()
def a_rate_limit_of_an_unknown_task(seen: Seen) -> Steps:
    yield None
    to = {"destination": [seen.worker], "reply": True, "timeout": 5}
    told = app.control.rate_limit("nowhere.nothing", "1/s", **to)
    assert told == [{seen.worker: {"error": "unknown task"}}]


@case()
def a_worker_tells_its_queues(seen: Seen) -> Steps:
    result = add.delay(1, 2)
    yield result
    names = [queue["name"] for queue in ask(seen).active_queues()[seen.worker]]
    assert "plain" in names
