"""A connection to a broker outside the test, and what is done there beside publishing."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from functools import partial
from types import FrameType
from typing import Any, NamedTuple

from amqp.channel import Channel as AmqpChannel
from kombu import Connection, Queue
from kombu.transport.virtual import Channel as VirtualChannel

from pytest_celery_guard.basics.callers import package_of
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
    url_of_channel,
)
from pytest_celery_guard.refusals.methods import Refusing

OF_CHANNELS = (
    *("queue_declare", "queue_bind", "queue_unbind", "queue_purge", "queue_delete"),
    *("exchange_declare", "exchange_delete", "basic_get", "basic_consume"),
)
"""What code can do to a broker by the channel of an open connection."""


IN_PROCESS = "memory:"
"""How the URL of a broker begins that ends with this process; one of files keeps what is done."""


class Reach(NamedTuple):
    """A connection to this URL: to make it, to wait for a message there, or to use a channel.

    ``call`` is what it is used for, by the name of the channel's method.
    """

    uri: str
    waits: bool = False
    call: str = ""

    def is_local(self) -> bool:
        """Whether the broker is in this process."""
        return is_local(self.uri)

    def by_guard(self, place: str, guarded: str) -> str:
        """A connection that no guard made."""
        if self.call:
            return refusals.call(place, self.call, self.uri, guarded)
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
    for kind in (VirtualChannel, AmqpChannel):
        for name in OF_CHANNELS:
            yield kind, name, partial(_call, name)


def _connect(original: Callable[..., Any]) -> Callable[..., Any]:
    def connect(connection: Any) -> Any:
        __tracebackhide__ = True
        kind = connection.get_transport_cls()
        if not is_ours(kind) and kind.driver_type not in LOCAL:
            refuse(Reach(url_of(connection)))
        return original(connection)

    return connect


def _call(name: str, original: Callable[..., Any]) -> Callable[..., Any]:
    def call(channel: Any, *args: Any, **options: Any) -> Any:
        __tracebackhide__ = True
        if not is_own_channel(channel) and not is_closed_by(sys._getframe(1)):
            uri = url_of_channel(channel)
            if not uri.startswith(IN_PROCESS):
                refuse(Reach(uri, call=name))
        return original(channel, *args, **options)

    return call


def is_closed_by(caller: FrameType) -> bool:
    """Whether kombu closes a channel, and so deletes what is only its own."""
    return caller.f_code.co_name == "close" and package_of(caller) == "kombu"


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
            refuse(Reach(url_of_channel(channel), waits=True))
        return original(queue, *args, **options)

    return get
