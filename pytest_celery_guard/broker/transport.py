"""The transport: connects at once, to the world that its options name."""

from __future__ import annotations

from queue import Empty
from typing import Any, NoReturn

from kombu.transport import virtual

from pytest_celery_guard.broker.channel import Channel
from pytest_celery_guard.world.world import World


class Transport(virtual.Transport):
    """Connects at once, to the world that the transport options name."""

    Channel = Channel
    connection_errors = (ConnectionError,)
    implements = virtual.Transport.implements.extend(
        exchange_type=frozenset(["direct", "topic", "fanout", "headers"])
    )

    def __init__(self, client: Any, **kwargs: Any) -> None:
        super().__init__(client, **kwargs)
        self.world: World = client.transport_options["world"]
        self.state = self.world.broker.state
        self.world.broker.clients.add(client)
        self.driver_type, self.driver_name = self.world.broker.driver

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
