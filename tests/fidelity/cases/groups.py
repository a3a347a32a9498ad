"""Groups and what a `GroupResult` answers."""

from __future__ import annotations

import pytest
from celery import chain, group
from celery.result import GroupResult

from tests.fidelity.case import Steps, case
from tests.fidelity.seen import Seen, answer
from tests.fidelity.stage import app
from tests.fidelity.tasks import add, boom, echo, errback, request_of


@case()
def a_group_answers_in_the_order_of_its_members(seen: Seen) -> Steps:
    result = group(add.s(i, i) for i in range(5))()
    yield result
    assert result.get() == [0, 2, 4, 6, 8]
    assert (result.successful(), result.failed(), result.completed_count()) == (
        True,
        False,
        5,
    )


@case()
def a_group_with_a_failed_member(seen: Seen) -> Steps:
    result = group(add.s(1, 1), boom.s(), add.s(2, 2))()
    yield result
    with pytest.raises(ValueError, match="boom"):
        result.get()
    assert (result.successful(), result.failed(), result.completed_count()) == (
        False,
        True,
        2,
    )


@case()
def a_group_that_does_not_propagate(seen: Seen) -> Steps:
    result = group(add.s(1, 1), boom.s())()
    yield result
    value, error = result.get(propagate=False)
    assert value == 2
    assert repr(error) == "ValueError('boom')"


@case()
def a_group_of_one(seen: Seen) -> Steps:
    result = group([add.s(1, 1)])()
    yield result
    assert result.get() == [2]


@case()
def an_empty_group_is_ready(seen: Seen) -> Steps:
    result = group([])()
    yield None
    assert result.get() == []
    assert result.ready()


@case()
def a_group_takes_arguments_for_each_member(seen: Seen) -> Steps:
    result = group(add.s(1), add.s(2)).apply_async((10,))
    yield result
    assert result.get() == [11, 12]


@case()
def a_group_that_waits(seen: Seen) -> Steps:
    result = group(add.s(1, 1), add.s(2, 2)).apply_async(countdown=1)
    yield result
    assert result.get() == [2, 4]
    for member in result:
        sent = seen.moments(member, "after_task_publish")[0]
        assert seen.moments(member, "task_prerun")[0] - sent >= 0.5


@case()
def a_group_whose_members_wait_one_after_the_other(seen: Seen) -> Steps:
    members = group(add.s(i, i) for i in range(3))
    result = members.skew(start=0.2, stop=1.4, step=0.6).apply_async()
    yield result
    moments = [seen.moments(member, "task_prerun")[0] for member in result]
    assert moments == sorted(moments)


@case()
def a_group_within_a_group_is_one_group(seen: Seen) -> Steps:
    result = group(add.s(1, 1), group(add.s(2, 2), add.s(3, 3)))()
    yield result
    assert result.get() == [2, 4, 6]


@case()
def a_group_of_chains(seen: Seen) -> Steps:
    result = group(chain(add.s(1, 1), add.s(1)), chain(add.s(2, 2), add.s(2)))()
    yield result
    assert result.get() == [3, 6]


@case()
def a_group_ends_a_chain(seen: Seen) -> Steps:
    result = chain(add.s(1, 1), group(add.s(10), add.s(20)))()
    yield result
    assert result.get() == [12, 22]
    assert result.parent.get() == 2


@case()
def the_members_know_their_group(seen: Seen) -> Steps:
    result = group(request_of.s("group", "group_index") for _ in range(2))()
    yield result
    told = result.get()
    assert [each["group_index"] for each in told] == [0, 1]
    assert {each["group"] for each in told} == {result.id}


@case()
def the_members_of_a_group_have_roots_of_their_own(seen: Seen) -> Steps:
    result = group(request_of.s("id", "root_id", "parent_id") for _ in range(2))()
    yield result
    for told in result.get():
        assert told["parent_id"] is None
        assert told["root_id"] == told["id"]


@case()
def a_link_of_a_group_belongs_to_its_first_member(seen: Seen) -> Steps:
    members = group(add.s(1, 1), add.s(2, 2))
    members.link(echo.s("linked"))
    result = members.apply_async()
    yield None
    assert result.get() == [2, 4]
    children = [[child.get() for child in member.children or []] for member in result]
    assert children == [[["linked"]], []]


@case()
def an_errback_of_a_group(seen: Seen) -> Steps:
    members = group(boom.s(1), boom.s(2))
    members.link_error(errback.s())
    result = members.apply_async()
    yield None
    assert [seen.notes(member) for member in result] == [["errback ValueError('boom')"]] * 2


@case()
def a_group_is_saved_and_restored(seen: Seen) -> Steps:
    result = group(add.s(1, 1), add.s(2, 2))()
    result.save()
    yield result
    restored = GroupResult.restore(result.id, app=app)
    assert restored.get() == [2, 4]
    result.delete()
    assert GroupResult.restore(result.id, app=app) is None


@case()
def a_group_is_forgotten(seen: Seen) -> Steps:
    result = group(add.s(1, 1), add.s(2, 2))()
    yield result
    ids = [member.id for member in result]
    assert result.get() == [2, 4]
    result.forget()
    assert [app.AsyncResult(each).state for each in ids] == ["PENDING"] * 2


@case()
def a_group_joins_and_iterates(seen: Seen) -> Steps:
    result = group(echo.s(i) for i in range(3))()
    yield result
    assert result.join() == [[0], [1], [2]]
    assert result.join_native() == [[0], [1], [2]]
    by_id = {task_id: meta["result"] for task_id, meta in result.iter_native()}
    assert by_id == {member.id: [i] for i, member in enumerate(result)}
    assert [answer(member) for member in result] == [[0], [1], [2]]


@case()
def one_group_may_be_sent_twice(seen: Seen) -> Steps:
    members = group(add.s(1, 1), add.s(2, 2))
    first, second = members.apply_async(), members.apply_async()
    yield first
    yield second
    assert first.get() == second.get() == [2, 4]
    assert not {member.id for member in first} & {member.id for member in second}
