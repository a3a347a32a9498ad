"""Moments: countdown, eta and expiry."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

import pytest
from celery import Task, chain, group
from celery.exceptions import TaskRevokedError

from tests.fidelity.case import Steps, Until, case
from tests.fidelity.seen import Seen, answer
from tests.fidelity.stage import task
from tests.fidelity.tasks import add, errback, request_of


def soon(seconds: float) -> datetime:
    """A moment from now."""
    return datetime.now(timezone.utc) + timedelta(seconds=seconds)


@case()
def a_countdown_delays_the_run(seen: Seen) -> Steps:
    result = add.apply_async((1, 2), countdown=3)
    yield Until(result, "task_received")
    assert result.state == "PENDING"
    yield result
    assert result.get() == 3
    sent = seen.moments(result, "after_task_publish")[0]
    assert seen.moments(result, "task_prerun")[0] - sent >= 0.5


@case()
def an_eta_delays_the_run(seen: Seen) -> Steps:
    result = add.apply_async((1, 2), eta=soon(1))
    yield result
    sent = seen.moments(result, "after_task_publish")[0]
    assert seen.moments(result, "task_prerun")[0] - sent >= 0.5


@case()
def an_eta_in_another_zone(seen: Seen) -> Steps:
    eta = soon(1).astimezone(timezone(timedelta(hours=5)))
    result = add.apply_async((1, 2), eta=eta)
    yield result
    sent = seen.moments(result, "after_task_publish")[0]
    assert 0.5 <= seen.moments(result, "task_prerun")[0] - sent < 60


@case()
def a_naive_eta_is_utc(seen: Seen) -> Steps:
    result = add.apply_async((1, 2), eta=soon(1).replace(tzinfo=None))
    yield result
    sent = seen.moments(result, "after_task_publish")[0]
    assert seen.moments(result, "task_prerun")[0] - sent >= 0.5


@case()
def an_eta_that_is_past_runs_at_once(seen: Seen) -> Steps:
    result = add.apply_async((1, 2), eta=soon(-60))
    yield result
    assert result.get() == 3


@case()
def the_sooner_eta_runs_first(seen: Seen) -> Steps:
    late = add.apply_async((3, 0), countdown=2)
    sooner = add.apply_async((1, 0), countdown=0.5)
    yield late
    runs = [seen.moments(each, "task_prerun")[0] for each in (sooner, late)]
    assert runs == sorted(runs)


@case()
def a_scheduled_task_tells_its_eta(seen: Seen) -> Steps:
    result = request_of.apply_async(("eta", "expires"), countdown=1)
    yield result
    told = result.get()
    assert datetime.fromisoformat(told["eta"]).tzinfo is not None
    assert told["expires"] is None


@case()
def an_expired_task_is_revoked(seen: Seen) -> Steps:
    result = add.apply_async((1, 2), expires=soon(-5))
    yield result
    assert seen.states(result) == ["PENDING", "REVOKED"]
    assert seen.signals(result) == ["task_revoked"]
    assert seen.details(result) == ["expired"]
    assert answer(result) == "TaskRevokedError('expired')"
    with pytest.raises(TaskRevokedError, match="expired"):
        result.get()


@case()
def an_expiry_in_seconds_that_are_past(seen: Seen) -> Steps:
    result = add.apply_async((1, 2), expires=-5)
    yield result
    assert seen.states(result) == ["PENDING", "REVOKED"]


@case()
def a_task_that_expires_later_runs(seen: Seen) -> Steps:
    result = add.apply_async((1, 2), expires=60)
    yield result
    assert result.get() == 3


@case()
def a_task_expires_while_it_waits(seen: Seen) -> Steps:
    result = add.apply_async((1, 2), countdown=1.5, expires=0.5)
    yield result
    assert seen.states(result) == ["PENDING", "REVOKED"]
    assert seen.runs(result) == 0


@case()
def an_expired_task_calls_no_errback_and_no_hook(seen: Seen) -> Steps:
    result = add.apply_async((1, 2), expires=-5, link_error=errback.s())
    yield result
    assert seen.notes(result) == []
    assert seen.hooks(result) == []


@task(bind=True, max_retries=None)
def retry_for_ever(self: Task) -> None:
    self.retry(countdown=0.6)


@case()
def retries_end_where_the_task_expires(seen: Seen) -> Steps:
    result = retry_for_ever.apply_async(expires=1)
    yield result
    assert seen.states(result) == ["PENDING", "RETRY", "REVOKED"]
    assert seen.runs(result) == 2


@case()
def an_expired_step_of_a_chain(seen: Seen) -> Steps:
    result = chain(add.s(1, 1), add.s(1).set(expires=-5), add.s(1))()
    yield None
    assert seen.states(result.parent) == ["PENDING", "REVOKED"]
    assert seen.states(result) == ["PENDING"]


@case()
def an_expired_member_of_a_group(seen: Seen) -> Steps:
    result = group(add.s(1, 1), add.s(2, 2).set(expires=-5))()
    yield result
    assert [seen.states(member)[-1] for member in result] == ["SUCCESS", "REVOKED"]
    with pytest.raises(TaskRevokedError):
        result.get()
