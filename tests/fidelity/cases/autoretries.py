"""Retries that a task's options ask for, and retries inside a canvas."""

from __future__ import annotations

from celery import Task, chain, chord

from tests.fidelity.case import Steps, case
from tests.fidelity.seen import Seen, answer
from tests.fidelity.stage import task, tuned
from tests.fidelity.tasks import add, errback, total

EVERY_TIME = {"retry_jitter": False, "max_retries": 2}


@task(autoretry_for=(ValueError,), retry_kwargs={"max_retries": 1, "countdown": 0.2})
def retry_by_option() -> None:
    raise ValueError("again")


@case()
def an_autoretry_gives_up_with_the_error(seen: Seen) -> Steps:
    result = retry_by_option.delay()
    yield result
    assert seen.states(result) == ["PENDING", "RETRY", "FAILURE"]
    assert answer(result) == "ValueError('again')"
    assert seen.runs(result) == 2


@task(bind=True, autoretry_for=(ValueError,), default_retry_delay=0.2)
def recover(self: Task) -> int:
    if self.request.retries < 2:
        raise ValueError("not yet")
    return int(self.request.retries)


@case()
def an_autoretry_recovers(seen: Seen) -> Steps:
    result = recover.delay()
    yield result
    assert result.get() == 2


@task(autoretry_for=(Exception,), dont_autoretry_for=(KeyError,), default_retry_delay=0.2)
def retry_but_not_this() -> None:
    raise KeyError("final")


@case()
def an_autoretry_leaves_out_an_error(seen: Seen) -> Steps:
    result = retry_but_not_this.delay()
    yield result
    assert seen.states(result) == ["PENDING", "FAILURE"]


@task(autoretry_for=(KeyError,), default_retry_delay=0.2)
def retry_another_error() -> None:
    raise ValueError("not asked for")


@case()
def an_error_that_no_autoretry_names(seen: Seen) -> Steps:
    result = retry_another_error.delay()
    yield result
    assert seen.runs(result) == 1


@task(autoretry_for=(ValueError,), retry_backoff=True, **EVERY_TIME)
def back_off() -> None:
    raise ValueError


@case()
def a_backoff_doubles_the_delay(seen: Seen) -> Steps:
    result = back_off.delay()
    yield result
    assert seen.details(result) == ["retry after 1", "retry after 2"]


@task(autoretry_for=(ValueError,), retry_backoff=8, retry_backoff_max=1, **EVERY_TIME)
def back_off_no_further() -> None:
    raise ValueError


@case()
def a_backoff_has_a_limit(seen: Seen) -> Steps:
    result = back_off_no_further.delay()
    yield result
    assert seen.details(result) == ["retry after 1"] * 2


@task(tuned, bind=True)
def retry_by_setting(self: Task) -> None:
    self.retry(exc=KeyError("set"))


@case(tuned)
def annotations_set_limit_and_delay(seen: Seen) -> Steps:
    result = retry_by_setting.delay()
    yield result
    assert seen.states(result) == ["PENDING", "STARTED", "RETRY", "STARTED", "FAILURE"]
    assert seen.runs(result) == 2


@task(bind=True)
def add_the_second_time(self: Task, x: int, y: int) -> int:
    if not self.request.retries:
        self.retry(countdown=0.3)
    return x + y


@case()
def a_retry_in_a_chain_keeps_the_chain(seen: Seen) -> Steps:
    result = chain(add.s(1, 1), add_the_second_time.s(1), add.s(1))()
    yield result
    assert result.get() == 4
    assert seen.states(result.parent) == ["PENDING", "RETRY", "SUCCESS"]
    assert seen.runs(result) == 1


@case()
def a_retry_in_a_chord_lets_the_body_wait(seen: Seen) -> Steps:
    result = chord([add_the_second_time.s(1, 1), add.s(2, 2)])(total.s())
    yield result
    assert result.get() == 6
    assert seen.runs(result) == 1


@case()
def a_link_runs_once_after_a_retry(seen: Seen) -> Steps:
    result = add_the_second_time.apply_async((1, 1), link=add.s(5))
    yield None
    assert [child.get() for child in result.children] == [7]


@case()
def an_errback_runs_when_retries_are_used_up(seen: Seen) -> Steps:
    result = retry_by_option.apply_async(link_error=errback.s())
    yield None
    assert seen.notes(result) == ["errback ValueError('again')"]
