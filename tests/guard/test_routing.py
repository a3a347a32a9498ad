"""Where messages go: exchanges as the app's own broker has them, messages that no queue gets."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from amqp.exceptions import NotFound
from celery import Celery, chain, chord
from kombu import Exchange, Queue
from kombu.exceptions import ChannelError

from pytest_celery_guard import CeleryGuard
from pytest_celery_guard.errors import (
    CeleryGuardWarning,
    GuardError,
    WouldBlockForeverError,
)

REDIS, RABBITMQ = "redis://nowhere.invalid/0", "amqp://nowhere.invalid"
EVENTS = Exchange("events", "topic")


def app_with(broker: str, **conf: Any) -> Any:
    app = Celery("shop", broker=broker, backend="redis://nowhere.invalid", **conf)

    @app.task(name="note")
    def note(what: str = "") -> str:
        return what

    return app


@pytest.fixture(params=[REDIS, RABBITMQ])
def each_app(request: pytest.FixtureRequest) -> Any:
    return app_with(request.param)


@contextmanager
def told_lost(text: str) -> Iterator[None]:
    with pytest.warns(CeleryGuardWarning, match=text):
        yield


class TestUnroutable:
    def test_it_is_sent_and_warned_of(self, each_app: Any) -> None:
        note = each_app.tasks["note"]
        with told_lost("CEL611 note: the message is lost: there is no exchange"):
            with CeleryGuard(each_app) as guard:
                note.apply_async(exchange="events", routing_key="order.paid")
                assert guard.drain() == 0
                assert guard.sent == [note.s()]
                assert repr(guard.sent) == (
                    "[note() exchange='events' routing_key='order.paid' (lost)]"
                )

    def test_a_read_and_the_account_say_so(self, each_app: Any) -> None:
        note = each_app.tasks["note"]
        with CeleryGuard(each_app, contract="off") as guard:
            result = note.apply_async(exchange="events", routing_key="order.paid")
            with pytest.raises(
                WouldBlockForeverError, match="note was sent, but the message is"
            ):
                result.get()
            assert "the message is lost" in guard.account()

    def test_a_binding_for_another_key(self, each_app: Any) -> None:
        note = each_app.tasks["note"]
        queues = [Queue("orders", EVENTS, "order.*"), Queue("celery")]
        with told_lost(
            "no queue is bound to the exchange 'events' with the routing key 'user"
        ):
            with CeleryGuard(each_app, conf={"task_queues": queues}) as guard:
                note.apply_async(("paid",), exchange="events", routing_key="order.paid")
                note.apply_async(("new",), exchange="events", routing_key="user.new")
                assert guard.drain() == 1
                assert [each.queue for each in guard.sent] == ["orders", ""]

    def test_strictly_it_fails(self, each_app: Any) -> None:
        def send() -> None:
            with CeleryGuard(each_app, contract="strict"):
                each_app.send_task("note", exchange="events", routing_key="x")

        with pytest.raises(GuardError, match="the message is lost"):
            send()

    @pytest.mark.parametrize(("broker", "is_lost"), [(RABBITMQ, True), (REDIS, False)])
    def test_a_queue_that_nobody_declares(self, broker: str, is_lost: bool) -> None:
        app = app_with(broker)
        queue = Queue("nowhere", no_declare=True)
        with CeleryGuard(app, contract="off", allow_leftover=True) as guard:
            app.tasks["note"].apply_async(queue=queue)
            assert ("there is no queue 'nowhere'" in guard.account()) == is_lost
            app.tasks["note"].apply_async(queue="made")
            assert guard.sent[-1].queue == "made"

    def test_a_next_task_of_a_chain(self, each_app: Any) -> None:
        note = each_app.tasks["note"]
        lost = note.si().set(exchange="events", routing_key="x")
        with CeleryGuard(each_app, contract="off") as guard:
            result = (note.si() | lost).delay()
            with pytest.raises(WouldBlockForeverError, match="the message is lost"):
                result.get()
            assert len(guard.sent) == 2

    @pytest.mark.parametrize("canvas", ["chain", "chord", "link"])
    def test_what_follows_a_lost_message_never_comes(
        self, each_app: Any, canvas: str
    ) -> None:
        note = each_app.tasks["note"]
        lost = note.si().set(exchange="events", routing_key="x")
        last = note.si("last").set(task_id="last")
        sends = {
            "chain": lambda: chain(lost, last).delay(),
            "chord": lambda: chord([note.si(), lost], last).delay(),
            "link": lambda: (
                lost.clone().apply_async(link=last) and note.AsyncResult("last")
            ),
        }
        with CeleryGuard(each_app, contract="off"):
            result = sends[canvas]()
            with pytest.raises(
                WouldBlockForeverError,
                match="it follows note, which was sent, but the message is lost",
            ):
                result.get()

    def test_events_that_nobody_reads_are_no_tasks(self) -> None:
        app = app_with(REDIS)
        app.conf.task_send_sent_event = True
        with warnings.catch_warnings(), CeleryGuard(app) as guard:
            warnings.simplefilter("error")
            # Celery 5.3 itself calls what Python 3.12 warns of.
            warnings.filterwarnings(
                "ignore", r"datetime\.datetime\.utcnow", DeprecationWarning
            )
            app.tasks["note"].delay()
            guard.drain()
            assert len(guard.sent) == 1


class TestBindings:
    def test_of_queues_that_a_test_sets(self, each_app: Any) -> None:
        note = each_app.tasks["note"]
        with CeleryGuard(each_app, contract="off") as guard:
            with guard.conf(task_queues=[Queue("orders", EVENTS, "order.#")]):
                note.apply_async(exchange="events", routing_key="order.a.b")
                assert guard.drain(queue="orders") == 1
            note.apply_async(exchange="events", routing_key="order.a.b")
            assert [each.queue for each in guard.sent] == ["orders", ""]

    def test_no_test_has_those_of_another_one(self, each_app: Any) -> None:
        guard = CeleryGuard(each_app, contract="off")
        queue = Queue("orders", EVENTS, "order.*")
        for _ in range(2):
            with guard:
                note = each_app.tasks["note"]
                note.apply_async(exchange="events", routing_key="order.paid")
                note.apply_async(
                    exchange="events", routing_key="order.paid", declare=[queue]
                )
                assert guard.drain() == 1

    def test_routes_to_a_topic(self, each_app: Any) -> None:
        conf = {
            "task_queues": [Queue("feeds", EVENTS, "feed.#")],
            "task_routes": {"note": {"exchange": "events", "routing_key": "feed.import"}},
        }
        with CeleryGuard(each_app, conf=conf) as guard:
            assert guard.run(each_app.tasks["note"].s("x")) == "x"

    def test_a_default_queue_of_the_test(self, each_app: Any) -> None:
        with CeleryGuard(each_app, conf={"task_default_queue": "other"}) as guard:
            each_app.tasks["note"].delay()
            assert guard.sent[0].queue == "other"
            assert guard.drain() == 1


@pytest.mark.parametrize(
    ("broker", "binding", "key", "is_bound"),
    [
        (RABBITMQ, "order.#", "order", True),
        (RABBITMQ, "#.paid", "paid", True),
        (RABBITMQ, "a.#.z", "a.b.c.z", True),
        (RABBITMQ, "order.*", "order.a.b", False),
        (RABBITMQ, "*.order", "order", False),
        (REDIS, "order.#", "order.a", True),
        (REDIS, "order.#", "order", False),  # kombu's pattern wants the dot
        (REDIS, "order.*", "order.a", True),
    ],
)
def test_topics(broker: str, binding: str, key: str, is_bound: bool) -> None:
    app = app_with(broker)
    conf = {"task_queues": [Queue("orders", EVENTS, binding)]}
    with CeleryGuard(app, conf=conf, contract="off") as guard:
        app.tasks["note"].apply_async(exchange="events", routing_key=key)
        assert bool(guard.drain()) == is_bound


@pytest.mark.parametrize(
    ("match", "sent", "is_bound"),
    [
        ("all", {"kind": "pdf", "size": "a4"}, True),
        ("all", {"kind": "pdf"}, False),
        ("any", {"kind": "pdf"}, True),
        ("any", {"size": "a5"}, False),
    ],
)
def test_headers_over_rabbitmq(match: str, sent: dict[str, str], is_bound: bool) -> None:
    app = app_with(RABBITMQ)
    arguments = {"x-match": match, "kind": "pdf", "size": "a4"}
    queue = Queue("prints", Exchange("prints", "headers"), binding_arguments=arguments)
    with CeleryGuard(app, conf={"task_queues": [queue]}, contract="off") as guard:
        app.tasks["note"].apply_async(exchange="prints", routing_key="x", headers=sent)
        assert bool(guard.drain()) == is_bound


def test_a_fanout_reaches_each_queue(each_app: Any) -> None:
    exchange = Exchange("all", "fanout")
    conf = {"task_queues": [Queue("one", exchange), Queue("two", exchange)]}
    with CeleryGuard(each_app, conf=conf) as guard:
        each_app.tasks["note"].apply_async(exchange="all", routing_key="x")
        assert guard.drain() == 2


@pytest.mark.parametrize(
    ("url", "driver"),
    [
        (REDIS, ("redis", "redis")),
        ("rediss://nowhere.invalid", ("redis", "redis")),
        ("sentinel://nowhere.invalid", ("redis", "redis")),
        (RABBITMQ, ("amqp", "py-amqp")),
        ("pyamqp://nowhere.invalid;amqp://other.invalid", ("amqp", "py-amqp")),
        ("memory://", ("memory", "memory")),
        ("sqs://", ("sqs", "sqs")),
    ],
)
def test_the_driver_is_that_of_the_apps_broker(url: str, driver: tuple[str, str]) -> None:
    app = app_with(url)
    with CeleryGuard(app), app.connection_for_write() as connection:
        assert (
            connection.transport.driver_type,
            connection.transport.driver_name,
        ) == driver


class TestPassiveDeclarations:
    def test_rabbitmq_counts_messages_and_consumers(self) -> None:
        app = app_with(RABBITMQ)
        with (
            CeleryGuard(app, allow_leftover=True),
            app.connection_for_write() as connection,
        ):
            channel = connection.default_channel
            app.tasks["note"].delay()
            found = channel.queue_declare(queue="celery", passive=True)
            assert (found.message_count, found.consumer_count) == (1, 1)
            with pytest.raises(NotFound, match="no queue 'nowhere'"):
                channel.queue_declare(queue="nowhere", passive=True)
            channel.queue_declare(queue="nowhere")
            assert channel.queue_declare(queue="nowhere", passive=True).consumer_count == 0

    def test_redis_has_a_list_only_while_it_has_messages(self) -> None:
        app = app_with(REDIS)
        with CeleryGuard(app), app.connection_for_write() as connection:
            channel = connection.default_channel
            with pytest.raises(ChannelError, match="no queue 'celery'"):
                channel.queue_declare(queue="celery", passive=True)
            app.tasks["note"].delay()
            assert channel.queue_declare(queue="celery", passive=True).message_count == 1
            app.control.purge()


class TestQuorumQueues:
    def test_an_eta_takes_native_delayed_delivery_and_comes_in_time(self) -> None:
        app = app_with(RABBITMQ)
        queue = Queue(
            "jobs",
            Exchange("jobs", "topic"),
            "jobs",
            queue_arguments={"x-queue-type": "quorum"},
        )
        conf = {"task_queues": [queue], "task_default_queue": "jobs"}
        with CeleryGuard(app, conf=conf) as guard:
            result = app.tasks["note"].apply_async(("x",), countdown=60)
            guard.drain()
            assert result.state == "PENDING"
            assert guard.advance(minutes=1) == 1
            assert result.get() == "x"


class TestRevoked:
    def test_it_is_no_message_that_was_never_run(self, each_app: Any) -> None:
        with CeleryGuard(each_app) as guard:
            result = each_app.tasks["note"].delay()
            guard.revoke(result)
            assert "wait" not in guard.account()
            guard.drain()  # before Celery 5.4, the state comes when a worker gets the message
            assert result.state == "REVOKED"

    def test_nor_one_that_is_revoked_by_a_result_or_a_stamp(self, each_app: Any) -> None:
        note = each_app.tasks["note"]
        with CeleryGuard(each_app):
            note.delay().revoke()
            stamped = note.s()
            stamped.stamp(shop="north")
            stamped.delay()
            each_app.control.revoke_by_stamped_headers({"shop": ["north"]})

    def test_others_still_are(self, each_app: Any) -> None:
        def test() -> None:
            with CeleryGuard(each_app) as guard:
                each_app.tasks["note"].delay("left")
                guard.revoke(each_app.tasks["note"].delay())

        with pytest.raises(GuardError, match="was sent but never run"):
            test()


class TestRefused:
    def test_a_content_type_is_told_with_its_reason(self, each_app: Any) -> None:
        each_app.conf.accept_content = ["json"]
        with CeleryGuard(each_app, allow_failures=True) as guard:
            result = each_app.tasks["note"].apply_async(serializer="pickle")
            with pytest.raises(WouldBlockForeverError, match=REFUSED):
                result.get()
            assert "accept_content, which contains application/json" in guard.account()

    def test_nothing_allows_it(self, each_app: Any) -> None:
        def test() -> None:
            with CeleryGuard(each_app) as guard:
                each_app.tasks["note"].apply_async(serializer="yaml")
                guard.drain()

        pytest.importorskip("yaml")
        with pytest.raises(GuardError, match="is not in accept_content"):
            test()


REFUSED = (
    r"note was sent, but the worker can't read a task message: Refusing .* of type pickle.*"
    r"application/x-python-serialize is not in accept_content, which contains application/json"
)


class TestTypesOfExchanges:
    @pytest.mark.parametrize("type_", ["headers", "x-delayed-message", "x-random"])
    def test_redis_has_only_some(self, type_: str) -> None:
        app = app_with(REDIS, task_queues=[Queue("notes", Exchange("events", type_))])
        with pytest.raises(GuardError, match=f"'events' is of type '{type_}', which Redis"):
            CeleryGuard(app).enter()

    def test_rabbitmq_has_those_of_no_unknown_plugin(self) -> None:
        app = app_with(
            RABBITMQ, task_queues=[Queue("notes", Exchange("events", "x-random"))]
        )
        with pytest.raises(
            GuardError, match="type 'x-random', which RabbitMQ without plugins"
        ):
            CeleryGuard(app).enter()

    def test_a_delayed_message_comes_in_time(self) -> None:
        late = Exchange("late", "x-delayed-message", arguments={"x-delayed-type": "direct"})
        app = app_with(RABBITMQ, task_queues=[Queue("notes", late, routing_key="notes")])
        note = app.tasks["note"]
        with CeleryGuard(app) as guard:
            held = note.apply_async(queue="notes", headers={"x-delay": 60_000})
            at_once = note.apply_async(queue="notes")
            assert guard.drain() == 1
            assert (held.state, at_once.state) == ("PENDING", "SUCCESS")
            assert [each.task for each in guard.scheduled] == ["note"]
            assert guard.advance(seconds=59) == 0
            assert guard.advance(seconds=1) == 1
            assert held.state == "SUCCESS"


def test_rabbitmq_has_an_exchange_for_what_no_queue_gets() -> None:
    orders = Exchange("orders", arguments={"alternate-exchange": "rest"})
    queues = [
        Queue("orders", orders, routing_key="order"),
        Queue("rest", Exchange("rest", "fanout")),
    ]
    app = app_with(RABBITMQ, task_queues=queues)
    with CeleryGuard(app) as guard:
        for key in ("order", "refund"):
            app.tasks["note"].apply_async((key,), exchange="orders", routing_key=key)
        assert [each.queue for each in guard.sent] == ["orders", "rest"]
        assert guard.drain() == 2


@pytest.mark.parametrize(("broker", "priority"), [(REDIS, 0), (RABBITMQ, None)])
def test_a_message_for_a_named_queue_has_no_priority_on_rabbitmq(
    broker: str, priority: int | None
) -> None:
    app = app_with(broker)
    with CeleryGuard(app) as guard:
        app.tasks["note"].apply_async(queue="slow")
        app.tasks["note"].delay()
        guard.drain()
        assert [each.priority for each in guard.sent] == [priority, 0]
