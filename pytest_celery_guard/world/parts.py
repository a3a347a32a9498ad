"""What a world asks of its worker, its beat and the app's own tables, which all know the world."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Protocol

from pytest_celery_guard.sends.messages import Message
from pytest_celery_guard.values.due import Due

Wanted = Callable[[str, str, str], bool]
"""Whether to run a task, by its id, its name and its queue."""


class Starting(Protocol):
    """Tells code that a worker starts, and that it ends."""

    def begin(self) -> None:
        """Send what a worker sends when it starts, unless that is done."""

    def end(self) -> None:
        """Send what it sends when it ends, if it has begun."""

    def hint(self, failures: str, /) -> str:
        """Where a task found nothing that a handler would have made: which one, and what to do."""
        ...


class Worker(Protocol):
    """Runs what waits in the world, when the test says so."""

    app: Any
    count: int
    limit: int
    busy: bool
    between_steps: Callable[[], object]
    consumer: Any
    timer: Any
    tasks: Any
    localized: list[Any] | None

    @property
    def starting(self) -> Starting:
        """What waits for the worker to start."""
        ...

    def reset(self) -> None:
        """Forget what waits, is scheduled or unacked."""

    def keep_orders(self) -> Callable[[], None]:
        """Remember what remote control has told it: revoked ids, limits; return the way back."""
        ...

    def step(self, wanted: Wanted | None = None) -> bool:
        """Run one task; False when none is due."""
        ...

    def drain(self, limit: int | None = None, wanted: Wanted | None = None) -> int:
        """Run all that is due, and what that sends; return how many tasks ran."""
        ...

    def advance(self, seconds: float) -> int:
        """Skip virtual time, stopping at each due moment; return how many tasks ran."""
        ...

    def run_due_until(self, ready: Callable[[], bool]) -> None:
        """Run what is due, one task after the other, until ``ready``."""

    def run_until(
        self,
        ready: Callable[[], bool],
        timeout: float | None,
        why: Callable[[], str],
        on_interval: Callable[[], object] | None = None,
    ) -> None:
        """Run, and skip virtual time, until ``ready``; ``timeout`` is in virtual seconds."""

    def has_due(self, wanted: Wanted | None = None) -> bool:
        """Whether a message waits or a scheduled task is due."""
        ...

    def hold_back(self, message: Message, seconds: float) -> None:
        """Put a message into its queue after so much virtual time."""

    def obey(self, queue: str, raw: str) -> None:
        """Carry out a remote control command at once."""

    def report(self, callback: Callable[..., Any], *args: Any, **kwargs: Any) -> None:
        """Call back to a request; an error there must not stop the worker."""

    def reads(self, queue: str) -> bool:
        """Whether the worker takes messages from a queue."""
        ...

    def has_unacked(self, message: Message) -> bool:
        """Whether a message was received, and neither acknowledged nor rejected."""
        ...

    def has_revoked(self, task_id: str, headers: Mapping[str, Any]) -> bool:
        """Whether a task was revoked, by its id or by a stamp of its message."""
        ...


class Beat(Protocol):
    """Sends what a schedule has, on the world's clock."""

    def due(self, seconds: float, limit: int) -> list[Due]:
        """What becomes due in so much virtual time; nothing is sent."""
        ...

    def advance(self, seconds: float, limit: int) -> int:
        """Skip virtual time, sending each entry at its moment; return how many tasks ran."""
        ...


class AppResults(Protocol):
    """Writes results where the app keeps them, too."""

    def store(self, task_id: str, result: Any, state: str, **more: Any) -> None:
        """Write what was stored; ``more`` are the traceback and the request."""

    def save_group(self, group_id: str, group: Any) -> None:
        """Write which results a group has."""

    def delete_group(self, group_id: str) -> None:
        """Drop a group that was saved."""

    def forget(self, task_id: str) -> None:
        """Drop a result."""
