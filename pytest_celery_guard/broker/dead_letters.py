"""Where RabbitMQ puts a message that a worker has rejected, as its queue was declared."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple


class Grave(NamedTuple):
    """The exchange that a queue has for its dead letters, and their routing key."""

    exchange: str
    routing_key: str


def grave_of(arguments: Mapping[str, Any], routing_key: str) -> Grave | None:
    """Where the dead letters of a queue go; the key that they had counts unless it has one."""
    exchange = arguments.get("x-dead-letter-exchange")
    if exchange is None:
        return None
    return Grave(exchange, arguments.get("x-dead-letter-routing-key", routing_key))


def dead_letter(
    message: dict[str, Any], queue: str, grave: Grave, now: datetime
) -> dict[str, Any]:
    """The message as it lies in its grave: with a new address, and a header that tells why."""
    info = message["properties"]["delivery_info"]
    headers = with_death(message.get("headers") or {}, queue, info, now)
    address = {"exchange": grave.exchange, "routing_key": grave.routing_key}
    properties = {**message["properties"], "delivery_info": address}
    return {**message, "headers": headers, "properties": properties}


def with_death(
    headers: Mapping[str, Any], queue: str, info: Mapping[str, Any], now: datetime
) -> dict[str, Any]:
    """The headers, and what RabbitMQ adds: the last death first, each kind of death counted."""
    before = headers.get("x-death") or []
    same = [
        each for each in before if (each["queue"], each["reason"]) == (queue, "rejected")
    ]
    death = {
        "count": 1 + sum(each["count"] for each in same),
        "reason": "rejected",
        "queue": queue,
        "time": now.isoformat(),
        "exchange": info.get("exchange", ""),
        "routing-keys": [info.get("routing_key", "")],
    }
    first = {
        "x-first-death-exchange": death["exchange"],
        "x-first-death-queue": queue,
        "x-first-death-reason": "rejected",
    }
    others = [each for each in before if each not in same]
    return {**first, **headers, "x-death": [death, *others]}
