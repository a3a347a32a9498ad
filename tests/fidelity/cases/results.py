"""What an `AsyncResult` answers."""

from __future__ import annotations

from datetime import datetime, timezone

import pytest
from celery import Task, chain, group
from celery.exceptions import TimeoutError as ReadTimeout
from celery.result import AsyncResult, ResultSet, result_from_tuple

from tests.fidelity.case import Steps, Until, case
from tests.fidelity.seen import Seen
from tests.fidelity.stage import app, task, tuned
from tests.fidelity.tasks import add, boom, echo, nothing


@case()
def a_result_is_found_by_its_id(seen: Seen) -> Steps:
    result = add.delay(1, 2)
    yield result
    again = AsyncResult(result.id, app=app)
    assert (again.state, again.get(), again.ready()) == ("SUCCESS", 3, True)
    assert again == result


@case()
def an_unknown_id_is_pending(seen: Seen) -> Steps:
    unknown = app.AsyncResult("never-sent")
    yield None
    assert (unknown.state, unknown.result, unknown.ready()) == ("PENDING", None, False)
    assert unknown.traceback is None
    assert unknown.date_done is None


@case()
def a_failure_need_not_be_raised(seen: Seen) -> Steps:
    result = boom.delay()
    yield result
    assert repr(result.get(propagate=False)) == "ValueError('boom')"
    assert repr(result.result) == repr(result.info) == "ValueError('boom')"
    with pytest.raises(ValueError, match="boom"):
        result.maybe_throw()


@case()
def a_read_that_waits_too_long(seen: Seen) -> Steps:
    result = add.apply_async((1, 2), countdown=2)
    with pytest.raises(ReadTimeout, match="The operation timed out"):
        result.get(timeout=0.2)
    yield result
    assert result.get(timeout=5) == 3


@case()
def a_read_calls_back(seen: Seen) -> Steps:
    result = add.delay(1, 2)
    yield result
    told: list[object] = []
    result.get(callback=lambda task_id, value: told.append((task_id, value)))
    assert told == [(result.id, 3)]


@case()
def a_read_hears_of_every_message(seen: Seen) -> Steps:
    result = add.apply_async((1, 2), countdown=0.5)
    told: list[tuple[str, str]] = []
    result.get(
        timeout=10, on_message=lambda meta: told.append((meta["task_id"], meta["status"]))
    )
    yield result
    # Messages of other results arrive on the same connection.
    assert (result.id, "SUCCESS") in told


@case()
def a_result_is_forgotten(seen: Seen) -> Steps:
    result = add.delay(1, 2)
    yield result
    assert result.get() == 3
    result.forget()
    assert app.AsyncResult(result.id).state == "PENDING"


@case()
def a_forgotten_chain_forgets_its_parents(seen: Seen) -> Steps:
    result = chain(add.s(1, 1), add.s(1))()
    yield result
    result.forget()
    assert app.AsyncResult(result.parent.id).state == "PENDING"


@case()
def a_result_tells_when_it_was_done(seen: Seen) -> Steps:
    result = add.delay(1, 2)
    yield result
    done = result.date_done
    aware = done if done.tzinfo else done.replace(tzinfo=timezone.utc)
    assert abs((aware - datetime.now(timezone.utc)).total_seconds()) < 60


@task()
def spread() -> object:
    return group(echo.s(1), echo.s(2))()


@case()
def children_are_collected(seen: Seen) -> Steps:
    result = spread.delay()
    yield None
    values = [value for _, value in result.collect()]
    assert values[-2:] == [[1], [2]]
    assert [type(child).__name__ for child in result.children] == ["GroupResult"]


@case()
def the_leaf_of_a_family(seen: Seen) -> Steps:
    result = add.apply_async((1, 2), link=add.s(10))
    yield None
    assert result.get_leaf() == 13


@case()
def a_chain_survives_as_a_tuple(seen: Seen) -> Steps:
    result = chain(add.s(1, 1), add.s(1), add.s(1))()
    yield result
    restored = result_from_tuple(result.as_tuple(), app=app)
    assert restored.get() == 4
    assert restored.parent.parent.get() == 2


@case()
def a_family_is_walked_from_its_root(seen: Seen) -> Steps:
    result = chain(nothing.s(), echo.s(), echo.s())()
    yield result
    root = result.parent.parent
    assert root.graph is not None
    assert [node.get() for _, node in root.iterdeps()] == [None, [None], [[None]]]


@case()
def a_set_of_results(seen: Seen) -> Steps:
    results = ResultSet([add.delay(1, 1), add.delay(2, 2)], app=app)
    yield results
    assert results.get() == [2, 4]
    assert results.completed_count() == 2


@case()
def a_result_is_added_to_a_set(seen: Seen) -> Steps:
    results = ResultSet([add.delay(1, 1)], app=app)
    results.add(boom.delay())
    yield results
    assert results.failed()
    assert results.join(propagate=False)[0] == 2


@case()
def a_scheduled_task_is_not_ready(seen: Seen) -> Steps:
    result = add.apply_async((1, 2), countdown=3)
    yield Until(result, "task_received")
    assert not result.ready()
    assert not result.successful()
    yield result
    assert result.successful()


@task(tuned)
def subtract(x: int, y: int = 1) -> int:
    return x - y


@case(tuned)
def an_extended_result_tells_the_task(seen: Seen) -> Steps:
    result = subtract.delay(3, y=2)
    yield result
    told = tuned.AsyncResult(result.id)
    assert told.name == "tests.fidelity.cases.results.subtract"
    assert (told.args, told.kwargs) == ([3], {"y": 2})
    assert (told.worker, told.queue, told.retries) == (seen.worker, "tuned", 0)


@case()
def a_plain_result_does_not_tell_the_task(seen: Seen) -> Steps:
    result = add.delay(1, 2)
    yield result
    told = app.AsyncResult(result.id)
    assert (told.name, told.args, told.worker) == (None, None, None)


@task(bind=True)
def progress(self: Task) -> str:
    self.update_state(state="PROGRESS", meta={"done": 1})
    return "done"


@case()
def a_read_hears_of_progress(seen: Seen) -> Steps:
    result = progress.apply_async(countdown=1)
    told: list[tuple[str, str]] = []
    result.get(
        timeout=10, on_message=lambda meta: told.append((meta["task_id"], meta["status"]))
    )
    yield result
    own = [status for task_id, status in told if task_id == result.id]
    assert own == ["PROGRESS", "SUCCESS"]
