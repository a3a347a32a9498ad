"""Connections that are open before the guard is on: nothing goes through them while it is."""

from __future__ import annotations

import os
import socket
import time
import uuid
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlsplit

import amqp
import kombu
import pytest
import redis
from celery import Celery, chord, group
from celery.backends.redis import RedisBackend
from kombu import pools

from pytest_celery_guard import CeleryGuard
from pytest_celery_guard.errors import GuardError, RealBrokerError
from pytest_celery_guard.private import kombu as private_kombu

REDIS = os.environ.get("WARM_REDIS", "redis://127.0.0.1:6379/10")
RABBITMQ = os.environ.get("WARM_RABBITMQ", "amqp://guest:guest@127.0.0.1:5672//")

pytestmark = [
    pytest.mark.services,
    # kombu of the time of Celery 5.3 calls redis in an old way.
    pytest.mark.filterwarnings("ignore:Call to 'get_connection' function"),
]

Other = Any
Way = Callable[[Other], object]


@pytest.fixture(params=[REDIS, RABBITMQ], ids=["redis", "rabbitmq"])
def broker(request: pytest.FixtureRequest) -> str:
    """The URL of a broker that is there."""
    for url in {request.param, REDIS}:
        parts = urlsplit(url)
        try:
            socket.create_connection((parts.hostname, parts.port), timeout=1).close()
        except OSError:
            pytest.skip(f"nothing listens at {url}")
    return str(request.param)


@pytest.fixture
def queue(broker: str) -> Iterator[str]:
    """The name of a queue that is nobody else's, and gone afterwards."""
    name = f"guard-out-{uuid.uuid4()}"
    yield name
    with kombu.Connection(broker) as connection:
        channel = connection.default_channel
        for each in (name, f"{name}.simple"):
            channel.queue_delete(each)
            if broker == RABBITMQ:
                channel.exchange_delete(each)
    with redis.Redis.from_url(REDIS) as client:
        for key in client.scan_iter(f"*{name}*"):
            client.delete(key)


@pytest.fixture
def other(broker: str, queue: str) -> Iterator[Any]:
    """Another app, which has sent one message already."""
    made = Celery("billing", broker=broker, backend=REDIS, set_as_current=False)
    made.conf.task_default_queue = queue

    @made.task(name="charge", shared=False)
    def charge() -> None: ...

    made.send_task("charge")
    arrive(made, queue, 1)
    yield made
    close(made)


def close(app: Any) -> None:
    """Leave no connection open."""
    app.pool.force_close_all()
    private_kombu.forget_pool(app.pool)
    if isinstance(app.backend, RedisBackend):
        app.backend.result_consumer.stop()
        # A result that is collected later unsubscribes, over a connection that is made anew.
        app.backend.result_consumer._pubsub = None
        app.backend.client.connection_pool.disconnect()
    app.close()


def arrive(app: Any, queue: str, count: int) -> None:
    """Wait for so many messages: RabbitMQ counts them a moment after they were sent."""
    end = time.monotonic() + 10
    while waiting(app, queue) < count and time.monotonic() < end:
        time.sleep(0.01)
    assert waiting(app, queue) == count


def waiting(app: Any, queue: str) -> int:
    """How many messages a queue of a real broker has."""
    with app.connection_for_write() as connection:
        declared = connection.default_channel.queue_declare(queue, passive=True)
        return int(declared.message_count)


def producer_of_the_pool(other: Other) -> object:
    with other.producer_pool.acquire(block=True) as producer:
        return producer.publish({}, routing_key=other.conf.task_default_queue)


def producer_of_kombus_pool(other: Other) -> object:
    connection = other.connection_for_write()
    with pools.producers[connection].acquire(block=True) as producer:
        return producer.publish({}, routing_key=other.conf.task_default_queue)


def event(other: Other) -> object:
    with other.events.default_dispatcher() as dispatcher:
        return dispatcher.send("task-sent")


SENDS: dict[str, Way] = {
    "delay": lambda other: other.tasks["charge"].delay(),
    "apply_async": lambda other: other.tasks["charge"].apply_async(countdown=3),
    "send_task": lambda other: other.send_task("charge"),
    "signature": lambda other: other.signature("charge").delay(),
    "group": lambda other: group([other.signature("charge")], app=other)(),
    "chord": lambda other: chord([other.signature("charge")], app=other)(
        other.signature("charge")
    ),
    "control": lambda other: other.control.ping(timeout=0.1),
    "purge": lambda other: other.control.purge(),
    "revoke": lambda other: other.control.revoke("some"),
    "a producer of the app's pool": producer_of_the_pool,
    "a producer of kombu's pool": producer_of_kombus_pool,
    "events": event,
}


@pytest.mark.parametrize("way", SENDS)
def test_a_send_through_another_app_is_refused(
    app: Any, other: Other, queue: str, way: str
) -> None:
    before = waiting(other, queue)
    with pytest.raises(GuardError, match=r"celery_guard is only enabled for .*'shop'"):
        with CeleryGuard(app):
            with pytest.raises(
                RealBrokerError, match=rf"{__name__.split('.')[-1]}\.py:\d+"
            ):
                SENDS[way](other)
    assert waiting(other, queue) == before


RAW: dict[str, Callable[[kombu.Connection, str], object]] = {
    "Producer": lambda connection, queue: kombu.Producer(connection).publish(
        {}, routing_key=queue
    ),
    "Producer of a channel": lambda connection, queue: kombu.Producer(
        connection.default_channel
    ).publish({}, routing_key=queue),
    "Exchange": lambda connection, queue: kombu.Exchange("")(
        connection.default_channel
    ).publish(kombu.Exchange("")(connection.default_channel).Message(""), queue),
    "channel": lambda connection, queue: connection.default_channel.basic_publish(
        connection.default_channel.prepare_message("x"), exchange="", routing_key=queue
    ),
    "SimpleQueue.put": lambda connection, queue: connection.SimpleQueue(
        f"{queue}.simple"
    ).put("x"),
    "SimpleQueue.get": lambda connection, queue: connection.SimpleQueue(
        f"{queue}.simple"
    ).get(timeout=5),
    "SimpleQueue.get_nowait": lambda connection, queue: connection.SimpleQueue(
        f"{queue}.simple"
    ).get_nowait(),
    "drain_events": lambda connection, queue: connection.drain_events(timeout=5),
    "get": lambda connection, queue: connection.default_channel.basic_get(queue),
    "consume": lambda connection, queue: kombu.Consumer(
        connection.default_channel, [kombu.Queue(queue)]
    ).consume(),
    "declare": lambda connection, queue: kombu.Queue(f"{queue}.simple")(
        connection.default_channel
    ).declare(),
    "purge": lambda connection, queue: kombu.Queue(queue)(
        connection.default_channel
    ).purge(),
    "SimpleQueue.clear": lambda connection, queue: connection.SimpleQueue(queue).clear(),
    "delete": lambda connection, queue: kombu.Queue(queue)(
        connection.default_channel
    ).delete(),
}


@pytest.mark.parametrize("way", RAW)
def test_a_connection_that_was_open_before_is_refused(
    app: Any, other: Other, broker: str, queue: str, way: str
) -> None:
    before = waiting(other, queue)
    with kombu.Connection(broker) as connection:
        _ = connection.default_channel
        with pytest.raises(GuardError), CeleryGuard(app):
            with pytest.raises(RealBrokerError, match=r"test_warm_connections\.py:\d+"):
                RAW[way](connection, queue)
    assert waiting(other, queue) == before


def test_a_channel_that_waits_for_confirmation_is_refused(
    app: Any, other: Other, broker: str, queue: str
) -> None:
    before, confirm = waiting(other, queue), {"confirm_publish": True}
    with kombu.Connection(broker, transport_options=confirm) as connection:
        channel = connection.default_channel
        message = channel.prepare_message("x", 0, "text/plain", "utf-8")
        with pytest.raises(GuardError), CeleryGuard(app):
            with pytest.raises(RealBrokerError, match="is only enabled for"):
                channel.basic_publish(message, exchange="", routing_key=queue)
    assert waiting(other, queue) == before


@pytest.mark.parametrize(
    "use",
    [
        lambda channel, queue: channel.basic_publish(amqp.Message("x"), "", queue),
        lambda channel, queue: channel.queue_purge(queue),
    ],
    ids=["publish", "purge"],
)
def test_a_connection_without_kombu_is_refused(
    app: Any, other: Other, broker: str, queue: str, use: Callable[[Any, str], object]
) -> None:
    if broker != RABBITMQ:
        pytest.skip("it is not RabbitMQ")
    before, parts = waiting(other, queue), urlsplit(broker)
    with amqp.Connection(f"{parts.hostname}:{parts.port}") as connection:
        channel = connection.channel()
        with pytest.raises(GuardError), CeleryGuard(app):
            with pytest.raises(RealBrokerError, match=rf"to amqp://{parts.hostname}:"):
                use(channel, queue)
    assert waiting(other, queue) == before


def test_a_channel_that_is_closed_deletes_its_own_queues(
    app: Any, broker: str, queue: str
) -> None:
    with kombu.Connection(broker) as connection:
        channel = connection.channel()
        name = f"{queue}.simple"
        exchange = kombu.Exchange(name, "fanout", auto_delete=True)
        kombu.Queue(name, exchange, auto_delete=True)(channel).declare()
        with CeleryGuard(app):
            channel.close()


def test_a_warm_app_under_the_guard_keeps_to_itself(other: Other, queue: str) -> None:
    before = waiting(other, queue)
    other.control.ping(timeout=0.1)
    with CeleryGuard(other) as guard:
        other.tasks["charge"].delay()
        assert guard.drain() == 1
        assert other.control.inspect().ping() == {"guard@test": {"ok": "pong"}}
    assert other.control.ping(timeout=0.1) == []
    assert waiting(other, queue) == before
    other.send_task("charge")
    arrive(other, queue, before + 1)


def test_it_can_be_allowed(app: Any, other: Other, queue: str) -> None:
    before = waiting(other, queue)
    with CeleryGuard(app, allow_broker=True):
        other.send_task("charge")
    arrive(other, queue, before + 1)


@pytest.mark.parametrize("backend", ["redis", "rpc"])
@pytest.mark.parametrize(
    "read",
    [
        lambda result: result.get(),
        lambda result: result.get(timeout=5),
        lambda result: result.state,
        lambda result: result.ready(),
        lambda result: result.forget(),
        lambda result: result.then(print),
        lambda result: result.app.GroupResult("g", [result]).get(),
        lambda result: result.app.GroupResult("g", [result]).save(),
        lambda result: result.app.GroupResult("g", [result]).delete(),
        lambda result: result.app.backend.get_state(result.id),
        lambda result: result.app.backend.store_result(result.id, 1, "SUCCESS"),
    ],
    ids=[
        *("get", "get with a timeout", "state", "ready", "forget", "then"),
        *("a group", "save", "delete", "the backend", "a write"),
    ],
)
def test_a_read_of_another_apps_result_is_refused(
    app: Any, broker: str, queue: str, backend: str, read: Callable[[Any], object]
) -> None:
    if backend == "rpc" and broker == REDIS:
        pytest.skip("rpc:// is the same on both")
    other = Celery("billing", broker=broker, set_as_current=False)
    other.conf.update(
        result_backend=REDIS if backend == "redis" else "rpc://", task_default_queue=queue
    )
    result = other.send_task("charge")
    with pytest.raises(GuardError), CeleryGuard(app):
        with pytest.raises(
            RealBrokerError, match="the result backend of the app 'billing'"
        ):
            read(result)
    close(other)


def test_a_result_of_before_is_refused_with_the_broker_it_went_to(other: Other) -> None:
    result = other.send_task("charge")
    with pytest.raises(GuardError), CeleryGuard(other):
        with pytest.raises(
            RealBrokerError, match="sent before celery_guard was enabled"
        ) as refused:
            result.get()
    assert "the message went to " in str(refused.value)
    assert ":guest@" not in str(refused.value)
