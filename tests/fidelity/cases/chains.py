"""Chains: values, failures, ids."""

from __future__ import annotations

from celery import chain
from celery.exceptions import Ignore

from tests.fidelity.case import Steps, case
from tests.fidelity.seen import Seen, answer
from tests.fidelity.stage import task
from tests.fidelity.tasks import add, boom, echo, errback, nothing, old_errback, request_of


@case()
def a_chain_passes_values_on(seen: Seen) -> Steps:
    result = chain(add.s(1, 1), add.s(5), add.s(10))()
    yield result
    assert result.get() == 17
    assert (result.parent.get(), result.parent.parent.get()) == (7, 2)
    assert result.parent.parent.parent is None


@case()
def a_chain_made_with_pipes(seen: Seen) -> Steps:
    result = (add.s(1, 1) | add.s(2) | echo.s()).delay()
    yield result
    assert result.get() == [4]


@case()
def a_broken_chain_fails_to_its_end(seen: Seen) -> Steps:
    result = chain(add.s(1, 1), boom.s(), add.s(1), add.s(2))()
    yield result
    assert seen.states(result) == ["PENDING", "FAILURE"]
    assert seen.states(result.parent) == ["PENDING", "FAILURE"]
    assert answer(result) == "ValueError('boom')"
    assert seen.runs(result) == 0
    assert seen.states(result.parent.parent.parent) == ["PENDING", "SUCCESS"]


@case()
def an_immutable_link_of_a_chain_takes_no_value(seen: Seen) -> Steps:
    result = chain(add.s(1, 1), echo.si("fresh"), echo.s("after"))()
    yield result
    assert result.get() == [["fresh"], "after"]


@case()
def a_chain_takes_arguments_for_its_first_task(seen: Seen) -> Steps:
    result = chain(add.s(4), add.s(1)).apply_async((10,))
    yield result
    assert result.get() == 15


@case()
def a_chain_of_one(seen: Seen) -> Steps:
    result = chain(add.s(1, 1)).apply_async()
    yield result
    assert result.get() == 2
    assert result.parent is None


@case()
def an_empty_chain_sends_nothing(seen: Seen) -> Steps:
    result = chain().apply_async()
    yield None
    assert result is None


@case()
def a_chain_within_a_chain(seen: Seen) -> Steps:
    result = chain(add.s(1, 1), chain(add.s(2), add.s(3)), add.s(4))()
    yield result
    assert result.get() == 11


@case()
def a_chain_that_waits(seen: Seen) -> Steps:
    result = chain(add.s(1, 1), add.s(2)).apply_async(countdown=1)
    yield result
    assert result.get() == 4
    sent = seen.moments(result.parent, "after_task_publish")[0]
    assert seen.moments(result.parent, "task_prerun")[0] - sent >= 0.5


@case()
def a_step_of_a_chain_that_waits(seen: Seen) -> Steps:
    result = chain(add.s(1, 1), add.s(2).set(countdown=1))()
    yield result
    sent = seen.moments(result, "after_task_publish")[0]
    assert seen.moments(result, "task_prerun")[0] - sent >= 0.5


@case()
def the_ids_of_a_chain(seen: Seen) -> Steps:
    result = chain(request_of.s("id"), request_of.si("parent_id", "root_id"))()
    yield result
    first = result.parent.id
    assert result.get() == {"parent_id": first, "root_id": first}


@case()
def a_chain_of_many(seen: Seen) -> Steps:
    result = chain(add.s(0, 1), *(add.s(1) for _ in range(19)))()
    yield result
    assert result.get() == 20


@task()
def stop_here(value: object) -> None:
    raise Ignore


@case()
def an_ignored_step_ends_a_chain_silently(seen: Seen) -> Steps:
    result = chain(add.s(1, 1), stop_here.s(), add.s(1))()
    yield None
    assert seen.states(result) == ["PENDING"]
    assert seen.states(result.parent) == ["PENDING"]


@task(ignore_result=True)
def ignored_number(value: int) -> int:
    return value + 1


@case()
def an_ignored_result_is_passed_on(seen: Seen) -> Steps:
    result = chain(add.s(1, 1), ignored_number.s(), add.s(1))()
    yield result
    assert result.get() == 4


@case()
def a_link_of_a_chain_belongs_to_its_last_task(seen: Seen) -> Steps:
    result = chain(add.s(1, 1), add.s(2)).apply_async(link=add.s(100))
    yield None
    assert [child.get() for child in result.children] == [104]


@case()
def an_errback_of_a_chain_belongs_to_every_task(seen: Seen) -> Steps:
    result = chain(add.s(1, 1), boom.s(), add.s(2)).apply_async(link_error=errback.s())
    yield result
    assert seen.notes(result.parent) == ["errback ValueError('boom')"]
    assert seen.notes(result) == []


@case()
def an_old_errback_of_a_chain(seen: Seen) -> Steps:
    result = chain(boom.s(), nothing.s()).on_error(old_errback.s()).apply_async()
    yield result
    yield None
    assert seen.notes(result.parent) == ["old errback"]


@case()
def the_parents_of_a_chain_have_children(seen: Seen) -> Steps:
    result = chain(add.s(1, 1), add.s(2))()
    yield result
    assert [child.id for child in result.parent.children] == [result.id]
    assert not result.children
