"""Canvases inside canvases."""

from __future__ import annotations

from celery import chain, chord, group
from celery.exceptions import ChordError

from tests.fidelity.case import EITHER_IS_LAST, Steps, case, since
from tests.fidelity.seen import Seen, answer
from tests.fidelity.tasks import add, boom, echo, errback, total


@case()
def a_chord_of_chains(seen: Seen) -> Steps:
    header = [chain(add.s(1, 1), add.s(1)), chain(add.s(2, 2), add.s(2))]
    result = chord(header)(total.s())
    yield result
    assert result.get() == 9


@case()
def a_chord_of_chords(seen: Seen) -> Steps:
    inner = chord([add.s(1, 1), add.s(2, 2)], total.s())
    result = chord([inner, add.s(3, 3)], total.s())()
    yield result
    assert result.get() == 12


@case()
def a_chord_of_groups(seen: Seen) -> Steps:
    result = chord([group(add.s(1, 1), add.s(2, 2)), add.s(3, 3)])(echo.s())
    yield result
    # The groups become one, and the numbering of its members is no order.
    (values,) = result.get()
    assert sorted(values) == [2, 4, 6]


@case()
def a_chord_whose_body_is_a_chain(seen: Seen) -> Steps:
    result = chord([add.s(1, 1), add.s(2, 2)])(chain(total.s(), add.s(100)))
    yield result
    assert result.get() == 106


@case()
def a_chord_whose_body_is_a_group(seen: Seen) -> Steps:
    result = chord([add.s(1, 1), add.s(2, 2)])(group(total.s(), echo.s()))
    yield result
    assert result.get() == [6, [[2, 4]]]


@case()
def a_chord_whose_body_is_a_chord(seen: Seen) -> Steps:
    body = chord([total.s(), total.s()], echo.s())
    result = chord([add.s(1, 1), add.s(2, 2)])(body)
    yield result
    assert result.get() == [[6, 6]]


@case()
def two_chords_in_a_row(seen: Seen) -> Steps:
    canvas = chain(
        group(add.s(1, 1), add.s(2, 2)),
        total.s(),
        group(add.s(10), add.s(20)),
        total.s(),
    )
    result = canvas()
    yield result
    assert result.get() == 42


@case()
def a_group_after_a_group(seen: Seen) -> Steps:
    result = chain(group(add.s(1, 1), add.s(2, 2)), group(total.s(), echo.s()))()
    yield result
    assert result.get() == [6, [[2, 4]]]


@case()
def a_group_of_groups_of_chains(seen: Seen) -> Steps:
    inner = group(chain(add.s(1, 1), add.s(1)), add.s(5, 5))
    result = group(inner, chain(add.s(2, 2), group(add.s(1), add.s(2))))()
    yield result
    assert result.get() == [3, 10, [5, 6]]


@case()
def a_chain_of_one_group(seen: Seen) -> Steps:
    result = chain(group(add.s(1, 1), add.s(2, 2))).apply_async()
    yield result
    assert result.get() == [2, 4]


@case()
def a_group_of_one_in_a_chain_is_no_group(seen: Seen) -> Steps:
    result = chain(add.s(1, 1), group([add.s(3)]), total.s())()
    yield result
    assert answer(result) == "TypeError(\"'int' object is not iterable\")"


@case()
def a_failure_deep_in_a_chord_never_reaches_the_outer_body(seen: Seen) -> Steps:
    inner = chord([add.s(1, 1), boom.s()], total.s())
    result = chord([inner, add.s(3, 3)], total.s().on_error(errback.s()))()
    yield None
    assert seen.states(result) == ["PENDING"]
    assert seen.notes(result) == []


@case()
def a_broken_chain_in_a_chord_fails_the_body(seen: Seen) -> Steps:
    result = chord([chain(add.s(1, 1), boom.s(), add.s(1)), add.s(2, 2)])(total.s())
    yield result
    assert type(result.result) is ChordError
    assert "ValueError('boom')" in str(result.result)


@case(other_trace=EITHER_IS_LAST)
def a_chord_in_a_chain_fails_the_rest_of_the_chain(seen: Seen) -> Steps:
    result = chain(group(add.s(1, 1), boom.s()), total.s(), add.s(1))()
    yield None
    states = ["PENDING", "FAILURE"]
    assert seen.states(result) == since((5, 6), states, before=["PENDING"])
    assert seen.runs(result) == 0


@case()
def a_failed_chord_body_breaks_the_chain(seen: Seen) -> Steps:
    result = chain(group(add.s(1, 1), add.s(2, 2)), boom.s(), add.s(1))()
    yield result
    assert seen.states(result) == ["PENDING", "FAILURE"]
    assert seen.runs(result) == 0
