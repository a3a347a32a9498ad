"""A connection to a broker outside the test, and what waits for a message there."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from kombu import Connection, Queue

from pytest_celery_guard.basics.urls import url_of
from pytest_celery_guard.explain import refusals
from pytest_celery_guard.private import kombu as private_kombu
from pytest_celery_guard.refusals.guarded import (
    LOCAL,
    Around,
    is_local,
    is_ours,
    is_own_channel,
    refuse,
)
from pytest_celery_guard.refusals.methods import Refusing


class Reach(NamedTuple):
    """A connection to this URL: to make it, or to wait for a message there (``waits``)."""

    uri: str
    waits: bool

    def is_local(self) -> bool:
        """Whether the broker is in this process."""
        return is_local(self.uri)

    def by_guard(self, place: str, guarded: str) -> str:
        """A connection that no guard made."""
        return (refusals.consume if self.waits else refusals.connect)(
            place, self.uri, guarded
        )

    def around(self, place: str, around: Around) -> str:
        """Fixtures may look whether a server is there, and empty its queues."""
        return ""


def refusing() -> Iterator[Refusing]:
    """What refuses to connect, and to wait on a connection that is open already."""
    yield Connection, private_kombu.CONNECT, _connect
    yield Connection, "drain_events", _drain
    yield Queue, "get", _get


def _connect(original: Callable[..., Any]) -> Callable[..., Any]:
    def connect(connection: Any) -> Any:
        __tracebackhide__ = True
        kind = connection.get_transport_cls()
        if not is_ours(kind) and kind.driver_type not in LOCAL:
            refuse(Reach(url_of(connection), waits=False))
        return original(connection)

    return connect


def _drain(original: Callable[..., Any]) -> Callable[..., Any]:
    def drain_events(connection: Any, **options: Any) -> Any:
        __tracebackhide__ = True
        if not is_ours(connection.get_transport_cls()):
            refuse(Reach(url_of(connection), waits=True))
        return original(connection, **options)

    return drain_events


def _get(original: Callable[..., Any]) -> Callable[..., Any]:
    def get(queue: Any, *args: Any, **options: Any) -> Any:
        __tracebackhide__ = True
        channel = queue.channel
        if not is_own_channel(channel):
            refuse(Reach(url_of(channel.connection.client), waits=True))
        return original(queue, *args, **options)

    return get
