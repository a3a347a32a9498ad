"""Settings of an app that change what its tasks do."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from celery.exceptions import SoftTimeLimitExceeded

from tests.fidelity.case import Steps, case
from tests.fidelity.seen import Seen, answer
from tests.fidelity.stage import note, task, tuned

if TYPE_CHECKING:
    from celery import Task


@task(tuned)
def sleep_long() -> None:
    time.sleep(8)


@case(tuned)
def a_soft_limit_by_setting(seen: Seen) -> Steps:
    result = sleep_long.delay()
    yield result
    assert seen.states(result) == ["PENDING", "STARTED", "FAILURE"]
    assert type(result.result) is SoftTimeLimitExceeded


@task(tuned, soft_time_limit=30)
def sleep_a_little() -> str:
    time.sleep(0.1)
    return "slept"


@case(tuned)
def a_task_has_a_limit_of_its_own(seen: Seen) -> Steps:
    result = sleep_a_little.delay()
    yield result
    assert result.get() == "slept"


@task(tuned)
def big() -> str:
    return "x" * 1000


@case(tuned)
def compressed_values_are_read(seen: Seen) -> Steps:
    result = big.delay()
    yield result
    assert result.get() == "x" * 1000


@task(tuned, bind=True)
def own_options(self: Task) -> list[object]:
    return [self.acks_late, self.track_started, self.max_retries, self.default_retry_delay]


@case(tuned)
def a_task_takes_options_from_settings(seen: Seen) -> Steps:
    result = own_options.delay()
    yield result
    assert result.get() == [True, True, 1, 0.2]


@task(tuned, bind=True)
def own_queue(self: Task) -> object:
    return self.request.delivery_info["routing_key"]


@case(tuned)
def a_default_queue_by_setting(seen: Seen) -> Steps:
    result = own_queue.delay()
    yield result
    assert result.get() == "tuned"


@task(tuned, ignore_result=True, bind=True)
def ignored_and_tracked_by_setting(self: Task) -> None:
    note(self, "ran")


@case(tuned)
def an_ignored_task_is_not_tracked(seen: Seen) -> Steps:
    result = ignored_and_tracked_by_setting.delay()
    yield None
    assert seen.states(result) == ["PENDING"]
    assert seen.notes(result) == ["ran"]


@task(tuned, bind=True, autoretry_for=(ValueError,))
def recover_by_setting(self: Task) -> int:
    if not self.request.retries:
        raise ValueError("not yet")
    return int(self.request.retries)


@case(tuned)
def an_annotation_sets_the_delay_of_an_autoretry(seen: Seen) -> Steps:
    result = recover_by_setting.delay()
    yield result
    assert result.get() == 1
    assert seen.details(result) == ["retry after 0.2"]


@task(tuned)
def fail_tuned() -> None:
    raise ValueError("tuned")


@case(tuned)
def a_late_failure_is_not_sent_again(seen: Seen) -> Steps:
    result = fail_tuned.delay()
    yield result
    yield None
    assert answer(result) == "ValueError('tuned')"
    assert seen.runs(result) == 1
