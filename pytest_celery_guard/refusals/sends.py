"""A send through another app, or through a connection of the code's own."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import Any, NamedTuple

from amqp.channel import Channel as AmqpChannel
from celery import Celery
from kombu import Exchange, Producer
from kombu.transport.virtual import Channel as VirtualChannel
from kombu.utils.url import maybe_sanitize_url

from pytest_celery_guard.basics.urls import url_of
from pytest_celery_guard.explain import refusals
from pytest_celery_guard.private import kombu as private_kombu
from pytest_celery_guard.refusals.guarded import (
    Around,
    is_local,
    is_ours,
    is_own_channel,
    of,
    refuse,
    url_of_channel,
)
from pytest_celery_guard.refusals.methods import Refusing


class Send(NamedTuple):
    """A task that is sent through an app."""

    task: str
    app: Any

    def is_local(self) -> bool:
        """Whether the broker is in this process."""
        return is_local(broker_of(self.app))

    def by_guard(self, place: str, guarded: str) -> str:
        """Another app than the guarded ones."""
        broker = broker_of(self.app)
        return refusals.send(place, self.task, self.app.main, broker, guarded)

    def around(self, place: str, around: Around) -> str:
        """Too early, or too late."""
        what = f"{self.task} was not sent: {place} sends it to {broker_of(self.app)}"
        return refusals.around(what, around.where, around.remedy)


class Publish(NamedTuple):
    """A message that is published on a connection to this URL."""

    uri: str

    def is_local(self) -> bool:
        """Whether the broker is in this process."""
        return is_local(self.uri)

    def by_guard(self, place: str, guarded: str) -> str:
        """A connection that no guard made."""
        return refusals.publish(place, self.uri, guarded)

    def around(self, place: str, around: Around) -> str:
        """Too early, or too late."""
        what = f"A message was not published: {place} publishes it to {self.uri}"
        return refusals.around(what, around.where, around.remedy)


def refusing() -> Iterator[Refusing]:
    """What refuses a send, at each level: with a warm connection nothing below is asked."""
    yield Celery, "send_task", _send_task
    yield Producer, "publish", _publish
    yield Exchange, "publish", partial(_publish_on, has_channel=True)
    on_channel = partial(_publish_on, has_channel=False)
    yield VirtualChannel, "basic_publish", on_channel
    yield AmqpChannel, "basic_publish", on_channel
    yield AmqpChannel, private_kombu.AMQP_PUBLISH, on_channel


def _send_task(original: Callable[..., Any]) -> Callable[..., Any]:
    def send_task(app: Any, name: str, *args: Any, **options: Any) -> Any:
        __tracebackhide__ = True
        if of(app) is None and not leads_to_guard(options):
            refuse(Send(name, app))
        return original(app, name, *args, **options)

    return send_task


def leads_to_guard(options: Mapping[str, Any]) -> bool:
    """Whether a send brings a connection to a guard, as each send of a group does."""
    producer, connection = options.get("producer"), options.get("connection")
    if producer is not None:
        connection = producer.connection
    return connection is not None and is_ours(connection.get_transport_cls())


def _publish(original: Callable[..., Any]) -> Callable[..., Any]:
    def publish(producer: Any, *args: Any, **options: Any) -> Any:
        __tracebackhide__ = True
        connection = producer.connection
        if connection is not None and not is_ours(connection.get_transport_cls()):
            refuse(Publish(url_of(connection)))
        return original(producer, *args, **options)

    return publish


def _publish_on(original: Callable[..., Any], *, has_channel: bool) -> Callable[..., Any]:
    def publish(publisher: Any, *args: Any, **options: Any) -> Any:
        __tracebackhide__ = True
        channel = publisher.channel if has_channel else publisher
        if not is_own_channel(channel):
            refuse(Publish(url_of_channel(channel)))
        return original(publisher, *args, **options)

    return publish


def broker_of(app: Any) -> str:
    """Where an app sends, without its password; the default is Celery's."""
    told = app.conf.broker_write_url or "amqp://"
    urls = [told] if isinstance(told, str) else told
    return ";".join(maybe_sanitize_url(url) if "@" in url else url for url in urls)
