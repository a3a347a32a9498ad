"""What a case can ask about its tasks once it has let them run."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from tests.fidelity.journal import Entry, Journal, Kind
from tests.fidelity.witness import PUBLISHER_SIGNALS

if TYPE_CHECKING:
    from celery.result import ResultBase

Task: TypeAlias = "ResultBase | str"


def id_of(task: Task) -> str:
    """The id of a task, given it or a result."""
    return task if isinstance(task, str) else str(task.id)


@dataclass(frozen=True, slots=True)
class Seen:
    """The journal, and what differs between the sides: who stores states, the worker's name."""

    journal: Journal
    stored: Callable[[str], list[str]]
    worker: str

    def entries(self, task: Task, kind: Kind) -> list[Entry]:
        """The journal's entries of one kind about a task, those of one run together."""
        wanted = id_of(task)
        own = [entry for entry in self.journal.entries() if entry.task_id == wanted]
        return [entry for entry in in_runs(own) if entry.kind == kind]

    def states(self, task: Task) -> list[str]:
        """What an `AsyncResult` showed, in order."""
        return self.stored(id_of(task))

    def signals(self, task: Task) -> list[str]:
        """The worker's signals in order, but `task_received`: a real worker receives ahead."""
        whats = [entry.what for entry in self.entries(task, "signal")]
        return [what for what in whats if what not in (*PUBLISHER_SIGNALS, "task_received")]

    def published(self, task: Task) -> list[str]:
        """The publisher's signals in order."""
        whats = [entry.what for entry in self.entries(task, "signal")]
        return [what for what in whats if what in PUBLISHER_SIGNALS]

    def received(self, task: Task) -> int:
        """How often a worker said that it received the task."""
        return [e.what for e in self.entries(task, "signal")].count("task_received")

    def runs(self, task: Task) -> int:
        """How often the task began to run."""
        return self.signals(task).count("task_prerun")

    def hooks(self, task: Task) -> list[str]:
        """The task's own hooks in order."""
        return [entry.what for entry in self.entries(task, "hook")]

    def notes(self, task: Task) -> list[str]:
        """What the task's code noted, in order."""
        return [entry.what for entry in self.entries(task, "note")]

    def details(self, task: Task) -> list[str]:
        """What each retry waited for: seconds, or a moment; why the task was revoked."""
        return [entry.what for entry in self.entries(task, "detail")]

    def moments(self, task: Task, what: str) -> list[float]:
        """When a signal came or a note was written, in seconds."""
        wanted = id_of(task)
        entries = self.journal.entries()
        return [e.at for e in entries if e.task_id == wanted and e.what == what]

    def trace(self, entries: Iterable[Entry]) -> list[list[object]]:
        """All that is comparable about the tasks sent: no ids, no order among them."""
        names: dict[str, set[str]] = defaultdict(set)
        for entry in entries:
            if entry.what in PUBLISHER_SIGNALS:
                names[entry.task_id].add(entry.name)
        return sorted(
            [sorted(name), self.states(task), self.signals(task), self.hooks(task)]
            for task, name in names.items()
        )


def in_runs(entries: Iterable[Entry]) -> list[Entry]:
    """Entries of one task with each run's own together.

    A replaced or retried task may run in one process before another has ended its former run.
    """
    runs: list[list[Entry]] = [[]]
    of_process: dict[int, list[Entry]] = {}
    for entry in entries:
        if entry.what == "task_prerun":
            of_process[entry.pid] = []
            runs.append(of_process[entry.pid])
        of_process.get(entry.pid, runs[-1]).append(entry)
    return [entry for run in runs for entry in run]


def answer(result: ResultBase) -> object:
    """The task's value, or the `repr` of its exception."""
    told = result.result
    return repr(told) if isinstance(told, BaseException) else told
