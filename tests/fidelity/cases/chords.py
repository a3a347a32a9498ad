"""Chords: a header, then a body; and what Celery makes of `group | task`."""

from __future__ import annotations

import pytest
from celery import chain, chord, group
from celery.exceptions import ChordError

from tests.fidelity.case import Steps, case
from tests.fidelity.seen import Seen, answer
from tests.fidelity.stage import task, tuned
from tests.fidelity.tasks import (
    add,
    boom,
    echo,
    errback,
    nothing,
    old_errback,
    request_of,
    total,
)


@case()
def a_chord_gives_its_values_to_the_body(seen: Seen) -> Steps:
    result = chord(add.s(i, i) for i in range(5))(total.s())
    yield result
    assert result.get() == 20
    assert seen.states(result) == ["PENDING", "SUCCESS"]
    assert result.parent.get() == [0, 2, 4, 6, 8]


@case()
def a_chord_keeps_the_order_of_its_header(seen: Seen) -> Steps:
    result = chord([add.s(1, 1).set(countdown=0.5), add.s(2, 2)])(echo.s())
    yield result
    assert result.get() == [[2, 4]]


@case()
def a_failed_header_fails_the_body(seen: Seen) -> Steps:
    result = chord([add.s(1, 1), boom.s()])(total.s())
    yield result
    assert seen.states(result) == ["PENDING", "FAILURE"]
    assert seen.runs(result) == 0
    failed = result.parent[1].id
    assert type(result.result) is ChordError
    assert str(result.result) == f"Dependency {failed} raised ValueError('boom')"


@case()
def a_read_of_a_failed_chord_raises_what_its_header_raised(seen: Seen) -> Steps:
    result = chord([add.s(1, 1), boom.s()])(total.s())
    yield result
    with pytest.raises(ValueError, match="boom"):
        result.get()


@case()
def a_chord_of_one(seen: Seen) -> Steps:
    result = chord([add.s(1, 1)])(total.s())
    yield result
    assert result.get() == 2


@case()
def a_chord_without_header(seen: Seen) -> Steps:
    result = chord([])(echo.s())
    yield result
    assert result.get() == [[]]


@case()
def an_immutable_body_gets_nothing(seen: Seen) -> Steps:
    result = chord([add.s(1, 1), add.s(2, 2)])(echo.si("alone"))
    yield result
    assert result.get() == ["alone"]


@case()
def a_body_has_arguments_of_its_own(seen: Seen) -> Steps:
    result = chord([add.s(1, 1), add.s(2, 2)])(echo.s("own"))
    yield result
    assert result.get() == [[2, 4], "own"]


@case()
def a_body_fails(seen: Seen) -> Steps:
    result = chord([add.s(1, 1), add.s(2, 2)])(boom.s())
    yield result
    assert seen.states(result) == ["PENDING", "FAILURE"]
    assert answer(result) == "ValueError('boom')"


@case()
def an_errback_of_a_body_hears_of_the_header(seen: Seen) -> Steps:
    result = chord([add.s(1, 1), boom.s()])(total.s().on_error(errback.s()))
    yield result
    (told,) = seen.notes(result)
    assert told.startswith("errback ChordError")


@case()
def an_old_errback_of_a_body(seen: Seen) -> Steps:
    result = chord([add.s(1, 1), boom.s()])(total.s().on_error(old_errback.s()))
    yield result
    yield None
    assert seen.notes(result) == ["old errback"]


@case()
def an_errback_of_a_chord_belongs_to_its_body(seen: Seen) -> Steps:
    canvas = chord([add.s(1, 1), boom.s()], total.s())
    canvas.link_error(errback.s())
    result = canvas.apply_async()
    yield result
    assert len(seen.notes(result)) == 1
    assert seen.notes(result.parent[1]) == []


@task(tuned)
def tuned_boom() -> None:
    raise ValueError("boom")


@task(tuned)
def tuned_total(numbers: list[int]) -> int:
    return sum(numbers)


@task(tuned)
def tuned_errback(request: object, error: Exception, traceback: object) -> None:
    errback.run(request, error, traceback)


@case(tuned)
def a_setting_gives_the_errback_to_the_header_too(seen: Seen) -> Steps:
    canvas = chord([tuned_boom.s()], tuned_total.s())
    canvas.link_error(tuned_errback.s())
    result = canvas.apply_async()
    yield result
    yield None
    assert len(seen.notes(result)) == 1
    assert seen.notes(result.parent[0]) == ["errback ValueError('boom')"]


@case()
def a_link_of_a_chord_belongs_to_its_body(seen: Seen) -> Steps:
    canvas = chord([add.s(1, 1), add.s(2, 2)], total.s())
    canvas.link(add.s(100))
    result = canvas.apply_async()
    yield None
    assert [child.get() for child in result.children] == [106]


@case()
def a_group_and_a_task_make_a_chord(seen: Seen) -> Steps:
    result = (group(add.s(1, 1), add.s(2, 2)) | total.s()).delay()
    yield result
    assert result.get() == 6


@case()
def a_chord_in_a_chain(seen: Seen) -> Steps:
    result = chain(add.s(1, 1), group(add.s(1), add.s(2)), total.s(), add.s(100))()
    yield result
    assert result.get() == 107


@case()
def the_tasks_of_a_chord_know_each_other(seen: Seen) -> Steps:
    header = [request_of.s("id", "root_id"), request_of.s("id", "root_id")]
    result = chord(header)(request_of.si("parent_id", "root_id"))
    yield result
    told = result.get()
    ids = [member.id for member in result.parent]
    assert told["parent_id"] in ids
    assert told["root_id"] in ids


@task(ignore_result=True)
def ignored_one() -> int:
    return 1


@case()
def a_header_whose_results_are_ignored_counts_on_redis(seen: Seen) -> Steps:
    result = chord([ignored_one.s(), ignored_one.s()])(total.s())
    yield result
    assert result.get() == 2


@case()
def a_header_of_nothing_calls_its_body(seen: Seen) -> Steps:
    result = chord([nothing.s(), nothing.s()])(echo.s())
    yield result
    assert result.get() == [[None, None]]
