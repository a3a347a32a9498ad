"""When a message is acknowledged, and what comes back if it is rejected."""

from __future__ import annotations

from typing import TYPE_CHECKING

from celery.exceptions import Ignore, Reject

from tests.fidelity.case import Steps, case, since
from tests.fidelity.seen import Seen
from tests.fidelity.stage import note, task

if TYPE_CHECKING:
    from celery import Task


@task(bind=True, acks_late=True)
def reject_once(self: Task) -> bool:
    redelivered = bool(self.request.delivery_info["redelivered"])
    note(self, f"redelivered {redelivered}")
    if not redelivered:
        raise Reject("once more", requeue=True)
    return redelivered


@case()
def a_rejected_message_comes_back(seen: Seen) -> Steps:
    result = reject_once.delay()
    yield result
    assert seen.states(result) == ["PENDING", "SUCCESS"]
    assert seen.notes(result) == ["redelivered False", "redelivered True"]
    assert len(seen.published(result)) == 2


@task(bind=True)
def reject_when_acknowledged(self: Task) -> None:
    raise Reject("too late", requeue=True)


@case()
def an_acknowledged_message_cannot_come_back(seen: Seen) -> Steps:
    result = reject_when_acknowledged.delay()
    yield None
    assert seen.states(result) == ["PENDING"]
    assert seen.runs(result) == 1


@task(acks_late=True)
def reject_for_good() -> None:
    raise Reject("never", requeue=False)


@case()
def a_message_is_rejected_for_good(seen: Seen) -> Steps:
    result = reject_for_good.delay()
    yield None
    stored = ["PENDING", "FAILURE"]
    assert seen.states(result) == since((5, 7), stored, before=["PENDING"])
    assert seen.runs(result) == 1


@task(acks_late=True)
def fail_late() -> None:
    raise ValueError("late")


@case()
def a_failure_is_acknowledged_late(seen: Seen) -> Steps:
    result = fail_late.delay()
    yield result
    yield None
    assert seen.states(result) == ["PENDING", "FAILURE"]
    assert seen.runs(result) == 1


@task(acks_late=True, acks_on_failure_or_timeout=False)
def fail_and_reject() -> None:
    raise ValueError("rejected")


@case()
def a_failure_that_is_not_acknowledged_does_not_come_back(seen: Seen) -> Steps:
    result = fail_and_reject.delay()
    yield result
    yield None
    assert seen.states(result) == ["PENDING", "FAILURE"]
    assert seen.runs(result) == 1


@task(bind=True, acks_late=True)
def ignore_late(self: Task) -> None:
    self.update_state(state="SKIPPED")
    raise Ignore


@case()
def an_ignored_task_is_acknowledged_late(seen: Seen) -> Steps:
    result = ignore_late.delay()
    yield None
    assert seen.states(result) == ["PENDING", "SKIPPED"]
    assert seen.runs(result) == 1


@task(bind=True, acks_late=True)
def retry_late(self: Task) -> bool:
    if not self.request.retries:
        self.retry(countdown=0.2)
    return bool(self.request.delivery_info["redelivered"])


@case()
def a_retry_is_no_redelivery(seen: Seen) -> Steps:
    result = retry_late.delay()
    yield result
    assert result.get() is False
