"""Where a run's messages and results live: servers of the user's, names of the run's own."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from pytest_celery_guard.errors import WrongOptionError

RABBITMQ = frozenset({"amqp", "amqps", "pyamqp"})
REDIS = frozenset({"redis", "rediss"})
TRANSPORTS = {
    **dict.fromkeys(
        RABBITMQ, "pytest_celery_guard.real_worker.processes.rabbitmq:Transport"
    ),
    **dict.fromkeys(REDIS, "pytest_celery_guard.real_worker.processes.redis:Transport"),
}
"""The transport that keeps the names of one run apart, by the scheme of the broker's URL."""

TRANSPORT_SETTINGS = ("broker_transport_options", "result_backend_transport_options")


@dataclass(frozen=True, slots=True)
class Address:
    """The URLs of a broker and a result store, and the prefix of all names of one run."""

    broker: str
    backend: str
    prefix: str = field(default_factory=lambda: f"celery-guard-{uuid.uuid4().hex[:12]}.")

    def settings(self, conf: Mapping[str, Any]) -> dict[str, Any]:
        """What an app needs to live there; it keeps the rest of its transport options."""
        own = {"global_keyprefix": self.prefix}
        options = {name: {**(conf[name] or {}), **own} for name in TRANSPORT_SETTINGS}
        return {
            "broker_url": self.broker,
            "broker_read_url": self.broker,
            "broker_write_url": self.broker,
            "broker_transport": TRANSPORTS[scheme(self.broker)],
            "broker_connection_retry_on_startup": True,
            "broker_heartbeat": 0,  # nobody asks for one while a test does not drain
            "task_always_eager": False,
            "worker_hijack_root_logger": True,
            **options,
        }


def address_of(broker: str, backend: str) -> Address:
    """An address of this run. Raises WrongOptionError for servers that can't be cleaned."""
    if scheme(broker) not in TRANSPORTS:
        raise WrongOptionError(
            f"celery_guard's option broker is {broker!r}, but it must be a redis:// or amqp:// URL."
        )
    backend = backend or (broker if scheme(broker) in REDIS else "")
    if scheme(backend) not in REDIS:
        raise WrongOptionError(
            f"celery_guard's option backend is {backend!r}, but it must be a redis:// URL."
            f" Results are stored"
            " in Redis, regardless of the app's settings."
        )
    return Address(broker, backend)


def scheme(url: str) -> str:
    """The part of a URL before ``://``."""
    return url.partition("://")[0]
