"""Tasks whose time has not come yet."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from pytest_celery_guard.basics import secrets
from pytest_celery_guard.sends.send import Send


class Planned:
    """A task that waits for its eta or its retry; ``due`` is virtual time.

    ``exception`` is the repr of what its last run raised, empty before the first retry. Equal to a
    signature, a task or a name, as a Send is.
    """

    __hash__ = None  # type: ignore[assignment] # equal to values of other types

    def __init__(self, send: Send, due: datetime, exception: str = "") -> None:
        self._send = send
        self.due = due
        self.exception = exception

    @property
    def task(self) -> str:
        """The task's name."""
        return self._send.task

    @property
    def id(self) -> str:
        """The task id."""
        return self._send.id

    @property
    def queue(self) -> str:
        """The queue that the message went to."""
        return self._send.queue

    @property
    def args(self) -> tuple[Any, ...]:
        """Positional arguments: for a retry those that it was given."""
        return self._send.args

    @property
    def kwargs(self) -> dict[str, Any]:
        """Keyword arguments: for a retry those that it was given."""
        return self._send.kwargs

    @property
    def retries(self) -> int:
        """Which retry it is; 0 for a first run."""
        return self._send.retries

    def __eq__(self, other: object) -> bool:
        if isinstance(other, Planned):
            return (self.id, self.due) == (other.id, other.due)
        return self._send == other

    def __repr__(self) -> str:
        queue = [f"queue={self.queue!r}"] if self.queue else []
        retry = [f"retry {self.retries}"] if self.retries else []
        exception = secrets.masked_text(self.exception)
        after = [f"after {exception}"] if exception else []
        due = f"due={self.due.isoformat()}"
        return " ".join([self._send.call, *queue, due, *retry, *after])
