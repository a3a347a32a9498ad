"""What the tasks of one test did, as plain values."""

from __future__ import annotations

from typing import Any, Literal, NamedTuple, Protocol

SENT, STARTED, GONE = "sent", "started", "forgotten"
"""What a moment can be, besides the name of a state."""

OVER = frozenset({"SUCCESS", "FAILURE", "REVOKED", "REJECTED"})
"""States after which a task runs no more."""


class Moment(NamedTuple):
    """Something that happened to a task.

    ``at`` is in whole seconds of virtual time since the first moment. ``task`` is the task's
    place among those of the test. ``what`` is a state, or one of the words above. ``note`` is
    what came with it, in one line: an error, a result, a task's progress, a due time. ``retry`` is
    when a RETRY runs, and its arguments where they are other.
    """

    at: int
    task: int
    what: str
    note: str = ""
    traceback: str = ""
    retry: str = ""


NEVER_SENT = "(never sent)"
"""The name of a task that has a state, and was not sent in the test."""


class SentTask(NamedTuple):
    """A task as it was sent.

    ``arguments`` are as a call has them. ``parent`` is the place of the task that sent it, -1
    where the test did. ``queue`` is empty for the app's default one. ``due`` is set for one
    that still waits at the end: the second at which it may run. ``result`` tells of one that
    is stored whether it was read. ``retry_arguments`` are those that a retry waits with,
    where they are other than at first.
    """

    name: str
    arguments: str
    parent: int = -1
    queue: str = ""
    due: int | None = None
    result: Literal["", "read", "unread"] = ""
    retry_arguments: str | None = None


class Record(NamedTuple):
    """All that the tasks of one test did, in order; ``end`` is the worker's time, in seconds.

    ``problems`` are those of the worker itself, and what no test may do. ``findings`` are other
    things that production can't stand; both may begin with a code. ``faults`` are what the test
    plays. ``left_out`` is how many tasks were dropped from the middle of a long record.
    """

    tasks: tuple[SentTask, ...] = ()
    moments: tuple[Moment, ...] = ()
    problems: tuple[str, ...] = ()
    findings: tuple[str, ...] = ()
    faults: tuple[str, ...] = ()
    end: int = 0
    left_out: int = 0


def after(seconds: int) -> str:
    """Seconds of virtual time as a reader sees them: ``+0:01:00``, ``+24:00:00``.

    ``-0:01:00`` where the test has moved its clock back since the first send.
    """
    minutes, left = divmod(abs(seconds), 60)
    return f"{'-' if seconds < 0 else '+'}{minutes // 60}:{minutes % 60:02}:{left:02}"


class Recorded(Protocol):
    """Who can tell what the tasks of a test did: its handle."""

    app: Any

    def record(self, *, brief: bool = False) -> Record:
        """What they did so far; a ``brief`` record is enough to count."""
        ...
