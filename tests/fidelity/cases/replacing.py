"""A task that puts another canvas in its own place."""

from __future__ import annotations

from celery import Signature, Task, chain, chord, group

from tests.fidelity.case import Steps, case
from tests.fidelity.seen import Seen, answer
from tests.fidelity.stage import app, task
from tests.fidelity.tasks import add, boom, echo, errback, request_of, total


@task(bind=True)
def become(self: Task, replacement: Signature) -> object:
    return self.replace(app.signature(replacement))


@task(bind=True)
def become_with(self: Task, value: int, replacement: Signature) -> object:
    return self.replace(app.signature(replacement).clone((value,)))


@case()
def a_task_becomes_a_task(seen: Seen) -> Steps:
    result = become.delay(add.s(1, 2))
    yield result
    assert result.get() == 3
    assert seen.states(result) == ["PENDING", "SUCCESS"]
    assert seen.runs(result) == 2


@case()
def a_task_becomes_a_chain(seen: Seen) -> Steps:
    result = become.delay(chain(add.s(1, 2), add.s(10)))
    yield result
    assert result.get() == 13


@case()
def a_task_becomes_a_group(seen: Seen) -> Steps:
    result = become.delay(group(add.s(1, 1), add.s(2, 2)))
    yield result
    assert result.get() == [2, 4]


@case()
def a_task_becomes_a_chord(seen: Seen) -> Steps:
    result = become.delay(chord([add.s(1, 1), add.s(2, 2)], total.s()))
    yield result
    assert result.get() == 6


@case()
def a_task_becomes_a_failure(seen: Seen) -> Steps:
    result = become.delay(boom.s())
    yield result
    assert seen.states(result) == ["PENDING", "FAILURE"]
    assert answer(result) == "ValueError('boom')"


@case()
def a_replaced_task_in_a_chain_keeps_the_chain(seen: Seen) -> Steps:
    result = chain(add.s(1, 1), become_with.s(add.s(5)), add.s(100))()
    yield result
    assert result.get() == 107


@case()
def a_task_in_a_chain_becomes_a_chain(seen: Seen) -> Steps:
    replacement = chain(add.si(2, 2), add.s(3))
    result = chain(become.si(replacement), add.s(100))()
    yield result
    assert result.get() == 107


@case()
def a_task_in_a_chain_becomes_a_group(seen: Seen) -> Steps:
    result = chain(become.si(group(add.s(1, 1), add.s(2, 2))), total.s())()
    yield result
    assert result.get() == 6


@case()
def a_replaced_task_in_a_chord_keeps_the_chord(seen: Seen) -> Steps:
    result = chord([become.si(add.s(1, 1)), add.s(2, 2)])(total.s())
    yield result
    assert result.get() == 6


@case()
def a_task_in_a_chord_becomes_a_chain(seen: Seen) -> Steps:
    result = chord([become.si(chain(add.s(1, 1), add.s(1))), add.s(2, 2)])(total.s())
    yield result
    assert result.get() == 7


@case()
def a_replaced_task_keeps_its_link(seen: Seen) -> Steps:
    result = become.apply_async((add.s(1, 1),), link=add.s(100))
    yield None
    assert result.get() == 2
    assert [child.get() for child in result.children] == [102]


@case()
def a_replaced_task_keeps_its_errback(seen: Seen) -> Steps:
    result = become.apply_async((boom.s(),), link_error=errback.s())
    yield None
    assert seen.notes(result) == ["errback ValueError('boom')"]


@case()
def a_replacement_has_the_id_of_the_replaced(seen: Seen) -> Steps:
    result = become.delay(request_of.s("id", "root_id", "replaced_task_nesting"))
    yield result
    told = {"id": result.id, "root_id": result.id, "replaced_task_nesting": 1}
    assert result.get() == told


@task(bind=True)
def count_down(self: Task, number: int) -> object:
    return self.replace(count_down.si(number - 1)) if number else "landed"


@case()
def a_task_becomes_itself_again_and_again(seen: Seen) -> Steps:
    result = count_down.delay(5)
    yield result
    assert result.get() == "landed"
    assert seen.runs(result) == 6


@task(bind=True)
def add_one_more(self: Task) -> int:
    self.add_to_chord(add.s(10, 10))
    return 1


@case()
def a_task_adds_another_to_its_chord(seen: Seen) -> Steps:
    result = chord([add_one_more.s(), add.s(1, 1)])(echo.s())
    yield result
    (values,) = result.get()
    assert sorted(values) == [1, 2, 20]


@case()
def a_replaced_task_returns_nothing_of_its_own(seen: Seen) -> Steps:
    result = become.delay(add.s(1, 1))
    yield result
    first = ["task_prerun", "task_postrun"]
    assert sorted(seen.signals(result)) == sorted([*first, *first, "task_success"])
