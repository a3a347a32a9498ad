"""Which message goes first, by the rules of the broker that the app is configured with."""

from __future__ import annotations

from bisect import bisect
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

REDIS_STEPS = (0, 3, 6, 9)
"""Redis has one list per step: kombu.transport.redis.PRIORITY_STEPS."""


def ranking(app: Any) -> Callable[[str, int | None], int]:
    """A function from a queue's name and a message's priority to its rank, lowest first.

    Redis: 0 goes first, also for messages without a priority; ``priority_steps`` in the transport's
    options says which ones have a list of their own. RabbitMQ: 9 goes first, but only
    in a queue that was declared with ``x-max-priority``. Others keep the order of publishing.
    """
    scheme = str(app.conf.broker_url or "amqp").partition(":")[0]
    if scheme in {"redis", "rediss", "sentinel"}:
        told = app.conf.broker_transport_options or {}
        return partial(redis_rank, told.get("priority_steps") or REDIS_STEPS)
    if scheme in {"amqp", "amqps", "pyamqp", "librabbitmq", "confirm"}:
        return lambda queue, priority: -min(priority or 0, max_priority(app, queue))
    return lambda queue, priority: 0


def redis_rank(steps: Sequence[int], queue: str, priority: int | None) -> int:
    """The list that the Redis transport puts a message into."""
    return steps[bisect(steps, min(max(priority or 0, 0), 9)) - 1]


def max_priority(app: Any, name: str) -> int:
    """The ``x-max-priority`` a queue is declared with; 0 without."""
    queue = app.amqp.queues.get(name)
    if queue is None:
        return app.conf.task_queue_max_priority or 0
    declared = (queue.queue_arguments or {}).get("x-max-priority")
    return declared or queue.max_priority or app.conf.task_queue_max_priority or 0
