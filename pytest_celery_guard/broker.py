"""A broker inside the test: a kombu virtual transport whose queues are the world's.

The underscored methods are the extension points that kombu documents for virtual transports:
https://docs.celeryq.dev/projects/kombu/en/stable/reference/kombu.transport.virtual.html
"""

from __future__ import annotations

from queue import Empty
from typing import Any, NoReturn

from kombu.transport import virtual
from kombu.utils.json import dumps, loads

from pytest_celery_guard.watching.sends import note_send
from pytest_celery_guard.world import World


class Channel(virtual.Channel):
    """Puts messages into the world and takes answers to remote control out of it."""

    supports_fanout = True
    do_restore = False

    @property
    def world(self) -> World:
        """The world of the connection this channel belongs to."""
        world: World = self.connection.world
        return world

    def _put(self, queue: str, message: dict[str, Any], **kwargs: Any) -> None:
        self.world.faults.reach_broker()
        note_send(self.world, message)
        # JSON and back for the whole message, as the Redis transport does.
        self.world.publish(queue, message, dumps(message))

    def _put_fanout(
        self, exchange: str, message: dict[str, Any], routing_key: str | None, **kwargs: Any
    ) -> None:
        for _, _, queue in self.get_table(exchange):
            self._put(queue, message)

    def _get(self, queue: str, timeout: float | None = None) -> Any:
        return loads(self.world.take_reply(queue))

    def _size(self, queue: str) -> int:
        return sum(message.queue == queue for message in self.world.messages)

    def _purge(self, queue: str) -> int:
        return self.world.messages.purge(queue)

    def _queue_bind(self, *args: Any) -> None:
        """The table of bindings, which the base class keeps, is all we need."""

    def _restore(self, message: Any) -> None:
        # The flag stands where the Redis transport puts it when it restores a message.
        raw = message.serializable()
        raw["properties"]["delivery_info"]["redelivered"] = True
        self.world.put_back(message.delivery_tag, raw)

    def _restore_at_beginning(self, message: Any) -> None:
        self._restore(message)

    def after_reply_message_received(self, queue: str) -> None:
        """Reply queues live as long as the world: nothing to clean up."""


class Transport(virtual.Transport):
    """Connects at once, to the world that the transport options name."""

    Channel = Channel
    driver_type = driver_name = "memory"
    connection_errors = (ConnectionError,)
    implements = virtual.Transport.implements.extend(
        exchange_type=frozenset(["direct", "topic", "fanout"])
    )

    def __init__(self, client: Any, **kwargs: Any) -> None:
        super().__init__(client, **kwargs)
        self.world: World = client.transport_options["world"]
        self.state = self.world.broker_state

    def establish_connection(self) -> Any:
        """Connect, unless the test plays that the broker is down."""
        self.world.faults.reach_broker()
        return super().establish_connection()

    def driver_version(self) -> str:
        """What ``Connection.info`` prints; there is no driver."""
        return "N/A"

    def drain_events(self, connection: Any, timeout: float | None = None) -> Any:
        """Deliver one answer to remote control; nobody else can publish, so never sleep."""
        try:
            return self.cycle.get(self._deliver, timeout=timeout)
        except Empty:
            _nothing_comes()


def _nothing_comes() -> NoReturn:
    raise TimeoutError from None
