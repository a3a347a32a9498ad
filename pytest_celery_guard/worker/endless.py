"""Tasks that send the next one without end, and reads that skip time without end."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

TIMES = 300
"""So often the same message may lead to itself, while no virtual time passes."""

LONGEST = 10
"""So many tasks a circle may have to be noticed."""

LONG = 1000
"""So many characters of a body are kept to compare it with others."""

PATIENCE = 100
"""So often timers that repeat themselves may fire, and nothing else happen, before a read."""


@dataclass(slots=True, eq=False)
class _Run:
    """One message, and how often it came on the way to itself."""

    task: str
    body: object
    sender: _Run | None
    times: int

    def way(self) -> Iterator[_Run]:
        """Those that led to it, the last first, as far as they can be a circle."""
        run = self.sender
        for _ in range(LONGEST):
            if run is None:
                return
            yield run
            run = run.sender


def short(body: object) -> object:
    """A body as it is, or its length and hash: a long chain sends the rest of it each time."""
    is_long = isinstance(body, str) and len(body) > LONG
    return (len(str(body)), hash(body)) if is_long else body


class Circles:
    """Watches which message comes from which, long before a limit of runs is reached.

    ``found`` are the tasks of a circle, by name.
    """

    def __init__(self) -> None:
        self._runs: dict[str, _Run] = {}
        self.found: tuple[str, ...] = ()

    def begin_anew(self) -> None:
        """Forget all: time passes, or another call runs tasks."""
        self._runs.clear()
        self.found = ()

    def note(self, content: Mapping[str, Any]) -> None:
        """See a message that a task or the test has sent.

        A retry has the id of the run before it. The body holds the arguments, and what is left
        of a chain: so the steps of a chain are no circle.
        """
        headers = content.get("headers") or {}
        own, sender = headers.get("id"), headers.get("parent_id")
        if own is None:  # another protocol
            return
        task, body = str(headers.get("task")), short(content.get("body"))
        before = self._runs.get(own) or self._runs.get(str(sender))
        run = _Run(task, body, before, 1)
        way = list(run.way())
        for length, earlier in enumerate(way, start=1):
            if (earlier.task, earlier.body) == (task, body):
                run = _Run(task, body, before, earlier.times + 1)
                if run.times > TIMES:
                    self.found = tuple(each.task for each in reversed(way[:length]))
                break
        self._runs[own] = run


class Idle:
    """Counts how often time was skipped, and nothing has changed since."""

    def __init__(self) -> None:
        self._seen: tuple[int, ...] = ()
        self._times = 0

    def is_in_vain(self, so_far: tuple[int, ...]) -> bool:
        """Whether that is so often that nothing will; ``so_far`` is what counts as a change."""
        self._times = self._times + 1 if so_far == self._seen else 0
        self._seen = so_far
        return self._times > PATIENCE
