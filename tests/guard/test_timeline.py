"""What a failing test shows of its tasks."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from celery import chain, chord

from pytest_celery_guard import CeleryGuard, WorkerCrashed
from pytest_celery_guard.account.record import (
    Moment,
    Record,
    SentTask,
)
from pytest_celery_guard.account.timeline import told

pytestmark = pytest.mark.usefixtures("still")


def lines(guard: CeleryGuard) -> list[str]:
    return guard.account().splitlines()


def test_nothing_sent_is_nothing_to_tell(guard: CeleryGuard) -> None:
    assert guard.account() == ""


def test_what_was_sent_and_what_it_returned(guard: CeleryGuard, add: Any) -> None:
    add.delay(1, y=2)
    guard.drain()
    assert lines(guard) == [
        "+0:00:00  sent      add(1, y=2)",
        "+0:00:00  SUCCESS   add(1, y=2) -> 3",
    ]


def test_a_signature_among_the_arguments_is_shown_as_its_call(
    guard: CeleryGuard, add: Any
) -> None:
    add.map([1, 2]).delay()
    add.starmap([(1, 2)]).delay()
    add.delay([add.s(1, y=2), add.s()], y=None)
    sent = [line.removeprefix("+0:00:00  sent      ") for line in lines(guard)[:3]]
    assert sent == [
        "celery.map(task=add(), it=[1, 2])",
        "celery.starmap(task=add(), it=[(1, 2)])",
        "add([add(1, y=2), add()], y=None)",
    ]
    guard.app.control.purge()


def test_to_look_is_not_to_expect_a_failure(app: Any, boom: Any) -> None:
    guard = CeleryGuard(app)
    with pytest.raises(AssertionError, match="the test did not check it"), guard:
        boom.delay()
        guard.drain()
        guard.account()


def test_an_error_has_its_place(guard: CeleryGuard, boom: Any) -> None:
    boom.delay()
    guard.drain()
    *_, failure, error, place = lines(guard)
    assert failure == "+0:00:00  FAILURE   boom()"
    assert error == "                    ValueError('no stock')"
    assert place.startswith('                    File "tests/guard/conftest.py", line ')


def test_a_retry_comes_at_its_time(app: Any, guard: CeleryGuard) -> None:
    @app.task(name="ask", bind=True)
    def ask(self: Any) -> None:
        if not self.request.retries:
            raise self.retry(countdown=90, exc=ConnectionError("no route"))

    ask.delay()
    guard.advance(minutes=2)
    told = [line for line in lines(guard) if line.startswith("+")]
    assert told == [
        "+0:00:00  sent      ask()",
        "+0:00:00  RETRY     ask()",
        "+0:01:30  SUCCESS   ask()",
    ]


def test_what_a_task_sends_stands_below_it(app: Any, guard: CeleryGuard, add: Any) -> None:
    @app.task(name="outer")
    def outer() -> None:
        add.delay(1)

    outer.delay()
    guard.drain()
    assert lines(guard) == [
        "+0:00:00  sent      outer()",
        "+0:00:00  sent        add(1)",
        "+0:00:00  SUCCESS   outer()",
        "+0:00:00  SUCCESS     add(1) -> 1",
    ]


def test_the_steps_of_a_chain_follow_each_other(guard: CeleryGuard, add: Any) -> None:
    chain(add.s(1), add.s(2)).delay()
    guard.drain()
    assert "+0:00:00  SUCCESS     add(1, 2) -> 3" in lines(guard)


def test_the_body_of_a_chord_that_failed(guard: CeleryGuard, add: Any, boom: Any) -> None:
    chord([boom.s()], add.s()).delay()
    guard.drain()
    (failure,) = [line for line in lines(guard) if "never sent" in line]
    assert failure == "+0:00:00  FAILURE   (never sent) add"


def test_queue_and_eta(guard: CeleryGuard, add: Any) -> None:
    guard.advance(minutes=1)  # the sender's clock stays behind
    add.apply_async((1,), queue="slow", countdown=25 * 3600)
    assert lines(guard) == [
        "+0:00:00  sent      add(1) queue='slow' for +25:00:00",
        "",
        "At the end, +0:00:00, these wait:",
        "  +25:00:00 add(1) queue='slow'",
    ]


def test_a_clock_that_is_moved(guard: CeleryGuard, add: Any) -> None:
    time_machine = pytest.importorskip("time_machine", reason="it moves the clock")
    with time_machine.travel("2026-12-24 12:00Z", tick=False) as now:
        for step in (0, -90, 25 * 3600):
            now.shift(step)
            add.delay(1)
    assert lines(guard)[:3] == [
        "+0:00:00  sent      add(1)",
        "-0:01:30  sent      add(1)",
        "+24:58:30  sent      add(1)",
    ]


def test_what_is_due_and_what_comes_later(guard: CeleryGuard, add: Any) -> None:
    add.apply_async((1,), countdown=60)
    guard.drain()
    add.delay(2)
    assert lines(guard)[-2:] == ["  is due    add(2)", "  +0:01:00  add(1)"]


def test_a_revoked_task_is_told_once(guard: CeleryGuard, add: Any) -> None:
    result = add.apply_async((1,), countdown=60)
    guard.revoke(result)
    guard.advance(minutes=1)
    assert [line for line in lines(guard) if "REVOKED" in line] == [
        "+0:00:00  REVOKED   add(1)"
    ]


def test_progress_and_results_that_are_gone(app: Any, guard: CeleryGuard) -> None:
    @app.task(name="count", bind=True)
    def count(self: Any) -> None:
        self.update_state(state="PROGRESS", meta={"done": 3})

    result = count.delay()
    guard.drain()
    guard.forget(result)
    assert lines(guard)[1:] == [
        "+0:00:00  PROGRESS  count() -> {'done': 3}",
        "+0:00:00  SUCCESS   count()",
        "+0:00:00  forgotten count()",
    ]


def test_a_task_that_comes_back_after_a_crash_is_told_once(
    app: Any, guard: CeleryGuard
) -> None:
    crashes = iter([True, False])

    @app.task(name="fragile", acks_late=True)
    def fragile() -> None:
        if next(crashes):
            raise WorkerCrashed

    fragile.delay()
    guard.drain()
    assert lines(guard) == [
        "+0:00:00  sent      fragile()",
        "+0:00:00  SUCCESS   fragile()",
    ]


def test_a_secret_stays_one(guard: CeleryGuard, add: Any) -> None:
    add.apply_async((1,), {"note": "s3cret"}, argsrepr="(…)", kwargsrepr="{'note': '***'}")
    guard.drain()
    assert lines(guard)[0] == "+0:00:00  sent      add(…, note='***')"
    assert "s3cret" not in guard.account()


def test_arguments_that_are_no_literals(guard: CeleryGuard, add: Any) -> None:
    add.apply_async((1,), {"y": timedelta(1)}, serializer="pickle")
    assert lines(guard)[0] == ("+0:00:00  sent      add(1, y=datetime.timedelta(days=1))")


def test_an_old_message(guard: CeleryGuard, app: Any, add: Any) -> None:
    with guard.conf(task_protocol=1):
        add.delay(1, y=2)
    guard.drain()
    assert lines(guard)[1] == "+0:00:00  SUCCESS   add(1, y=2) -> 3"


@pytest.mark.parametrize(
    ("body", "headers", "shown"),
    [
        ("{", {"id": "A-17"}, "(unreadable)(…)"),
        ("[]", {"id": "A-17", "task": "add"}, "add(…)"),
        ("[[1], {}, {}]", {"id": "A-17", "task": "add", "eta": "soon"}, "add(1)"),
        (
            "[]",
            {"id": "A-17", "task": "add", "argsrepr": 5, "kwargsrepr": 6},
            "add(…)",
        ),
    ],
)
def test_a_message_that_celery_did_not_write(
    app: Any, guard: CeleryGuard, add: Any, body: str, headers: Any, shown: str
) -> None:
    with app.producer_pool.acquire() as producer:
        producer.publish(
            body,
            exchange="",
            routing_key="celery",
            content_type="application/json",
            content_encoding="utf-8",
            headers=headers,
        )
    assert lines(guard)[0] == f"+0:00:00  sent      {shown}"
    assert len(guard.record(brief=True).tasks) == 1


def test_errors_of_the_worker_come_first(guard: CeleryGuard, app: Any, add: Any) -> None:
    add.apply_async((1,), serializer="pickle")
    guard.drain()
    first, second, *_ = lines(guard)
    assert first.startswith("Problems:")
    assert second.startswith("  the worker can't read a task message")


def test_a_value_whose_repr_fails(guard: CeleryGuard, app: Any) -> None:
    class Wrong(str):
        def __repr__(self) -> str:
            raise RuntimeError

    @app.task(name="wrong")
    def wrong() -> str:
        return Wrong("x")

    wrong.delay()
    guard.drain()
    assert lines(guard)[1].startswith("+0:00:00  SUCCESS   wrong() -> <Wrong instance at")


def test_a_long_story_is_cut_in_the_middle() -> None:
    tasks = tuple(SentTask("add", str(number)) for number in range(100))
    sends = tuple(Moment(0, number, "sent") for number in range(100))
    text = told(Record(tasks, sends)).splitlines()
    assert len(text) == 41
    assert text[19:22] == [
        "+0:00:00  sent      add(19)",
        "… 60 more …",
        "+0:00:00  sent      add(80)",
    ]


def test_long_arguments_and_errors_are_cut() -> None:
    task = SentTask("add", "x" * 500)
    moments = (Moment(0, 0, "sent"), Moment(0, 0, "FAILURE", "E" * 500))
    assert max(map(len, told(Record((task,), moments)).splitlines())) <= 100


def test_tasks_that_send_each_other_stay_on_the_screen() -> None:
    tasks = tuple(SentTask("again", "", parent) for parent in range(-1, 30))
    moments = tuple(Moment(0, number, "sent") for number in range(31))
    assert max(map(len, told(Record(tasks, moments)).splitlines())) < 60
