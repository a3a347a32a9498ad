"""What a rule may ask about one module."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from flake8_celery_get.model.ask.states import CustomStates, joined_states
from flake8_celery_get.model.noticed.notes import Comparison, Note, Polling
from flake8_celery_get.model.noticed.waits import Wait
from flake8_celery_get.model.reach.entries import COROUTINE, PLAIN, TASK, VIEW, Entry
from flake8_celery_get.model.settings.answers import SetTo
from flake8_celery_get.model.settings.apps.stored import Backend
from flake8_celery_get.model.values.values import Handle, TaskValue

if TYPE_CHECKING:
    from flake8_celery_get.model.ask.model import Model
    from flake8_celery_get.model.ask.no_backend import FailingRead
    from flake8_celery_get.model.reach.placement.causes import Cause, Hurts
    from flake8_celery_get.model.settings.apps.apps import App

N = TypeVar("N", bound=Note)


@dataclass(frozen=True, slots=True)
class Module:
    """One file, with the entries whose findings stand in it."""

    model: Model
    path: str
    entries: tuple[Entry, ...]

    @property
    def tasks(self) -> Iterator[Entry]:
        """The bodies of Celery tasks."""
        return self._of_kind(TASK)

    @property
    def views(self) -> Iterator[Entry]:
        """What answers web requests."""
        return self._of_kind(VIEW)

    @property
    def coroutines(self) -> Iterator[Entry]:
        """Coroutines that are neither tasks nor views."""
        return self._of_kind(COROUTINE)

    @property
    def functions(self) -> Iterator[Entry]:
        """Everything else, the module's own statements included."""
        return self._of_kind(PLAIN)

    def _of_kind(self, kind: str) -> Iterator[Entry]:
        return (entry for entry in self.entries if entry.kind == kind)

    def causes(self, kind: str, hurts: Hurts) -> list[Cause]:
        """The places here that someone has to change for entries of one kind.

        ``hurts`` tells whether an entry suffers from a wait that it leads to.
        """
        return self.model.causes(kind, hurts, self.path)

    def is_script(self, entry: Entry) -> bool:
        """Whether nothing but code under ``if __name__ == "__main__":`` leads to it."""
        return self.model.is_script(entry)

    def notes(self, kind: type[N]) -> list[N]:
        """What was noticed here of one kind, in the order of the code."""
        return self.model.notes(kind, self.path)

    def kind_of(self, note: Note) -> str:
        """What kind of entry the function around a note is."""
        return self.model.kind_of(note)

    def certain(self, kind: type[N]) -> list[N]:
        """Those of them that hold on every way of calling the code."""
        return list(filter(self.model.is_certain, self.notes(kind)))

    def is_answer(self, note: Note) -> bool:
        """Whether a web client gets what the function around a note returns, as it is."""
        return self.model.answers(note)

    def task_of(self, note: Note) -> TaskValue | None:
        """The task that the function around a note is, by its decorator."""
        return self.model.task_of(note)

    def code_at(self, note: Note) -> str:
        """The code that a note is about, on one line; of a loop its first line."""
        if isinstance(note, Polling):
            return _head(self.model.line_from(note.path, note.at))
        return self.model.snippet(note.path, note.at)

    def conclusion(self, note: Comparison) -> str:
        """What the code around concludes from PENDING: RUNS, EXISTS, or empty for nothing."""
        return self.model.conclusion(note)

    def states_compared(self, note: Comparison) -> set[str]:
        """The names that a state is compared with, there and in what ``or`` joins to it."""
        others = self.notes(Comparison)
        return joined_states(note, others, lambda at: self.model.snippet(self.path, at))

    def never_starts(self, note: Comparison) -> bool:
        """Whether no task that the compared state can be of is ever recorded as STARTED."""
        return self.model.never_starts(note)

    @property
    def custom_states(self) -> CustomStates:
        """The states that the project's tasks store besides Celery's own."""
        return self.model.custom_states

    @property
    def apps(self) -> list[App]:
        """The Celery apps that are made here, unless it is test code."""
        return [app for app in self.model.apps if app.path == self.path]

    def settings(self, name: str) -> list[SetTo]:
        """The places in this file at which some app gets a setting, each once."""
        answers = dict.fromkeys(app.setting(name) for app in self.model.apps)
        return [
            answer
            for answer in answers
            if isinstance(answer, SetTo) and answer.place[0] == self.path
        ]

    def settings_on_some_way(self, name: str) -> list[SetTo]:
        """The same, also where other code may set it to something else."""
        ways = (way for app in self.model.apps for way in app.ways(name))
        found = [w for w in ways if isinstance(w, SetTo) and w.place[0] == self.path]
        return list({way.place: way for way in [*found, *self.settings(name)]}.values())

    @property
    def is_test(self) -> bool:
        """Whether the file is test code."""
        return self.model.is_test(self.path)

    def reported_elsewhere(self, wait: Wait) -> bool:
        """Whether a task, view or coroutine leads to the same read and is told so."""
        return (wait.read.path, wait.read.at) in self.model.reads_of_entries

    def failing_reads(self, app: App | None = None) -> list[FailingRead]:
        """The reads here that fail for want of a backend; of an app, those anywhere."""
        failing = self.model.failing_reads
        if app is None:
            return failing.of_module(self)
        return failing.of_app(app, self.model.modules())

    def is_read_of_task(self, note: Note) -> bool:
        """Whether a task leads to the read that is noted."""
        return (note.path, note.at) in self.model.reads_of_tasks

    def backend(self, handle: Handle) -> Backend:
        """The result backend that a handle reads from."""
        return self.model.storage.backend(handle)

    def has_run(self, handle: Handle) -> bool:
        """Whether the task of a handle has run already, in an app that is always eager."""
        return self.model.storage.has_run(handle)

    def ignores_by_setting(self, handle: Handle) -> bool:
        """Whether the app, not the task, says that results are ignored."""
        return self.model.storage.ignores_by_setting(handle)

    def is_read_of_entry(self, note: Note) -> bool:
        """Whether a task, view or coroutine leads to the read that is noted."""
        return (note.path, note.at) in self.model.reads_of_entries

    def source(self, wait: Wait) -> str:
        """The code of the expression that leads to a wait, on one line."""
        if wait.hops:
            return self.model.snippet(wait.path, wait.at)
        return self.source_of_read(wait)

    def source_of_read(self, wait: Wait) -> str:
        """The code of the read itself, on one line; of a polling loop its first line."""
        read = wait.read
        if read.is_poll:
            return _head(self.model.line_from(read.path, read.at))
        return self.model.snippet(read.path, read.at)

    def relative(self, path: str) -> str:
        """The path from the project's root, with forward slashes."""
        return self.model.relative(path)


def _head(line: str) -> str:
    """The first line of a loop without its colon and a comment behind it."""
    return re.sub(r"\s*:\s*(#.*)?$", "", line)
