"""Exchanges as RabbitMQ has them, where kombu's virtual ones differ."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from kombu.transport.virtual.exchange import ExchangeType, TopicExchange

DELAYED = re.compile(r"celery_delayed_\d+$")
"""The exchanges of kombu.transport.native_delayed_delivery: quorum queues have them for an eta."""

DELAYED_TYPE = "x-delayed-message"
"""The type of an exchange that holds messages back, of RabbitMQ's plugin of this name."""

DELAY = re.compile(r"^(?:[01]\.)+")
"""How long a message waits there, at the beginning of its routing key."""


class AmqpTopic(TopicExchange):
    """``*`` is one word, and ``#`` any number of them, also none."""

    def lookup(self, table: Any, exchange: str, routing_key: str, default: Any) -> set[str]:
        """The queues whose binding matches a routing key."""
        words = routing_key.split(".")
        return {queue for key, _, queue in table if matches(key.split("."), words)}


class AmqpHeaders(ExchangeType):
    """Routes by a message's headers: by all that a binding names, or by any of them."""

    type = "headers"

    def lookup_headers(self, exchange: str, headers: Mapping[str, Any]) -> set[str]:
        """The queues whose binding matches the headers of a message."""
        bindings = self.channel.state.bindings.items()
        return {
            key.queue
            for key, arguments in bindings
            if key.exchange == exchange and has_headers(headers, arguments or {})
        }


def type_of(declared: Mapping[str, Any], default: str) -> str:
    """How an exchange routes; one of the plugin for delayed messages says so in an argument."""
    kind = declared.get("type", default)
    if holds_back(declared):
        kind = (declared.get("arguments") or {}).get("x-delayed-type", default)
    return str(kind)


def holds_back(declared: Mapping[str, Any]) -> bool:
    """Whether an exchange routes a message only after the delay that a header names."""
    return declared.get("type") == DELAYED_TYPE


def delay_of(headers: Mapping[str, Any]) -> float:
    """That delay in seconds; the header has milliseconds."""
    return float(headers.get("x-delay") or 0) / 1000


AMQP_TYPES = {"topic": AmqpTopic, "headers": AmqpHeaders}


def matches(pattern: Sequence[str], words: Sequence[str]) -> bool:
    """Whether the words of a routing key match those of a binding key."""
    if not pattern:
        return not words
    first, rest = pattern[0], pattern[1:]
    if first == "#":
        return any(matches(rest, words[at:]) for at in range(len(words) + 1))
    return bool(words) and first in {"*", words[0]} and matches(rest, words[1:])


def has_headers(headers: Mapping[str, Any], wanted: Mapping[str, Any]) -> bool:
    """Whether a message has the headers that a binding names, but for those of the match itself."""
    found = (
        name in headers and value in {None, headers[name]}
        for name, value in wanted.items()
        if not name.startswith("x-")
    )
    return any(found) if wanted.get("x-match", "all").startswith("any") else all(found)


def delayed_queues(app: Any, exchange: str, routing_key: str) -> list[str]:
    """Where native delayed delivery brings a message in the end; empty for another exchange.

    The message has its eta all the same, so the worker holds it back, by its own clock.
    """
    if not DELAYED.search(exchange):
        return []
    words = DELAY.sub("", routing_key).split(".")
    return [each.name for each in bound(app) if matches(each.routing_key.split("."), words)]


def bound(app: Any) -> Iterable[Any]:
    """The queues that a worker binds to delayed delivery: it leaves out direct exchanges."""
    queues = app.amqp.queues.consume_from.values()
    return [each for each in queues if each.exchange and each.exchange.type != "direct"]
