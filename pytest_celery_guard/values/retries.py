"""Which messages are retries, and of which run."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

from pytest_celery_guard.sends.send import Send
from pytest_celery_guard.values.log import Log, Source


def sent_since(latest: Send | None, begun: Send | None) -> Send | None:
    """The last message of a task, unless its run had begun with that one."""
    return None if latest is begun else latest


def is_retry(headers: Mapping[str, Any], send: Send, log: Log) -> bool:
    """Whether a message is a retry of what was sent before; protocol 1 tells it in the body."""
    told = (headers if "task" in headers else send.headers).get("retries")
    return bool(told) and bool(log.of(send.id))


class Retries:
    """The retries that a worker has sent, in the order in which its RETRYs tell of them.

    Its processes write at the same time: whether a run had begun before a send is not known.
    """

    def __init__(self) -> None:
        self._of: dict[str, list[Send]] = {}
        self._told: Counter[tuple[str, Source]] = Counter()

    def add(self, send: Send) -> None:
        """Note the message of a retry."""
        self._of.setdefault(send.id, []).append(send)

    def next_of(self, task_id: str, source: Source) -> Send | None:
        """The message that the next RETRY of a task, as one source tells it, has sent."""
        place = self._told[task_id, source]
        self._told[task_id, source] += 1
        return next(iter(self._of.get(task_id, [])[place:]), None)
