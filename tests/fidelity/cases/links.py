"""Callbacks and errbacks of single tasks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.fidelity.case import Steps, case, since
from tests.fidelity.seen import Seen, answer
from tests.fidelity.stage import app, note, task
from tests.fidelity.tasks import add, boom, echo, errback, nothing, old_errback, request_of

if TYPE_CHECKING:
    from celery import Task


@case()
def a_link_gets_the_value(seen: Seen) -> Steps:
    result = add.apply_async((1, 2), link=add.s(10))
    yield None
    assert result.get() == 3
    assert [child.get() for child in result.children] == [13]


@case()
def several_links_get_the_value(seen: Seen) -> Steps:
    result = add.apply_async((1, 2), link=[add.s(10), add.s(20), echo.s("x")])
    yield None
    # Celery sends several links as one group.
    (children,) = result.children
    assert children.get() == [13, 23, [3, "x"]]


@case()
def a_link_has_a_link(seen: Seen) -> Steps:
    callback = add.s(10)
    callback.link(add.s(100))
    result = add.apply_async((1, 2), link=callback)
    yield None
    (child,) = result.children
    (grandchild,) = child.children
    assert grandchild.get() == 113


@case()
def an_immutable_link_gets_nothing(seen: Seen) -> Steps:
    result = add.apply_async((1, 2), link=echo.si("alone"))
    yield None
    assert [child.get() for child in result.children] == [["alone"]]


@case()
def a_link_gets_none(seen: Seen) -> Steps:
    result = nothing.apply_async(link=echo.s())
    yield None
    assert [child.get() for child in result.children] == [[None]]


@case()
def a_failed_task_calls_no_link(seen: Seen) -> Steps:
    result = boom.apply_async(link=add.s(1))
    yield None
    assert not result.children


@case()
def a_link_knows_parent_and_root(seen: Seen) -> Steps:
    result = nothing.apply_async(link=request_of.si("parent_id", "root_id"))
    yield None
    (child,) = result.children
    assert child.get() == {"parent_id": result.id, "root_id": result.id}


@case()
def a_failing_link_leaves_the_task_alone(seen: Seen) -> Steps:
    result = add.apply_async((1, 2), link=boom.s())
    yield None
    assert seen.states(result) == ["PENDING", "SUCCESS"]
    (child,) = result.children
    assert answer(child) == "ValueError('boom')"


@case()
def an_errback_gets_request_and_error(seen: Seen) -> Steps:
    result = boom.apply_async(link_error=errback.s())
    yield None
    assert seen.states(result) == ["PENDING", "FAILURE"]
    assert seen.notes(result) == ["errback ValueError('boom')"]


@case()
def an_old_errback_gets_the_id(seen: Seen) -> Steps:
    result = boom.apply_async(link_error=old_errback.s())
    yield None
    assert seen.notes(result) == ["old errback"]


@case()
def errbacks_old_and_new(seen: Seen) -> Steps:
    result = boom.apply_async(link_error=[errback.s(), old_errback.s(), errback.s()])
    yield None
    notes = ["errback ValueError('boom')", "errback ValueError('boom')", "old errback"]
    assert sorted(seen.notes(result)) == notes


@case()
def a_success_calls_no_errback(seen: Seen) -> Steps:
    result = add.apply_async((1, 2), link_error=errback.s())
    yield None
    assert seen.notes(result) == []


@case()
def an_errback_of_a_link(seen: Seen) -> Steps:
    result = add.apply_async((1, 2), link=boom.s().on_error(errback.s()))
    yield None
    (child,) = result.children
    assert seen.notes(child) == ["errback ValueError('boom')"]


@task()
def tag_failure(request: Task, error: Exception, traceback: object, tag: str = "") -> None:
    note(request.id, f"{tag} {type(error).__name__} {request.task}")


@case()
def an_errback_with_arguments_of_its_own(seen: Seen) -> Steps:
    result = boom.apply_async(link_error=tag_failure.s(tag="tagged"))
    yield None
    assert seen.notes(result) == ["tagged ValueError tests.fidelity.tasks.boom"]


@task()
def broken_errback(request: Task, error: Exception, traceback: object) -> None:
    note(request.id, "broken errback")
    raise RuntimeError("worse")


@case()
def a_broken_errback(seen: Seen) -> Steps:
    result = boom.apply_async(link_error=broken_errback.s())
    yield result
    # Before 5.7 its error is taken for one of the task, and it is called again.
    assert seen.notes(result) == ["broken errback"] * since((5, 7), 1, before=3)
    left = since((5, 7), "ValueError('boom')", before="RuntimeError('worse')")
    assert answer(result) == left


@case()
def an_unknown_task_calls_its_errback(seen: Seen) -> Steps:
    result = app.send_task("nowhere.else", link_error=old_errback.s())
    yield result
    assert seen.notes(result) == []
