"""Reads inside a task."""

from __future__ import annotations

from celery import Task, group
from celery.result import allow_join_result

from tests.fidelity.case import Steps, case
from tests.fidelity.seen import Seen, answer
from tests.fidelity.stage import task
from tests.fidelity.tasks import add, boom

NEVER = "Never call result.get() within a task!"


@task()
def read() -> object:
    return add.delay(1, 1).get(timeout=5)


@case()
def a_read_in_a_task_is_refused(seen: Seen) -> Steps:
    result = read.delay()
    yield None
    assert seen.states(result) == ["PENDING", "FAILURE"]
    assert type(result.result) is RuntimeError
    assert str(result.result).startswith(NEVER)
    (child,) = result.children
    assert child.get() == 2


@task()
def read_group() -> object:
    return group(add.s(1, 1), add.s(2, 2))().get(timeout=5)


@case()
def a_read_of_a_group_in_a_task_is_refused(seen: Seen) -> Steps:
    result = read_group.delay()
    yield None
    assert type(result.result) is RuntimeError
    assert NEVER in str(result.result)


@task()
def read_on_purpose() -> object:
    with allow_join_result():
        return add.delay(1, 1).get(timeout=10)


@case()
def a_read_that_is_allowed(seen: Seen) -> Steps:
    result = read_on_purpose.delay()
    yield None
    assert result.get() == 2


@task()
def read_unguarded() -> object:
    return add.delay(1, 1).get(timeout=10, disable_sync_subtasks=False)


@case()
def a_read_without_the_guard(seen: Seen) -> Steps:
    result = read_unguarded.delay()
    yield None
    assert result.get() == 2


@task()
def read_a_failure() -> object:
    with allow_join_result():
        return boom.delay().get(timeout=10)


@case()
def a_failure_that_is_read_spreads(seen: Seen) -> Steps:
    result = read_a_failure.delay()
    yield None
    assert answer(result) == "ValueError('boom')"


@task()
def look() -> list[object]:
    result = add.apply_async((1, 1), countdown=1)
    return [result.ready(), result.state, result.result]


@case()
def a_look_is_no_read(seen: Seen) -> Steps:
    result = look.delay()
    yield None
    assert result.get() == [False, "PENDING", None]


@task()
def run_at_once() -> object:
    return add.apply((1, 1)).get(disable_sync_subtasks=False)


@case()
def an_eager_call_in_a_task(seen: Seen) -> Steps:
    result = run_at_once.delay()
    yield result
    assert result.get() == 2


@task()
def read_at_once() -> object:
    return add.apply((1, 1)).get()


@case()
def a_read_of_an_eager_result_is_refused_too(seen: Seen) -> Steps:
    result = read_at_once.delay()
    yield result
    assert NEVER in str(result.result)


@task(bind=True)
def call_directly(self: Task) -> list[object]:
    return [add(1, 1), add.run(2, 2)]


@case()
def a_direct_call_is_no_task(seen: Seen) -> Steps:
    result = call_directly.delay()
    yield result
    assert result.get() == [2, 4]
    assert not result.children
