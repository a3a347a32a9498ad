"""What kind of broker the app has, and what is declared there: exchanges, queues, bindings."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping
from copy import deepcopy
from typing import Any
from weakref import WeakSet

from kombu.transport.virtual import BrokerState

REDIS = frozenset({"redis", "rediss", "sentinel"})
AMQP = frozenset({"amqp", "amqps", "pyamqp", "librabbitmq", "confirm"})

DRIVERS = {"redis": ("redis", "redis"), "amqp": ("amqp", "py-amqp")}
"""``driver_type`` and ``driver_name`` of kombu's transports."""


def kind_of(url: Any) -> str:
    """The kind of broker behind a URL, or the first of several: redis, amqp, or the scheme."""
    first = url if isinstance(url, str) else next(iter(url or ()), "amqp")
    scheme = first.partition(":")[0].partition("+")[0] or "amqp"
    if scheme in REDIS:
        return "redis"
    return "amqp" if scheme in AMQP else scheme


class Declared:
    """A broker's declarations, and the connections that remember what they have declared.

    ``queues`` are those that exist, by name, with their arguments.
    """

    def __init__(self, url: Any) -> None:
        self.kind = kind_of(url)
        self.driver = DRIVERS.get(self.kind, (self.kind, self.kind))
        self.state = BrokerState()
        self.queues: dict[str, Mapping[str, Any]] = {}
        self.clients: WeakSet[Any] = WeakSet()
        self._started: Callable[[], object] = int

    @property
    def is_redis(self) -> bool:
        """Whether the app's own broker is Redis."""
        return self.kind == "redis"

    @property
    def is_amqp(self) -> bool:
        """Whether it is RabbitMQ, or another one that speaks AMQP."""
        return self.kind == "amqp"

    def keep_started(self) -> None:
        """Remember what a worker declares when it starts."""
        self._started = self.keep()

    def clear(self) -> None:
        """Have what a worker has declared when it has just started."""
        self._started()

    def keep(self) -> Callable[[], None]:
        """Remember all that is declared now; return the way back, which can be gone many times."""
        exchanges, bindings = deepcopy(self.state.exchanges), dict(self.state.bindings)
        queues = dict(self.queues)

        def way_back() -> None:
            state = self.state
            now = state.exchanges, state.bindings, self.queues
            if now == (exchanges, bindings, queues):
                return
            state.exchanges = deepcopy(exchanges)
            state.bindings = dict(bindings)
            state.queue_index = defaultdict(set)
            for key in bindings:
                state.queue_index[key.queue].add(key)
            self.queues = dict(queues)
            for client in self.clients:  # they would not declare it again
                client.declared_entities.clear()

        return way_back
