"""A connection to a broker outside the test, and what waits for a message there."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from kombu import Connection, Queue

from pytest_celery_guard import private
from pytest_celery_guard.explain import refusals
from pytest_celery_guard.refusals.guarded import is_ours, is_own_channel, names, refuse
from pytest_celery_guard.restoring import Change

IN_PROCESS = frozenset({"memory", "filesystem"})
"""Types of drivers whose connections reach nothing outside this machine."""


def changes() -> Iterator[Change]:
    """What refuses to connect, and to wait on a connection that is open already."""
    yield Connection, private.CONNECT, _connect(getattr(Connection, private.CONNECT))
    yield Connection, "drain_events", _drain(Connection.drain_events)
    yield Queue, "get", _get(Queue.get)


def _connect(original: Callable[..., Any]) -> Callable[..., Any]:
    def connect(connection: Any) -> Any:
        __tracebackhide__ = True
        kind = connection.get_transport_cls()
        if not is_ours(kind) and kind.driver_type not in IN_PROCESS:
            refuse(lambda place: refusals.connect(place, connection.as_uri(), names()))
        return original(connection)

    return connect


def _drain(original: Callable[..., Any]) -> Callable[..., Any]:
    def drain_events(connection: Any, **options: Any) -> Any:
        __tracebackhide__ = True
        if not is_ours(connection.get_transport_cls()):
            refuse(lambda place: refusals.consume(place, connection.as_uri(), names()))
        return original(connection, **options)

    return drain_events


def _get(original: Callable[..., Any]) -> Callable[..., Any]:
    def get(queue: Any, *args: Any, **options: Any) -> Any:
        __tracebackhide__ = True
        channel = queue.channel
        if not is_own_channel(channel):
            uri = channel.connection.client.as_uri()
            refuse(lambda place: refusals.consume(place, uri, names()))
        return original(queue, *args, **options)

    return get
