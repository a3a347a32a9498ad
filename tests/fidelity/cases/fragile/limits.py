"""Time limits, soft and hard."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from celery.exceptions import SoftTimeLimitExceeded

from tests.fidelity.case import Steps, case, since
from tests.fidelity.seen import Seen, answer
from tests.fidelity.stage import note, task
from tests.fidelity.tasks import errback

if TYPE_CHECKING:
    from celery import Task


@task(bind=True)
def sleep(self: Task, seconds: float) -> str:
    note(self, "begun")
    time.sleep(seconds)
    return "slept"


@case()
def a_task_keeps_within_its_limits(seen: Seen) -> Steps:
    result = sleep.apply_async((0.1,), soft_time_limit=5, time_limit=10)
    yield result
    assert result.get() == "slept"


@case()
def a_soft_limit_raises_in_the_task(seen: Seen) -> Steps:
    result = sleep.apply_async((8,), soft_time_limit=1)
    yield result
    assert seen.states(result) == ["PENDING", "FAILURE"]
    assert answer(result) == "SoftTimeLimitExceeded()"
    assert seen.signals(result) == ["task_prerun", "task_failure", "task_postrun"]


@task(soft_time_limit=1)
def clean_up() -> str:
    try:
        time.sleep(8)
    except SoftTimeLimitExceeded:
        return "cleaned up"
    return "never"


@case()
def a_soft_limit_is_caught(seen: Seen) -> Steps:
    result = clean_up.delay()
    yield result
    assert seen.states(result) == ["PENDING", "SUCCESS"]
    assert result.get() == "cleaned up"


@case()
def a_hard_limit_ends_the_process(seen: Seen) -> Steps:
    result = sleep.apply_async((8,), time_limit=1)
    yield result
    assert seen.states(result) == ["PENDING", "FAILURE"]
    assert answer(result) == "TimeLimitExceeded(1)"
    # The process gets SIGTERM, which unwinds its stack; 5.7 takes that for a failure too.
    failures = ["task_failure"] * since((5, 7), 2, before=1)
    assert seen.signals(result) == ["task_prerun", *failures, "task_postrun"]
    hooks = since((5, 7), ["on_failure", "after_return FAILURE"], before=[])
    assert seen.hooks(result) == ["before_start", *hooks]


@task(time_limit=1)
def never_done() -> None:
    time.sleep(8)


@case()
def a_hard_limit_of_the_task(seen: Seen) -> Steps:
    result = never_done.delay()
    yield result
    assert answer(result) == "TimeLimitExceeded(1)"


@task(time_limit=1, acks_late=True)
def never_done_late() -> None:
    time.sleep(8)


@case()
def a_hard_limit_of_a_late_task_is_final(seen: Seen) -> Steps:
    result = never_done_late.delay()
    yield result
    yield None
    assert seen.states(result) == ["PENDING", "FAILURE"]
    assert seen.runs(result) == 1


@case()
def a_hard_limit_calls_the_errback(seen: Seen) -> Steps:
    result = sleep.apply_async((8,), time_limit=1, link_error=errback.s())
    yield result
    yield None
    # The worker marks the failure twice: once for the limit, once for the lost process.
    assert seen.notes(result) == ["begun"] + ["errback TimeLimitExceeded(1)"] * 2


@task(
    bind=True,
    soft_time_limit=1,
    autoretry_for=(SoftTimeLimitExceeded,),
    default_retry_delay=0.2,
)
def slow_once(self: Task) -> str:
    if not self.request.retries:
        time.sleep(8)
    return "fast"


@case()
def a_soft_limit_leads_to_a_retry(seen: Seen) -> Steps:
    result = slow_once.apply_async()
    yield result
    assert seen.states(result) == ["PENDING", "RETRY", "SUCCESS"]


@task(bind=True)
def own_limits(self: Task) -> object:
    return self.request.timelimit


@case()
def a_request_tells_its_limits(seen: Seen) -> Steps:
    result = own_limits.apply_async(soft_time_limit=5, time_limit=10)
    yield result
    assert result.get() == [10, 5]


@task(bind=True, track_started=True, time_limit=1)
def tracked_and_slow(self: Task) -> None:
    self.update_state(state="PROGRESS")
    time.sleep(8)


@case()
def a_hard_limit_after_progress(seen: Seen) -> Steps:
    result = tracked_and_slow.delay()
    yield result
    assert seen.states(result) == ["PENDING", "STARTED", "PROGRESS", "FAILURE"]
