"""Failures inside larger canvases: who fails, who waits for ever, who hears of it."""

from __future__ import annotations

from celery import Task, chain, chord, group

from tests.fidelity.case import EITHER_IS_LAST, Steps, case, since
from tests.fidelity.seen import Seen, answer
from tests.fidelity.stage import task
from tests.fidelity.tasks import add, boom, echo, errback, nothing, total

FAILED = ["PENDING", "FAILURE"]


# In 5.6 the tasks of the body are failed and revoked at the same time, in no order.
@case(since=(5, 7))
def a_failed_header_fails_every_task_of_a_group_body(seen: Seen) -> Steps:
    result = chord([add.s(1, 1), boom.s()])(group(total.s(), echo.s()))
    yield None
    assert [seen.states(member) for member in result] == [FAILED] * 2


@case(until=(5, 5))
def a_failed_header_leaves_a_group_body_waiting(seen: Seen) -> Steps:
    result = chord([add.s(1, 1), boom.s()])(group(total.s(), echo.s()))
    yield None
    assert [seen.states(member) for member in result] == [["PENDING"]] * 2


@case(other_trace=EITHER_IS_LAST)
def a_failed_header_fails_a_chain_body(seen: Seen) -> Steps:
    result = chord([add.s(1, 1), boom.s()])(chain(total.s(), add.s(1)))
    yield None
    assert seen.states(result) == since((5, 6), FAILED, before=["PENDING"])


@case()
def a_failed_member_of_a_group_in_a_chain(seen: Seen) -> Steps:
    result = chain(add.s(1, 1), group(add.s(1), boom.s()))()
    yield result
    assert [seen.states(member)[-1] for member in result] == ["SUCCESS", "FAILURE"]
    assert result.failed()


@case()
def a_chain_that_breaks_before_its_group(seen: Seen) -> Steps:
    result = chain(boom.s(), group(add.s(1), add.s(2)))()
    yield None
    assert seen.states(result.parent) == FAILED
    assert [seen.states(member) for member in result] == [["PENDING"]] * 2


@case()
def a_chain_that_breaks_before_its_chord(seen: Seen) -> Steps:
    result = chain(boom.s(), group(add.s(1), add.s(2)), total.s())()
    yield None
    assert seen.states(result) == since((5, 7), FAILED, before=["PENDING"])


@case()
def every_failed_part_of_a_header_is_a_failure_of_its_own(seen: Seen) -> Steps:
    result = chord([boom.s(1), boom.s(2), add.s(1, 1)])(total.s())
    yield result
    states = [seen.states(part)[-1] for part in result.parent]
    assert states == ["FAILURE", "FAILURE", "SUCCESS"]
    assert seen.runs(result) == 0


@case()
def a_body_hears_of_two_failures_once(seen: Seen) -> Steps:
    result = chord([boom.s(1), boom.s(2)])(total.s().on_error(errback.s()))
    yield result
    yield None
    assert len(seen.notes(result)) == 1


@task(bind=True, max_retries=1)
def fail_after_retry(self: Task) -> None:
    self.retry(exc=KeyError("used up"), countdown=0.2)


@case()
def a_header_that_uses_up_its_retries(seen: Seen) -> Steps:
    result = chord([fail_after_retry.si(), nothing.si()])(nothing.si())
    yield result
    assert "KeyError('used up')" in str(result.result)


@case()
def a_chain_in_a_group_that_breaks(seen: Seen) -> Steps:
    result = group(chain(boom.s(), add.s(1)), chain(add.s(1, 1), add.s(1)))()
    yield result
    assert [seen.states(member)[-1] for member in result] == ["FAILURE", "SUCCESS"]
    assert answer(result[0]) == "ValueError('boom')"


@case()
def an_errback_of_a_chain_in_a_chord(seen: Seen) -> Steps:
    header = chain(add.s(1, 1), boom.s().on_error(errback.s()))
    result = chord([header, add.s(2, 2)])(total.s())
    yield result
    failed = result.parent[0]
    assert seen.notes(failed) == ["errback ValueError('boom')"]


@case()
def an_errback_of_the_second_chord(seen: Seen) -> Steps:
    canvas = chain(
        group(add.s(1, 1), add.s(2, 2)), total.s(), group(boom.s(), add.s(1)), total.s()
    )
    result = canvas.apply_async(link_error=errback.s())
    yield None
    assert seen.states(result) == FAILED
    assert len(seen.notes(result)) >= 1


@case()
def a_callback_that_no_worker_knows(seen: Seen) -> Steps:
    unknown = nothing.app.signature("nowhere.callback")
    result = add.apply_async((1, 1), link=unknown)
    yield None
    assert seen.states(result) == ["PENDING", "SUCCESS"]
    (child,) = result.children
    assert seen.states(child) == FAILED
    assert type(child.result).__name__ == "NotRegistered"


@case()
def a_step_that_no_worker_knows_breaks_the_chain(seen: Seen) -> Steps:
    unknown = nothing.app.signature("nowhere.step")
    result = chain(add.s(1, 1), unknown, add.s(1))()
    yield None
    assert seen.states(result.parent) == FAILED
    assert seen.states(result) == ["PENDING"]


@case()
def a_header_that_no_worker_knows(seen: Seen) -> Steps:
    unknown = nothing.app.signature("nowhere.header")
    result = chord([add.s(1, 1), unknown])(total.s())
    yield None
    assert seen.states(result) == ["PENDING"]


@task()
def return_what_is_no_json() -> object:
    return object()


@case()
def a_value_that_is_no_json_breaks_the_chain(seen: Seen) -> Steps:
    result = chain(return_what_is_no_json.si(), nothing.s(), nothing.s())()
    yield None
    assert seen.states(result.parent.parent) == FAILED
    assert seen.states(result.parent) == since((5, 6), FAILED, before=["PENDING"])
    assert seen.states(result) == FAILED


@case()
def a_value_that_is_no_json_fails_the_chord(seen: Seen) -> Steps:
    result = chord([return_what_is_no_json.si(), nothing.si()])(nothing.si())
    yield None
    assert seen.states(result) == FAILED


@case()
def a_task_with_wrong_arguments_breaks_the_chain(seen: Seen) -> Steps:
    result = chain(add.s(1, 1), echo.s(), add.s(), nothing.s())()
    yield None
    # The arguments are checked where the task is sent: it fails whose value they are.
    before = result.parent.parent
    assert seen.states(before) == FAILED
    assert "missing 1 required positional argument" in str(before.result)
    assert seen.states(result.parent) == since((5, 6), FAILED, before=["PENDING"])
    assert seen.states(result) == FAILED
