"""What is private in kombu: connections, pools, and what a channel has delivered."""

from __future__ import annotations

from typing import Any

from kombu import pools
from kombu.utils.json import dumps

CONNECT = "_establish_connection"
"""kombu.Connection: the one method that every way to a broker goes through."""

AMQP_PUBLISH = "_basic_publish"
"""amqp.channel.Channel: what publishes on a channel that waits for RabbitMQ to confirm."""


def is_closed(pool: Any) -> bool:
    """Whether a pool of connections or producers was closed for good."""
    return bool(pool._closed)


def is_untouched(pool: Any) -> bool:
    """Whether a pool is open, and all that was taken from it was given back."""
    return not pool._closed and not pool._dirty


def forget_pool(pool: Any) -> None:
    """Drop what kombu keeps of a pool of connections for the life of the process."""
    for key in [key for key, each in pools.connections.items() if each is pool]:
        # The keys are hashes of connections, which the pools' own methods hash again.
        dict.pop(pools.connections, key)
        dict.pop(pools.producers, key, None)


def is_unacked(channel: Any, delivery_tag: str) -> bool:
    """Whether a delivered message is neither acknowledged nor rejected."""
    qos = channel.qos
    return delivery_tag in qos._delivered and delivery_tag not in qos._dirty


def has_consumer(transport: Any, queue: str) -> bool:
    """Whether a consumer of a transport takes the messages of a queue."""
    return queue in transport._callbacks


def put_back_in_redis(channel: Any, queue: str, message: Any) -> None:
    """Make a message the next one of its queue; the Redis transport takes from the right."""
    rank = channel._get_message_priority(message, reverse=False)
    channel.client.rpush(channel._q_for_pri(queue, rank), dumps(message))


def waits_for_redis(channel: Any) -> bool:
    """Whether the Redis transport has asked for a message and has no answer yet."""
    return bool(channel._in_poll)
