"""Tasks whose process is lost, or terminated on purpose."""

from __future__ import annotations

import sys
import time

from celery import Task, chain, chord
from celery.exceptions import TaskRevokedError

from tests.fidelity.case import Steps, Until, case, since
from tests.fidelity.seen import Seen, answer
from tests.fidelity.stage import Recorded, app, die, note, task
from tests.fidelity.tasks import errback, nothing

UNWINDS = "the guard can't kill its own process: the stack of the lost task unwinds"
RACE = "a real worker announces the end while the process unwinds, and either may be first"


@task()
def lose() -> None:
    die()


@case(other_trace=UNWINDS)
def a_lost_process_fails_its_task(seen: Seen) -> Steps:
    result = lose.delay()
    yield result
    assert seen.states(result) == ["PENDING", "FAILURE"]
    assert type(result.result).__name__ == "WorkerLostError"
    assert seen.runs(result) == 1


@case(differs=UNWINDS)
def a_lost_process_tells_what_it_was(seen: Seen) -> Steps:
    result = lose.delay()
    yield result
    reason = "Worker exited prematurely: signal 9 (SIGKILL) Job: "
    assert str(result.result).startswith(reason)


@case(differs=UNWINDS)
def a_lost_process_sends_no_last_signal(seen: Seen) -> Steps:
    result = lose.delay()
    yield result
    assert seen.signals(result) == ["task_prerun", "task_failure"]


@task(acks_late=True)
def lose_late() -> None:
    die()


@case(other_trace=UNWINDS)
def a_lost_process_fails_a_late_task(seen: Seen) -> Steps:
    result = lose_late.delay()
    yield result
    yield None
    assert seen.states(result) == ["PENDING", "FAILURE"]
    assert seen.runs(result) == 1


@task(bind=True, acks_late=True, reject_on_worker_lost=True)
def lose_once(self: Task) -> str:
    redelivered = self.request.delivery_info["redelivered"]
    note(self, f"redelivered {bool(redelivered)}")
    if not redelivered:
        die()
    return "second time"


@case(other_trace=UNWINDS)
def a_lost_task_comes_back_where_it_asks_for_it(seen: Seen) -> Steps:
    result = lose_once.delay()
    yield result
    assert seen.states(result) == ["PENDING", "SUCCESS"]
    assert seen.notes(result) == ["redelivered False", "redelivered True"]


@task(track_started=True)
def lose_tracked() -> None:
    die()


@case(other_trace=UNWINDS)
def a_lost_task_was_started(seen: Seen) -> Steps:
    result = lose_tracked.delay()
    yield result
    assert seen.states(result) == ["PENDING", "STARTED", "FAILURE"]


@case(other_trace=UNWINDS)
def a_lost_task_calls_its_errback(seen: Seen) -> Steps:
    result = lose.apply_async(link_error=errback.s())
    yield result
    yield None
    (told,) = seen.notes(result)
    assert told.startswith("errback WorkerLostError")


@case(other_trace=UNWINDS)
def a_lost_task_breaks_its_chain(seen: Seen) -> Steps:
    result = chain(lose.si(), nothing.si())()
    yield result
    assert seen.states(result) == ["PENDING", "FAILURE"]


@case(other_trace=UNWINDS)
def a_lost_task_fails_its_chord(seen: Seen) -> Steps:
    result = chord([lose.si(), nothing.si()])(nothing.si())
    yield result
    assert type(result.result).__name__ == "ChordError"


class LostAtLast(Recorded):
    """Loses its process when the result is stored, and the worker does not know of it yet."""

    abstract = True

    def after_return(
        self, status: str, retval: object, task_id: str, *rest: object
    ) -> None:
        super().after_return(status, retval, task_id, *rest)
        if not self.request.delivery_info["redelivered"]:
            die()


@task(base=LostAtLast)
def lose_stored() -> str:
    return "stored"


@case(other_trace=UNWINDS)
def a_process_that_is_lost_with_its_work_done_keeps_the_result(seen: Seen) -> Steps:
    result = lose_stored.delay()
    yield Until(result, "after_return SUCCESS")
    yield 3.0
    assert seen.states(result) == ["PENDING", "SUCCESS"]
    assert result.get() == "stored"


@task(base=LostAtLast, acks_late=True, reject_on_worker_lost=True)
def lose_stored_late() -> str:
    return "stored"


@case(other_trace=UNWINDS)
def work_that_is_done_is_done_again_before_a_late_acknowledgement(seen: Seen) -> Steps:
    result = lose_stored_late.delay()
    runs = since((5, 7), 1, before=2)
    yield Until(result, "after_return SUCCESS", times=runs)
    yield 3.0
    assert seen.states(result) == ["PENDING", "SUCCESS"]
    # Celery 5.7 looks at the stored result before it lets a lost task run again.
    assert seen.runs(result) == runs


class LostAtFirst(Recorded):
    """Loses its process before the body begins."""

    abstract = True

    def before_start(self, task_id: str, args: object, kwargs: object) -> None:
        super().before_start(task_id, args, kwargs)
        if not self.request.delivery_info["redelivered"]:
            die()


@task(base=LostAtFirst, bind=True, acks_late=True, reject_on_worker_lost=True)
def lose_first(self: Task) -> None:
    note(self, "body")


@case(other_trace=UNWINDS)
def a_task_whose_process_is_lost_before_the_body_comes_back(seen: Seen) -> Steps:
    result = lose_first.delay()
    yield result
    assert seen.states(result) == ["PENDING", "SUCCESS"]
    assert seen.notes(result) == ["body"]


@task()
def leave() -> None:
    sys.exit(3)


@case()
def a_task_that_exits_loses_its_process(seen: Seen) -> Steps:
    result = leave.delay()
    yield None
    # Billiard 4.3 tells of the exit in a way that Celery understands since 5.7 only.
    states = since((5, 7), ["PENDING", "FAILURE"], before=["PENDING"])
    assert seen.states(result) == states
    lost = "WorkerLostError('Worker exited prematurely: exitcode 3.')"
    assert answer(result) == since((5, 7), lost, before=None)


@task(bind=True)
def be_terminated(self: Task) -> None:
    app.control.revoke(self.request.id, terminate=True, destination=[self.request.hostname])
    time.sleep(8)
    note(self, "survived")


@case(other_trace=RACE)
def a_running_task_is_terminated(seen: Seen) -> Steps:
    result = be_terminated.delay()
    yield result
    yield None
    assert seen.states(result) == ["PENDING", "REVOKED"]
    assert seen.notes(result) == []
    assert seen.details(result) == ["terminated"]
    assert type(result.result) is TaskRevokedError
