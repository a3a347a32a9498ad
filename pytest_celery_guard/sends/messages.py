"""The messages that wait in the broker of one test."""

from __future__ import annotations

import json
import uuid
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace


@dataclass(frozen=True, slots=True, eq=False)
class Message:
    """One message as the broker holds it: ``raw`` is the JSON text kombu would put on a wire.

    ``offset`` is how far, in seconds, the virtual clock was ahead when it was sent.
    """

    queue: str
    raw: str
    task_id: str
    task: str
    rank: int = 0
    offset: float = 0.0

    @property
    def is_task(self) -> bool:
        """Whether it is meant for a worker; others are what code publishes for its own use."""
        return bool(self.task or self.task_id)


class Messages:
    """Waiting messages, lowest rank first, each rank in the order of publishing."""

    def __init__(self) -> None:
        self._ranks: dict[int, deque[Message]] = {}

    def __iter__(self) -> Iterator[Message]:
        for rank in sorted(self._ranks):
            yield from self._ranks[rank]

    def __len__(self) -> int:
        return sum(map(len, self._ranks.values()))

    def put(self, message: Message) -> None:
        """Publish at the end of its rank."""
        self._ranks.setdefault(message.rank, deque()).append(message)

    def put_back(self, message: Message) -> None:
        """Requeue at the front, as a rejected or unacked message comes back."""
        self._ranks.setdefault(message.rank, deque()).appendleft(message)

    def take(self, wanted: Callable[[Message], bool] | None = None) -> Message | None:
        """Remove and return the first message, or the first one that is ``wanted``."""
        for rank in sorted(self._ranks):
            waiting = self._ranks[rank]
            for message in waiting:
                if wanted is None or wanted(message):
                    waiting.remove(message)
                    return message
        return None

    def first(self, wanted: Callable[[Message], bool] | None = None) -> list[Message]:
        """All messages of the lowest rank that has any, or any that is ``wanted``."""
        for rank in sorted(self._ranks):
            found = [each for each in self._ranks[rank] if wanted is None or wanted(each)]
            if found:
                return found
        return []

    def purge(self, queue: str) -> int:
        """Drop all messages of a queue; return how many there were."""
        before = len(self)
        for rank, waiting in self._ranks.items():
            self._ranks[rank] = deque(each for each in waiting if each.queue != queue)
        return before - len(self)

    def clear(self) -> None:
        """Drop everything."""
        self._ranks.clear()


def again(message: Message, *, redelivered: bool) -> tuple[str, Message]:
    """A copy of a message, with a delivery tag of its own, which is returned too.

    ``redelivered`` is the flag that tasks find in ``request.delivery_info``.
    """
    content = json.loads(message.raw)
    tag = str(uuid.uuid4())
    content["properties"]["delivery_tag"] = tag
    if redelivered:
        # The flag stands where the Redis transport puts it when it restores a message.
        content["properties"]["delivery_info"]["redelivered"] = True
    return tag, replace(message, raw=json.dumps(content))
