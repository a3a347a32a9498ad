"""What was sent, and how it compares with signatures."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import Any

import pytest
from celery import chain, group

from pytest_celery_guard import CeleryGuard


def test_nothing_is_sent_at_first(guard: CeleryGuard) -> None:
    assert guard.sent == []
    assert len(guard.sent) == 0


def test_a_send_equals_the_signature_of_its_call(guard: CeleryGuard, add: Any) -> None:
    add.delay(1, 2)
    assert guard.sent == [add.s(1, 2)]
    assert guard.sent != [add.s(1, 3)]
    assert guard.sent != [add.s(1, 2), add.s(1, 2)]


def test_only_the_parameters_that_a_signature_sets_are_compared(
    guard: CeleryGuard, add: Any
) -> None:
    add.delay(1, 2, note="gift")
    assert guard.sent == [add.s()]
    assert guard.sent == [add.s(1)]
    assert guard.sent == [add.s(note="gift")]
    assert guard.sent != [add.s(2)]
    assert guard.sent != [add.s(note="none")]


def test_a_parameter_is_the_same_by_position_and_by_name(
    guard: CeleryGuard, add: Any
) -> None:
    add.delay(x=1, y=2)
    assert guard.sent == [add.s(1, 2)]
    assert guard.sent == [add.s(1, y=2)]


@pytest.mark.parametrize(
    ("option", "other"),
    [
        ({"headers": {"tenant": "a"}}, {"headers": {"tenant": "b"}}),
        ({"headers": {"tenant": "a", "page": 7}}, {"headers": {"tenant": "a", "size": 7}}),
        ({"headers": {"page": lambda page: page > 5}}, {"headers": {}, "priority": 9}),
        ({"compression": "gzip"}, {"compression": "bzip2"}),
        ({"serializer": "yaml"}, {"serializer": "json"}),
        ({"time_limit": 9, "soft_time_limit": 8}, {"time_limit": 8}),
        ({"shadow": "sum"}, {"shadow": "product"}),
    ],
)
def test_what_a_message_has_of_an_option(
    guard: CeleryGuard, add: Any, option: Any, other: Any
) -> None:
    if "serializer" in option:
        pytest.importorskip("yaml")
    headers = {"tenant": "a", "page": 7, "zone": "EU"}
    sent = {k: v for k, v in option.items() if k != "headers"}
    add.apply_async((1,), headers=headers, **sent)
    assert guard.sent == [add.s(1).set(**option)]
    assert guard.sent != [add.s(1).set(**other)]


@pytest.mark.parametrize("name", ["link", "link_error"])
def test_a_link_may_stand_alone(guard: CeleryGuard, add: Any, name: str) -> None:
    add.apply_async((1,), **{name: add.s(2)})
    assert guard.sent == [add.s(1).set(**{name: add.s(2)})]
    assert guard.sent == [add.s(1).set(**{name: [add.s(2)]})]
    assert guard.sent != [add.s(1).set(**{name: add.s(3)})]


def test_a_call_that_does_not_fit_is_compared_by_position(
    guard: CeleryGuard, app: Any, add: Any
) -> None:
    with guard.allow("CEL601"):
        app.send_task("add", (1, 2, "note", "too many"))
    (difference,) = guard.sent[0].differences(add.s(1, 3))
    assert difference == ("argument 2", 3, 2)


def test_a_parameter_that_was_left_to_its_default_is_not_sent(
    guard: CeleryGuard, add: Any
) -> None:
    add.delay(1)
    assert guard.sent != [add.s(1, 0)]


def test_a_task_without_known_parameters_is_compared_by_position(
    guard: CeleryGuard, app: Any
) -> None:
    app.send_task("elsewhere.pay", (7, 8), {"currency": "EUR"})
    assert guard.sent == [app.signature("elsewhere.pay", args=(7, 8))]
    assert guard.sent == [app.signature("elsewhere.pay", kwargs={"currency": "EUR"})]
    assert guard.sent != [app.signature("elsewhere.pay", args=(8,))]


def test_the_rest_of_star_arguments_is_compared_too(guard: CeleryGuard, app: Any) -> None:
    @app.task(name="many")
    def many(*ids: int, **more: int) -> None: ...

    many.delay(1, 2, three=3)
    assert guard.sent == [many.s(1, three=3)]
    assert guard.sent != [many.s(1, 3)]
    assert guard.sent != [many.s(four=4)]


def test_arguments_are_compared_as_the_serialiser_leaves_them(
    guard: CeleryGuard, add: Any
) -> None:
    add.delay((1, 2), {"when": datetime(2026, 1, 2, tzinfo=timezone.utc)})
    assert guard.sent[0].args[0] == [1, 2]
    assert guard.sent == [
        add.s((1, 2), {"when": datetime(2026, 1, 2, tzinfo=timezone.utc)})
    ]


def test_options_count_when_the_signature_sets_them(guard: CeleryGuard, add: Any) -> None:
    add.apply_async((1,), queue="mail", priority=3)
    assert guard.sent == [add.s(1)]
    assert guard.sent == [add.s(1).set(queue="mail", priority=3)]
    assert guard.sent != [add.s(1).set(queue="bulk")]
    assert guard.sent != [add.s(1).set(expires=10)]


@pytest.mark.parametrize(
    "option", [{"task_id": "seven"}, {"time_limit": 9}, {"shadow": "plus"}]
)
def test_any_option_of_apply_async_can_be_compared(
    guard: CeleryGuard, add: Any, option: dict[str, Any]
) -> None:
    add.apply_async((1,), **option)
    add.apply_async((2,))
    assert guard.sent == [add.s(1).set(**option), add.s(2)]
    assert guard.sent != [add.s(1), add.s(2).set(**option)]


def test_countdown_eta_and_expires_are_moments(guard: CeleryGuard, add: Any) -> None:
    add.apply_async((1,), countdown=60, expires=3600)
    assert guard.sent == [add.s(1).set(countdown=60, expires=3600)]
    assert guard.sent != [add.s(1).set(countdown=90)]
    eta = guard.sent[0].eta
    assert eta is not None
    assert guard.sent == [add.s(1).set(eta=eta)]
    assert guard.sent != [add.s(1).set(eta=eta + timedelta(days=1))]


def test_links_are_options_too(guard: CeleryGuard, add: Any, boom: Any) -> None:
    add.apply_async((1,), link=boom.si())
    send = guard.sent[0]
    assert [each["task"] for each in send.option("link")] == ["boom"]


def test_in_finds_one_of_several(guard: CeleryGuard, add: Any, boom: Any) -> None:
    add.delay(1)
    boom.delay()
    assert add.s(1) in guard.sent
    assert boom in guard.sent
    assert "boom" in guard.sent
    assert add.s(2) not in guard.sent
    assert "other" not in guard.sent


def test_sends_are_filtered_by_task_and_queue(
    guard: CeleryGuard, add: Any, boom: Any
) -> None:
    add.delay(1)
    boom.delay()
    add.apply_async((2,), queue="bulk")
    assert guard.sent.of(add) == [add.s(1), add.s(2)]
    assert guard.sent.of(add, queue="bulk") == [add.s(2)]
    assert guard.sent.of("boom") == [boom]
    assert guard.sent[1:] == [boom, add]
    assert guard.sent[-1] == add.s(2)


def test_a_send_shows_its_call_and_its_options(guard: CeleryGuard, add: Any) -> None:
    add.apply_async((1,), {"note": "gift"}, queue="mail")
    assert repr(guard.sent) == "[add(1, note='gift') queue='mail']"
    add.apply_async((1,), countdown=60)
    eta = guard.sent[1].eta
    assert eta is not None
    assert repr(guard.sent[1]) == f"add(1) queue='celery' eta={eta.isoformat()}"


def test_a_chain_is_sent_as_its_first_task(guard: CeleryGuard, add: Any) -> None:
    chain(add.s(1, 2), add.s(3), add.s(4))()
    assert guard.sent == [chain(add.s(1, 2), add.s(3), add.s(4))]
    assert guard.sent == [add.s(1, 2)]
    assert guard.sent != [chain(add.s(1, 2), add.s(3))]
    assert guard.sent != [chain(add.s(1, 2), add.s(3), add.s(5))]
    assert "then=['add', 'add']" in repr(guard.sent[0])


def test_a_group_is_sent_as_its_members(guard: CeleryGuard, add: Any) -> None:
    group(add.s(n) for n in range(3)).delay()
    assert guard.sent == [add.s(0), add.s(1), add.s(2)]
    assert len({send.headers["group"] for send in guard.sent}) == 1


def test_sends_of_tasks_are_sends_and_retries_are_none(
    guard: CeleryGuard, app: Any
) -> None:
    @app.task(name="child", bind=True)
    def child(self: Any) -> None:
        if not self.request.retries:
            raise self.retry(countdown=0)

    @app.task(name="parent")
    def parent() -> None:
        child.delay()

    result = parent.delay()
    guard.drain()
    assert guard.sent == [parent, child]
    assert guard.sent[1].headers["parent_id"] == result.id


def test_the_first_protocol_is_read_too(app: Any, add: Any) -> None:
    with CeleryGuard(app, conf={"task_protocol": 1}) as guard:
        result = add.apply_async((1,), {"note": "old"}, countdown=5)
        assert guard.sent == [add.s(1, note="old").set(countdown=5)]
        assert repr(guard.sent).startswith("[add(1, note='old') queue='celery' eta=")
        guard.advance(seconds=5)
        assert guard.states(result) == ["PENDING", "SUCCESS"]


@pytest.mark.parametrize("serializer", ["json", "pickle", "yaml"])
@pytest.mark.parametrize("compression", [None, "zlib"])
def test_every_serialiser_is_read(
    app: Any, add: Any, serializer: str, compression: str | None
) -> None:
    if serializer == "yaml":
        pytest.importorskip("yaml")
    conf = {"accept_content": ["json", serializer], "task_serializer": serializer}
    with CeleryGuard(app, conf=conf) as guard:
        add.apply_async((1,), {"y": 2}, serializer=serializer, compression=compression)
        assert guard.sent == [add.s(1, y=2)]
        guard.drain()


def test_what_can_not_be_serialised_is_not_sent(guard: CeleryGuard, add: Any) -> None:
    with guard.allow("CEL602"), pytest.raises(Exception, match="not JSON serializable"):
        add.delay(object())
    assert guard.sent == []


def test_a_message_that_nobody_can_read_is_named(app: Any) -> None:
    guard = CeleryGuard(app)
    with pytest.raises(AssertionError, match=r"\(unreadable\)\(…\) queue='celery'"), guard:
        with app.producer_pool.acquire() as producer:
            producer.publish(
                "{",
                exchange="",
                routing_key="celery",
                content_type="application/json",
                content_encoding="utf-8",
                headers={"id": "A-17"},
            )
