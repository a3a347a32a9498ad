"""`map`, `starmap` and `chunks`."""

from __future__ import annotations

from tests.fidelity.case import Steps, case
from tests.fidelity.seen import Seen, answer
from tests.fidelity.tasks import add, boom, total


@case()
def a_map_is_one_task(seen: Seen) -> Steps:
    result = total.map([[1, 2], [3, 4]]).delay()
    yield result
    assert result.get() == [3, 7]
    assert seen.runs(result) == 1


@case()
def a_starmap_spreads_arguments(seen: Seen) -> Steps:
    result = add.starmap([(1, 2), (3, 4)]).delay()
    yield result
    assert result.get() == [3, 7]


@case()
def a_map_that_fails(seen: Seen) -> Steps:
    result = boom.map([1, 2]).delay()
    yield result
    assert answer(result) == "ValueError('boom')"


@case()
def chunks_are_a_group_of_starmaps(seen: Seen) -> Steps:
    result = add.chunks(zip(range(5), range(5), strict=True), 2)()
    yield result
    assert result.get() == [[0, 2], [4, 6], [8]]
    assert [seen.runs(chunk) for chunk in result] == [1, 1, 1]


@case()
def chunks_made_into_a_group(seen: Seen) -> Steps:
    result = add.chunks(zip(range(4), range(4), strict=True), 2).group()()
    yield result
    assert result.get() == [[0, 2], [4, 6]]
