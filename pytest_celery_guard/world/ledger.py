"""What tells of a test's tasks: a world, or the journal that a real worker writes into."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Protocol

from pytest_celery_guard.basics.clock import Clock
from pytest_celery_guard.findings.allowed import Allowed
from pytest_celery_guard.findings.doubts import Doubt
from pytest_celery_guard.findings.external import External
from pytest_celery_guard.findings.misuse import Misuse
from pytest_celery_guard.sends.messages import Message
from pytest_celery_guard.sends.send import Send
from pytest_celery_guard.values.log import Log, Source
from pytest_celery_guard.world.parts import Starting
from pytest_celery_guard.world.played import Played


class Waiting(Protocol):
    """What waits in a worker, here or in another process."""

    @property
    def busy(self) -> bool:
        """Whether a task runs in this process now."""
        ...

    @property
    def timer(self) -> Any:
        """What waits for its time, in its ``queue``."""
        ...

    @property
    def starting(self) -> Starting:
        """What waits for the worker to start."""
        ...

    def has_unacked(self, message: Message) -> bool:
        """Whether a message was received, and neither acknowledged nor rejected."""
        ...

    def has_revoked(self, task_id: str, headers: Mapping[str, Any]) -> bool:
        """Whether a task was revoked, by its id or by a stamp of its message."""
        ...

    @property
    def run_due_until(self) -> Callable[[Callable[[], bool]], None]:
        """Run what is due, one task after the other, until something is true."""
        ...

    @property
    def run_until(self) -> Callable[..., None]:
        """Run, and go on in time, until something is true."""
        ...


class Ledger(Protocol):
    """The sends, the states and the findings of one test.

    ``errors`` are those of the worker itself, ``overruns`` tasks that took longer than a worker
    lets them. ``seen`` are ids whose failure the test looked at, ``read`` those whose result was
    read. ``latest`` and ``delivered`` have the last message of each task. ``lost`` has the reason
    for each message that reached no worker. ``faults`` are those that the test plays.
    """

    app: Any
    log: Log
    sends: list[Send]
    errors: list[str]
    overruns: list[str]
    breaches: list[str]
    doubts: list[Doubt]
    misuses: dict[Misuse, list[str]]
    allowed: Allowed
    external: External
    seen: set[str]
    read: set[str]
    latest: dict[str, Send]
    delivered: dict[str, Message]
    lost: dict[str, str]
    clock: Clock
    faults: Played

    @property
    def store(self) -> Any:
        """The values of the result backend, by their keys."""
        ...

    @property
    def messages(self) -> Iterable[Message]:
        """What waits in the broker."""
        ...

    @property
    def worker(self) -> Waiting:
        """What takes the messages."""
        ...

    def refresh(self) -> None:
        """Take in what has happened since."""

    def catch_up(self) -> None:
        """The same, and all that is still to be told of tasks that are over."""

    def look_at(self, task_id: str, /) -> None:
        """The test looks at the states of a task: it knows of a failure now."""

    def is_elsewhere(self, name: str) -> bool:
        """Whether another service runs a task."""
        ...

    def record(
        self, task_id: str, state: str, source: Source, meta: object = None, /
    ) -> None:
        """Note a transition, now."""
