"""Redis under a prefix of the run's own, which kombu adds to every key and channel."""

from __future__ import annotations

from typing import Any

from kombu.transport import redis

from pytest_celery_guard.private import kombu as private_kombu


class Transport(redis.Transport):
    """Kombu's own, for a worker that often stops to listen to a queue.

    Redis may answer with a message of that queue for a second more. Kombu puts it back and marks
    it as redelivered; here it goes back as it was.
    """

    def may_get_more(self) -> bool:
        """Whether a message may come, though no queue is listened to."""
        return any(map(private_kombu.waits_for_redis, self.channels))

    def _deliver(self, message: Any, queue: str) -> None:
        if queue in self._callbacks:
            super()._deliver(message, queue)
        else:
            private_kombu.put_back_in_redis(self.channels[0], queue, message)
