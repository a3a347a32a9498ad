"""Messages that are no tasks, and code that reads a queue beside the worker or through it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import kombu
import pytest
from celery import Celery, bootsteps
from kombu.mixins import ConsumerMixin

from pytest_celery_guard import CeleryGuard
from pytest_celery_guard.errors import GuardError

LETTERS = kombu.Queue("letters", kombu.Exchange("letters"), "letters")


@pytest.fixture(params=["redis://nowhere.invalid/0", "amqp://nowhere.invalid//"])
def shop(request: pytest.FixtureRequest) -> Any:
    return Celery(
        "shop",
        broker=request.param,
        backend="redis://nowhere.invalid",
        set_as_current=False,
    )


@pytest.fixture
def connection(shop: Any) -> Iterator[Any]:
    with CeleryGuard(shop), shop.connection() as connection:
        yield connection


def publish(connection: Any, body: object, **options: Any) -> None:
    kombu.Producer(connection).publish(
        body, exchange=LETTERS.exchange, routing_key="letters", declare=[LETTERS], **options
    )


def test_a_simple_queue_gives_back_what_was_put_in(connection: Any) -> None:
    queue = connection.SimpleQueue("letters")
    queue.put({"to": "ann"})
    queue.put({"to": "bob"})
    assert queue.qsize() == 2
    for name in ("ann", "bob"):
        message = queue.get(timeout=1)
        message.ack()
        assert message.payload == {"to": name}
    with pytest.raises(queue.Empty):
        queue.get(timeout=1)


def test_a_consumer_reads_a_bound_queue(connection: Any) -> None:
    got: list[object] = []
    publish(connection, {"to": "ann"})
    consumer = kombu.Consumer(
        connection,
        [LETTERS],
        callbacks=[lambda body, message: got.append(body)],
        no_ack=True,
    )
    with consumer:
        connection.drain_events(timeout=1)
    assert got == [{"to": "ann"}]


def test_a_queue_is_read_without_a_consumer(connection: Any) -> None:
    publish(connection, "hello")
    bound = LETTERS(connection.default_channel)
    assert bound.get(no_ack=True).payload == "hello"
    assert bound.get(no_ack=True) is None


def test_a_consumer_of_kombu_s_mixin_ends_when_it_has_its_message(connection: Any) -> None:
    got: list[object] = []

    class Reader(ConsumerMixin):
        def __init__(self) -> None:
            self.connection = connection

        def get_consumers(self, consumer: Any, channel: Any) -> list[Any]:
            return [consumer([LETTERS], callbacks=[self.read])]

        def read(self, body: object, message: Any) -> None:
            got.append(body)
            message.ack()
            self.should_stop = True

    publish(connection, "hello")
    Reader().run()
    assert got == ["hello"]


def test_what_is_not_acknowledged_comes_back(shop: Any) -> None:
    with CeleryGuard(shop):
        with shop.connection() as first:
            first.SimpleQueue("letters").put("hello")
        with shop.connection() as second:
            assert second.SimpleQueue("letters").get(timeout=1).payload == "hello"
        with shop.connection() as third:
            queue = third.SimpleQueue("letters")
            message = queue.get(timeout=1)
            assert message.delivery_info["redelivered"]
            message.requeue()
            queue.get(timeout=1).reject()
            with pytest.raises(queue.Empty):
                queue.get(timeout=1)


def test_a_message_that_is_no_task_may_be_left(shop: Any) -> None:
    with CeleryGuard(shop) as guard, shop.connection() as connection:
        publish(connection, {"to": "ann"})
        publish(connection, {"to": "bob"}, correlation_id="A-17", reply_to="answers")
        assert guard.drain() == 0
        assert guard.sent == []


def test_a_task_s_message_is_read_by_whoever_is_first(shop: Any) -> None:
    @shop.task(name="add")
    def add(x: int) -> int:
        return x

    with CeleryGuard(shop) as guard, shop.connection() as connection:
        add.delay(1)
        message = connection.SimpleQueue("celery").get(timeout=1)
        assert message.headers["task"] == "add"
        message.ack()
        assert guard.drain() == 0


@pytest.mark.parametrize("drains", [False, True])
def test_the_worker_discards_what_is_no_task(shop: Any, drains: bool) -> None:
    found = "is not a task" if not drains else "can't decode a message"
    with pytest.raises(GuardError, match=found), CeleryGuard(shop) as guard:
        with shop.connection() as connection:
            connection.SimpleQueue("celery").put("hello")
        if drains:
            guard.drain()


def test_a_consumer_of_the_worker_reads_its_own_queue(shop: Any) -> None:
    got: list[object] = []

    class Letters(bootsteps.ConsumerStep):
        def get_consumers(self, channel: Any) -> list[Any]:
            return [kombu.Consumer(channel, [LETTERS], callbacks=[self.read])]

        def read(self, body: object, message: Any) -> None:
            got.append(body)
            message.ack()

    shop.steps["consumer"].add(Letters)
    with CeleryGuard(shop) as guard, shop.connection() as connection:
        publish(connection, {"to": "ann"})
        assert got == []
        guard.drain()
        assert got == [{"to": "ann"}]


# The client of a Redis broker


def test_queues_are_counted_with_the_client_of_redis(app: Any, add: Any) -> None:
    with CeleryGuard(app, allow_leftover=True), app.connection() as connection:
        client = connection.default_channel.client
        for number, priority in enumerate((0, 0, 9)):
            add.apply_async((number,), priority=priority)
        assert client.ping()
        assert (client.llen("celery"), client.llen("celery\x06\x169")) == (2, 1)
        newest, oldest = map(json.loads, client.lrange("celery", 0, -1))
        assert oldest["headers"]["argsrepr"] == "(0,)"
        assert json.loads(client.lindex("celery", 0)) == newest
        assert client.lindex("celery", 5) is None
        assert client.exists("celery", "others") == client.delete("celery") == 1
        assert client.llen(b"celery") == 0


def test_what_else_redis_can_do_is_refused(app: Any) -> None:
    with CeleryGuard(app), app.connection() as connection:
        with pytest.raises(GuardError, match="its client has no 'hset', only llen, lrange"):
            connection.default_channel.client.hset("a", "b", 1)


def test_rabbitmq_has_no_such_client() -> None:
    app = Celery("shop", broker="amqp://nowhere.invalid//", set_as_current=False)
    with CeleryGuard(app), app.connection() as connection:
        assert not hasattr(connection.default_channel, "client")


# Remote control


def test_a_worker_tells_of_its_pool_and_its_broker(app: Any) -> None:
    with CeleryGuard(app):
        (stats,) = app.control.inspect().stats().values()
    assert stats["pool"]["max-concurrency"] == 1
    assert stats["broker"]["hostname"] == "nowhere.invalid"
    assert stats["broker"]["transport"] == "redis"
    assert {"total", "pid", "clock", "uptime", "prefetch_count", "rusage"} <= stats.keys()


def test_a_worker_that_is_shut_down_is_started_again(app: Any, add: Any) -> None:
    with CeleryGuard(app):
        app.control.shutdown()
        assert add.delay(1).get() == 1


def test_values_of_redis_are_bytes(app: Any) -> None:
    with CeleryGuard(app):
        app.backend.set("key", "value")
        assert app.backend.get("key") == b"value"
        assert app.backend.mget(["key", "none"]) == [b"value", None]
