"""What happened to tasks, written down one line at a time by whoever sees it happen.

The real worker's processes push their lines to a list in Redis, because a process that is
killed can't hand over its memory.  The guard's lines stay in the test's own process.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from typing import Any, Literal, Protocol

Kind = Literal["signal", "hook", "stored", "detail", "note"]

LIFE_SECONDS = 3600


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that happened to one task; `at` counts seconds, `sender` is another task's id."""

    kind: Kind
    task_id: str
    what: str
    at: float = 0.0
    pid: int = 0
    case: str = ""
    name: str = ""
    root: str = ""
    sender: str = ""


class Journal(Protocol):
    """A place for entries."""

    def add(self, entry: Entry) -> None:
        """Append an entry."""

    def entries(self) -> list[Entry]:
        """Every entry so far, oldest first."""

    def now(self) -> float:
        """The moment to stamp on an entry."""


class MemoryJournal:
    """Entries of this process, stamped by the clock given."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self.now = clock
        self._entries: list[Entry] = []

    def add(self, entry: Entry) -> None:
        self._entries.append(entry)

    def entries(self) -> list[Entry]:
        return list(self._entries)


class RedisJournal:
    """Entries of several processes, in the order in which Redis took them."""

    def __init__(self, url: str, key: str) -> None:
        # Only the real half needs the client.
        from redis import Redis

        self._redis: Any = Redis.from_url(url, decode_responses=True)
        self._key = key
        self._entries: list[Entry] = []

    def now(self) -> float:
        return time.time()

    def add(self, entry: Entry) -> None:
        with self._redis.pipeline() as pipe:
            pipe.rpush(self._key, json.dumps(asdict(entry)))
            # A worker that is killed while it writes may write after the keys were removed.
            pipe.expire(self._key, LIFE_SECONDS)
            pipe.execute()

    def entries(self) -> list[Entry]:
        fresh = self._redis.lrange(self._key, len(self._entries), -1)
        self._entries += [Entry(**json.loads(line)) for line in fresh]
        return self._entries

    def remove(self, pattern: str) -> None:
        """Delete the keys of a run."""
        for key in self._redis.scan_iter(pattern):
            self._redis.delete(key)

    def close(self) -> None:
        """Let go of the connections."""
        self._redis.close()
        self._redis.connection_pool.disconnect()


_current: Journal | None = None
_case = ""


def write(
    kind: Kind, task_id: str, what: str, *, name: str = "", root: str = "", sender: str = ""
) -> None:
    """Add an entry to the open journal, if one is open."""
    if _current is not None:
        at, pid = _current.now(), os.getpid()
        _current.add(Entry(kind, task_id, what, at, pid, _case, name, root, sender))


def open_for_good(journal: Journal) -> None:
    """Write to this journal until the process ends, as a worker does."""
    global _current
    _current = journal


@contextmanager
def opened(journal: Journal) -> Iterator[Journal]:
    """Write to this journal for a while."""
    global _current
    before, _current = _current, journal
    try:
        yield journal
    finally:
        _current = before


@contextmanager
def on_behalf_of(case: str) -> Iterator[None]:
    """Mark what this process writes meanwhile as the case's own."""
    global _case
    before, _case = _case, case
    try:
        yield
    finally:
        _case = before
