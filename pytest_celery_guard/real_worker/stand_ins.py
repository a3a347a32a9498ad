"""What stands here for parts of a worker that runs elsewhere: its results, timer and signals."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, NamedTuple

from pytest_celery_guard.sends.messages import Message


class Stored:
    """The keys of the result backend, as far as the story of a task asks for them."""

    def __init__(self, backend: Any) -> None:
        self._backend = backend

    def get(self, key: str) -> Any:
        """The value of a key, or None."""
        return self._backend.get(key)

    def delete(self, key: str) -> None:
        """Drop a key."""
        self._backend.delete(key)


class WaitingRequest(NamedTuple):
    """A request that waits for its time in the worker."""

    id: str
    name: str


class WaitingEntry(NamedTuple):
    """An entry of the worker's timer; ``eta`` in epoch seconds."""

    eta: float
    request: WaitingRequest


class Started:
    """The signals of a worker, which a real one has sent."""

    def begin(self) -> None:
        """It has begun."""

    def end(self) -> None:
        """It ends with the run."""

    def hint(self, failures: str) -> str:
        """Nothing: no code waits for them."""
        return ""


class WaitingWorker:
    """What waits in the worker, and the ways to let it run, which Reads bring."""

    run_due_until: Callable[[Callable[[], bool]], None]
    run_until: Callable[..., None]
    busy = False  # its tasks run in another process

    def __init__(self) -> None:
        self.timer = self
        self.starting = Started()
        self.queue: list[WaitingEntry] = []

    def has_revoked(self, task_id: str, headers: Mapping[str, Any]) -> bool:
        """Whether it drops a task when it comes: another process knows."""
        return False

    def has_unacked(self, message: Message) -> bool:
        """Whether it keeps a message: another process knows."""
        return False

    def told(self, scheduled: Iterable[Mapping[str, Any]]) -> None:
        """Take the worker's answer."""
        self.queue = [
            WaitingEntry(each["due"], WaitingRequest(each["id"], each["name"]))
            for each in scheduled
        ]
