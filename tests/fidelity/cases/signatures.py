"""Signatures: partial, immutable, copied, rebuilt."""

from __future__ import annotations

import json

from celery import Signature, chain, group, signature

from tests.fidelity.case import Steps, case, since
from tests.fidelity.seen import Seen
from tests.fidelity.stage import app, task
from tests.fidelity.tasks import add, echo, nothing, request_of


@task()
def keep(*args: object, **kwargs: object) -> list[object]:
    return [list(args), kwargs]


@case()
def late_arguments_come_first(seen: Seen) -> Steps:
    result = keep.s(2, a="early").delay(1, b="late")
    yield result
    assert result.get() == [[1, 2], {"a": "early", "b": "late"}]


@case()
def late_names_win(seen: Seen) -> Steps:
    result = keep.s(a="early").apply_async(kwargs={"a": "late"})
    yield result
    assert result.get() == [[], {"a": "late"}]


@case()
def an_immutable_signature_takes_no_late_arguments(seen: Seen) -> Steps:
    result = keep.si(1).apply_async((2,), {"a": 3})
    yield result
    assert result.get() == [[1], {}]


@case()
def a_signature_survives_json(seen: Seen) -> Steps:
    rebuilt = signature(json.loads(json.dumps(add.s(1, 2))), app=app)
    result = rebuilt.delay()
    yield result
    assert result.get() == 3


@case()
def a_signature_by_name(seen: Seen) -> Steps:
    result = app.signature("tests.fidelity.tasks.add", args=(1, 2)).delay()
    yield result
    assert result.get() == 3


@case()
def a_signature_sends_with_its_options(seen: Seen) -> Steps:
    result = request_of.s("delivery_info", "shadow").set(priority=4, shadow="other").delay()
    yield result
    told = result.get()
    assert (told["delivery_info"]["priority"], told["shadow"]) == (4, "other")


@case()
def options_of_the_send_win(seen: Seen) -> Steps:
    result = request_of.s("shadow").set(shadow="early").apply_async(shadow="late")
    yield result
    assert result.get() == {"shadow": "late"}


@task()
def run_given(given: Signature) -> str:
    return str(app.signature(given).delay().id)


@case()
def a_signature_is_an_argument(seen: Seen) -> Steps:
    result = run_given.delay(add.s(4, 5))
    yield None
    assert app.AsyncResult(result.get()).get() == 9


@case()
def a_canvas_is_an_argument(seen: Seen) -> Steps:
    result = run_given.delay(chain(add.s(4, 5), add.s(1)))
    yield None
    assert app.AsyncResult(result.get()).get() == 10


@case()
def a_frozen_signature_knows_its_id(seen: Seen) -> Steps:
    frozen = add.s(1, 2)
    foreseen = frozen.freeze()
    result = frozen.delay()
    yield result
    assert result.id == foreseen.id
    assert foreseen.get() == 3


@case()
def a_copy_leaves_the_original_alone(seen: Seen) -> Steps:
    original = keep.s(1)
    copy = original.clone((0,))
    first, second = original.delay(), copy.delay()
    yield None
    assert first.get() == [[1], {}]
    assert second.get() == [[0, 1], {}]


@case()
def a_link_waits_by_itself(seen: Seen) -> Steps:
    result = nothing.apply_async(link=echo.si("late").set(countdown=1))
    yield None
    (child,) = result.children
    assert child.get() == ["late"]
    sent = seen.moments(child, "after_task_publish")[0]
    assert seen.moments(child, "task_prerun")[0] - sent >= 0.5


@case()
def a_chain_knows_what_is_left(seen: Seen) -> Steps:
    canvas = chain(request_of.s("chain"), echo.s("one"), echo.s("two"))
    result = canvas()
    yield result
    (told, _), _ = result.get()
    assert [step["task"] for step in told["chain"]] == [
        "tests.fidelity.tasks.echo"
    ] * since((5, 6), 2, before=1)


@case()
def a_task_knows_its_links(seen: Seen) -> Steps:
    result = request_of.apply_async(("callbacks",), link=nothing.s())
    yield None
    (callback,) = result.get()["callbacks"]
    assert callback["task"] == "tests.fidelity.tasks.nothing"


@case()
def a_tuple_is_a_list_for_the_next_task(seen: Seen) -> Steps:
    result = chain(keep.s(1, a=2), keep.s())()
    yield result
    assert result.get() == [[[[1], {"a": 2}]], {}]


@case()
def a_signature_runs_in_this_process(seen: Seen) -> Steps:
    yield None
    assert add.s(1, 2)() == 3
    assert add.s(1, 2).apply().get() == 3
    assert group(add.s(1, 1), add.s(2, 2)).apply().get() == [2, 4]
    assert chain(add.s(1, 1), add.s(2)).apply().get() == 4


@case()
def a_result_of_this_process_is_not_stored(seen: Seen) -> Steps:
    eager = add.apply((1, 2))
    yield None
    assert (eager.state, eager.get()) == ("SUCCESS", 3)
    assert app.AsyncResult(eager.id).state == "PENDING"


@case(differs="the guard's worker serves every queue")
def a_task_sent_to_a_queue_without_worker_waits(seen: Seen) -> Steps:
    result = add.apply_async((1, 2), countdown=0, queue="nobody", expires=60)
    yield 0.5
    assert result.state == "PENDING"
