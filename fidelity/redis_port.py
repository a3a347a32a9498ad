"""Pytest plugin for both halves: a test reaches our own Redis, whatever it asks for.

The tests of Celery 5.3 take the host from the environment, but not the port.
"""

from __future__ import annotations

import os
from typing import Any

import redis

PORT = int(os.environ["REDIS_PORT"])


class OwnRedis(redis.StrictRedis):
    """A client with another port when none is given."""

    def __init__(self, host: str = "localhost", port: int = PORT, **options: Any) -> None:
        super().__init__(host, port, **options)


redis.StrictRedis = OwnRedis  # type: ignore[assignment] # an alias of redis.Redis
