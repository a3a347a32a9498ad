"""The client of a Redis broker, as far as code looks at a queue with it.

``connection.default_channel.client.llen("celery")`` is how code counts what waits: a queue is a
list, whose last item is the next message. Each priority but the first has a list of its own.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NoReturn

from pytest_celery_guard.errors import GuardError
from pytest_celery_guard.world.world import World

SEPARATOR = "\x06\x16"
"""Between the name of a queue and a priority: kombu.transport.redis.Channel.sep."""

KNOWN = "llen, lrange, lindex, exists, delete and ping"


class NoSuchCommandError(GuardError, AttributeError):
    """A command of Redis that has no meaning here."""


class RedisClient:
    """Answers from the world what Redis would answer."""

    def __init__(self, world: World) -> None:
        self._world = world

    def llen(self, name: str) -> int:
        """How many messages wait in a list."""
        return len(self._list(name))

    def lrange(self, name: str, start: int, end: int) -> list[bytes]:
        """Messages from ``start`` to ``end``, which is included, the newest first."""
        return self._list(name)[start : None if end == -1 else end + 1]

    def lindex(self, name: str, index: int) -> bytes | None:
        """One message; None where there is none."""
        found = self._list(name)
        return found[index] if -len(found) <= index < len(found) else None

    def exists(self, *names: str) -> int:
        """How many of these lists have messages."""
        return sum(bool(self._list(name)) for name in names)

    def delete(self, *names: str) -> int:
        """Drop the messages of lists; return how many lists had any."""
        found = self.exists(*names)
        for name in names:
            self._world.purge(_queue_of(name))
        return found

    def ping(self) -> bool:
        """A broker in the test is always there."""
        self._world.faults.reach_broker()
        return True

    def __getattr__(self, name: str) -> NoReturn:
        raise NoSuchCommandError(
            f"celery_guard stands in for Redis, and its client has no {name!r}, only {KNOWN}."
            " Use a client of your own for data besides the queues."
        )

    def _list(self, name: str) -> list[bytes]:
        self._world.faults.reach_broker()
        return list(self._newest_first(_text(name)))

    def _newest_first(self, name: str) -> Iterator[bytes]:
        queue, _, rank = name.partition(SEPARATOR)
        for message in reversed(self._world.in_queue(queue)):
            if message.rank == int(rank or 0):
                yield message.raw.encode()


def _queue_of(name: Any) -> str:
    return _text(name).partition(SEPARATOR)[0]


def _text(name: Any) -> str:
    return name.decode() if isinstance(name, bytes) else str(name)
