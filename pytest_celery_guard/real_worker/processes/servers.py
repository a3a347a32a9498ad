"""The servers behind an address: whether they answer, and what a run leaves on them."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from typing import Any

from kombu import Connection
from redis import Redis

from pytest_celery_guard.basics.urls import url_of
from pytest_celery_guard.errors import GuardError
from pytest_celery_guard.real_worker.processes.address import (
    RABBITMQ,
    Address,
    scheme,
)
from pytest_celery_guard.real_worker.processes.rabbitmq import REMOTE_CONTROL

CONNECT_SECONDS = 5


def check_answers(address: Address) -> None:
    """Raise GuardError, in one line, for a server that does not answer."""
    for url in dict.fromkeys((address.broker, address.backend)):
        _check(url)


def reached(url: str) -> Any:
    """A connection of kombu to RabbitMQ, or a client of Redis: kombu's retries for long."""
    if scheme(url) in RABBITMQ:
        return Connection(url, connect_timeout=CONNECT_SECONDS)
    return Redis.from_url(url, socket_connect_timeout=CONNECT_SECONDS)


def _check(url: str) -> None:
    try:
        with reached(url) as server:
            server.connect() if scheme(url) in RABBITMQ else server.ping()
    except Exception as error:
        name = url_of(Connection(url))
        raise GuardError(
            f"celery_guard's worker mode: {name} does not answer: {error}"
        ) from None


def clean(address: Address, queues: Iterable[str]) -> None:
    """Remove all names of a run."""
    for url in dict.fromkeys((address.broker, address.backend)):
        with reached(url) as server:
            if scheme(url) in RABBITMQ:
                _clean_rabbitmq(server, address.prefix, queues)
            else:
                _clean_redis(server, address.prefix)


def _clean_redis(client: Any, prefix: str) -> None:
    for key in client.scan_iter(match=f"{prefix}*", count=1000):
        client.delete(key)


def _clean_rabbitmq(connection: Any, prefix: str, queues: Iterable[str]) -> None:
    """Exchanges go with their queues, but for those of remote control."""
    for queue in queues:
        with suppress(connection.channel_errors):
            connection.channel().queue_delete(prefix + queue)
    for exchange in REMOTE_CONTROL:
        with suppress(connection.channel_errors):
            connection.channel().exchange_delete(prefix + exchange)
