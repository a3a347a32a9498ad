"""A channel of the broker: puts messages into the world, as the app's own kind of broker would.

The underscored methods are the extension points that kombu documents for virtual transports:
https://docs.celeryq.dev/projects/kombu/en/stable/reference/kombu.transport.virtual.html
"""

from __future__ import annotations

from typing import Any

from amqp.exceptions import NotFound
from kombu.transport import virtual
from kombu.utils.json import dumps, loads

from pytest_celery_guard.basics.clock import as_datetime
from pytest_celery_guard.broker.dead_letters import dead_letter, grave_of
from pytest_celery_guard.broker.exchanges import (
    AMQP_TYPES,
    delay_of,
    delayed_queues,
    holds_back,
    type_of,
)
from pytest_celery_guard.broker.redis_client import RedisClient
from pytest_celery_guard.errors import GuardError
from pytest_celery_guard.explain import sending
from pytest_celery_guard.watching.sends import note_send
from pytest_celery_guard.world.world import World


class Channel(virtual.Channel):
    """Puts messages into the world and takes answers to remote control out of it."""

    supports_fanout = True
    do_restore = False

    def __init__(self, connection: Any, **kwargs: Any) -> None:
        super().__init__(connection, **kwargs)
        if self.world.broker.is_amqp:
            self.exchange_types |= {name: kind(self) for name, kind in AMQP_TYPES.items()}

    def basic_publish(
        self, message: dict[str, Any], exchange: str, routing_key: str, **kwargs: Any
    ) -> None:
        """Put a message into each queue that it is routed to; without one it is lost."""
        self._inplace_augment_message(message, exchange, routing_key)
        queues = self.queues_for(message, exchange, routing_key)
        for queue in queues:
            self._put(queue, message)
        if not queues:
            self.world.faults.reach_broker()
            is_known = exchange in self.state.exchanges
            told = sending.unroutable(exchange, routing_key, is_declared=is_known)
            note_send(self.world, message)
            self.world.lose(message, dumps(message), told)

    def queues_for(
        self, message: dict[str, Any], exchange: str, routing_key: str
    ) -> list[str]:
        """The queues that an exchange routes a message to; that of the default one is named."""
        if not exchange:
            is_lost = self.world.broker.is_amqp and not self._has_queue(routing_key)
            return [] if is_lost else [routing_key]
        found = self._routed(message, exchange, routing_key)
        other = (self._told(exchange).get("arguments") or {}).get("alternate-exchange")
        if found or not other or not self.world.broker.is_amqp:
            return found
        return self.queues_for(message, other, routing_key)

    def _routed(
        self, message: dict[str, Any], exchange: str, routing_key: str
    ) -> list[str]:
        if self.world.broker.is_amqp and (
            found := delayed_queues(self.world.app, exchange, routing_key)
        ):
            return found
        kind = self.typeof(exchange)
        headers = message.get("headers") or {}
        if self.world.broker.is_amqp and hasattr(kind, "lookup_headers"):
            return sorted(kind.lookup_headers(exchange, headers))
        return sorted(kind.lookup(self.get_table(exchange), exchange, routing_key, None))

    def typeof(self, exchange: str, default: str = "direct") -> Any:
        """The type of an exchange. Raises GuardError for one that the app's broker has not."""
        told = self._told(exchange)
        kind = (
            type_of(told, default)
            if self.world.broker.is_amqp
            else told.get("type", default)
        )
        if kind not in self.exchange_types:
            raise GuardError(sending.no_such_type(exchange, kind, self.world.broker.kind))
        return self.exchange_types[kind]

    @property
    def world(self) -> World:
        """The world of the connection this channel belongs to."""
        world: World = self.connection.world
        return world

    @property
    def client(self) -> RedisClient:
        """The client with which code looks at the queues of a Redis broker."""
        if self.world.broker.is_redis:
            return RedisClient(self.world)
        raise AttributeError(f"{type(self).__name__!r} object has no attribute 'client'")

    def close(self) -> None:
        """Put back what was received on this channel and not acknowledged, as brokers do."""
        if not self.closed:
            self.qos.restore_unacked()
        super().close()

    def prepare_message(
        self, body: Any, priority: int | None = None, *more: Any, **kw: Any
    ) -> Any:
        """With RabbitMQ a message has no priority unless its sender gives it one."""
        prepared = super().prepare_message(body, priority, *more, **kw)
        if self.world.broker.is_amqp:
            prepared["properties"]["priority"] = priority
        return prepared

    def basic_reject(self, delivery_tag: str, requeue: bool = False) -> None:
        """Requeue a message or drop it, if RabbitMQ has no queue for it as a dead letter."""
        if not requeue and self.world.broker.is_amqp:
            self._bury(self.qos.get(delivery_tag))
        super().basic_reject(delivery_tag, requeue)

    def _bury(self, message: Any) -> None:
        """Put a dead letter into a queue, if the worker reads it."""
        world = self.world
        queue = world.queue_of(message.delivery_tag)
        key = message.delivery_info.get("routing_key", "")
        grave = grave_of(world.broker.queues.get(queue, {}), key)
        if grave is None:
            return
        now = as_datetime(world.clock.now())
        letter = dead_letter(message.serializable(), queue, grave, now)
        for each in self.queues_for(letter, *grave):
            if each in world.app.amqp.queues.consume_from:
                world.move(message.delivery_tag, each, letter)

    def _put(self, queue: str, message: dict[str, Any], **kwargs: Any) -> None:
        self.world.faults.reach_broker()
        note_send(self.world, message)
        # JSON and back for the whole message, as the Redis transport does.
        self.world.publish(queue, message, dumps(message), self._delay_of(message))

    def _delay_of(self, message: dict[str, Any]) -> float:
        exchange = message["properties"]["delivery_info"]["exchange"]
        is_held_back = self.world.broker.is_amqp and holds_back(self._told(exchange))
        return delay_of(message.get("headers") or {}) if is_held_back else 0.0

    def _told(self, exchange: str) -> dict[str, Any]:
        found: dict[str, Any] = self.state.exchanges.get(exchange, {})
        return found

    def get_table(self, exchange: str) -> list[Any]:
        """The bindings of an exchange, which may be one that nobody has declared."""
        found: list[Any] = self._told(exchange).get("table", [])
        return found

    def _get(self, queue: str, timeout: float | None = None) -> Any:
        return loads(self.world.take(queue))

    def _size(self, queue: str) -> int:
        return len(self.world.in_queue(queue))

    def _new_queue(self, queue: str, *, arguments: Any = None, **kwargs: Any) -> None:
        self.world.broker.queues.setdefault(queue, arguments or {})

    def _has_queue(self, queue: str, **kwargs: Any) -> bool:
        """Whether a passive declaration finds it: Redis has a list only while it has messages."""
        if self.world.broker.is_amqp:
            return queue in self.world.broker.queues
        return not self.world.broker.is_redis or self._size(queue) > 0

    def queue_declare(self, queue: Any = None, passive: bool = False, **kwargs: Any) -> Any:
        """As the app's broker answers; RabbitMQ knows how many consumers there are."""
        if not self.world.broker.is_amqp:
            return super().queue_declare(queue, passive, **kwargs)
        if passive and not self._has_queue(queue):
            vhost = self.connection.client.virtual_host or "/"
            text = f"NOT_FOUND - no queue {queue!r} in vhost {vhost!r}"
            raise NotFound(text, (50, 10), "Queue.declare", 404)
        declared = super().queue_declare(queue, **kwargs)
        worker = getattr(
            self.world, "worker", None
        )  # it declares its queues when it starts
        is_read = worker is not None and worker.reads(declared.queue)
        return declared._replace(consumer_count=int(is_read))

    def queue_delete(self, queue: str, *args: Any, **kwargs: Any) -> None:
        """Forget a queue and its bindings."""
        super().queue_delete(queue, *args, **kwargs)
        self.world.broker.queues.pop(queue, None)

    def _purge(self, queue: str) -> int:
        return self.world.purge(queue)

    def _queue_bind(self, *args: Any) -> None:
        """The table of bindings, which the base class keeps, is all we need."""

    def _restore(self, message: Any, *, at_end: bool = False) -> None:
        # The flag stands where the Redis transport puts it when it restores a message.
        raw = message.serializable()
        raw["properties"]["delivery_info"]["redelivered"] = True
        self.world.put_back(message.delivery_tag, raw, at_end=at_end)

    def _restore_at_beginning(self, message: Any) -> None:
        # A worker has rejected it. The Redis transport takes the wrong end of the list for this.
        self._restore(message, at_end=self.world.broker.is_redis)

    def after_reply_message_received(self, queue: str) -> None:
        """Reply queues live as long as the world: nothing to clean up."""
