"""The whole project, evaluated: what rules are given, module by module."""

from __future__ import annotations

import re
import sys
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import cached_property
from itertools import chain
from operator import attrgetter
from typing import TypeVar

from flake8_celery_get.model.ask.annotated import Annotated
from flake8_celery_get.model.ask.groups.kept_ids import KeptIds
from flake8_celery_get.model.ask.groups.saved_groups import may_save_groups
from flake8_celery_get.model.ask.module import Module
from flake8_celery_get.model.ask.no_backend import FailingReads, ignores_each_result
from flake8_celery_get.model.ask.pending import conclusion
from flake8_celery_get.model.ask.states import (
    CustomStates,
    compared_states,
    custom_states,
    handles_of,
)
from flake8_celery_get.model.evaluate.world import World
from flake8_celery_get.model.known.packages import STATES_OF_PACKAGES
from flake8_celery_get.model.noticed.notes import (
    Access,
    Comparison,
    GroupSent,
    Note,
    Rebuilt,
    StateUpdate,
)
from flake8_celery_get.model.noticed.waits import Wait
from flake8_celery_get.model.reach.entries import MAIN, PLAIN, TASK, VIEW, Entries, Entry
from flake8_celery_get.model.reach.explore import Exploration
from flake8_celery_get.model.reach.handed_out import hands_tasks_out
from flake8_celery_get.model.reach.placement.causes import Cause, Causes, Hurts
from flake8_celery_get.model.reach.placement.leading import Leading
from flake8_celery_get.model.settings.apps.apps import App, Apps
from flake8_celery_get.model.settings.apps.stored import Storage
from flake8_celery_get.model.settings.apps.tracking import Tracking
from flake8_celery_get.model.usage.usage import notes_on_usage
from flake8_celery_get.model.values.values import Handle, Key, TaskValue
from flake8_celery_get.project.project import Project
from flake8_celery_get.project.source_file import SourceFile
from flake8_celery_get.source.code import Span
from flake8_celery_get.source.outline import Definition
from flake8_celery_get.source.text import clean

N = TypeVar("N", bound=Note)

_FOLLOWS = frozenset({"result_from_tuple", "ResultBase"})
_SIGNALS_OF_SENDING = frozenset({"before_task_publish", "after_task_publish", "task_sent"})
"""Who connects to one of these can tell a queued task from an unknown one."""

_STORES_FOR_AN_ID = re.compile(
    rb"\.store_result\(|\.update_state\((?:[^()]|\([^()]*\)){0,200}?\btask_id\s*="
)
"""Code that stores the state of another task, such as one that it has just sent."""

DEEP_ENOUGH = 12_000
"""Python frames for the longest chain of calls that is followed."""


class Model:
    """Evaluates a project once; rules only read from it."""

    def __init__(self, project: Project) -> None:
        self._project = project
        self._world = World(project)
        with deep_recursion():
            Exploration(self._world).run()
            project.leads = self._world.relevance.leads()
            self._kinds = Entries(self._world)
            self._found = self._kinds.found()
            self.apps = Apps(self._world)
            self.storage = Storage(self.apps)
            self._annotated = Annotated(self.apps)
            entries = self._kinds.without_repeats(self._found)
            self._entries = list(map(self._with_settings, entries))
            self._usage = list(notes_on_usage(project, self.apps, self.storage))
        self._blocks: dict[str, list[Definition]] = {}
        self._found_causes: dict[tuple[str, Hurts], dict[str, list[Cause]]] = {}

    def modules(self) -> Iterator[Module]:
        """Every module in which a finding could stand."""
        by_path: dict[str, list[Entry]] = {}
        for entry in self._entries:
            by_path.setdefault(entry.path, []).append(entry)
        for path in (*self._notes, *self.apps.paths()):
            by_path.setdefault(path, [])
        for path, entries in sorted(by_path.items()):
            yield Module(self, path, tuple(entries))

    def notes(self, kind: type[N], path: str) -> list[N]:
        """What was noticed in one file of one kind, in the order of the code."""
        found = [note for note in self._notes.get(path, ()) if isinstance(note, kind)]
        return sorted(map(self._resolved, found), key=attrgetter("at"))

    @cached_property
    def _notes(self) -> dict[str, list[Note]]:
        """All notes by file: each rule asks for those of each module."""
        by_path: dict[str, list[Note]] = {}
        for note in chain(self._world.notes.of(Note), self._usage):
            by_path.setdefault(note.path, []).append(note)
        return by_path

    def _resolved(self, note: N) -> N:
        """With what the handle's task leaves to its app."""
        if not isinstance(note, (Access, Rebuilt)):
            return note
        handle = self._with_all_options(note.handle)
        return note if handle is note.handle else replace(note, handle=handle)

    def _with_settings(self, entry: Entry) -> Entry:
        return replace(entry, waits=tuple(map(self._wait_with_settings, entry.waits)))

    def _wait_with_settings(self, wait: Wait) -> Wait:
        read = wait.read
        handle = self._with_all_options(read.handle)
        if handle is read.handle:
            return wait
        return replace(wait, read=replace(read, handle=handle))

    def _with_all_options(self, handle: Handle) -> Handle:
        """The handle with what its app and its annotations say of its task."""
        return self._annotated.as_annotated(self.storage.resolved(handle))

    def causes(self, kind: str, hurts: Hurts, path: str) -> list[Cause]:
        """The places in one file that make entries of one kind suffer, by place."""
        found = self._found_causes.get((kind, hurts))
        if found is None:
            found = self._found_causes[kind, hurts] = {}
            for cause in self._causes.of(kind, hurts):
                found.setdefault(cause.wait.path, []).append(cause)
        return sorted(found.get(path, ()), key=attrgetter("at"))

    @cached_property
    def _causes(self) -> Causes:
        return Causes(self._world, self._leading, self._entries)

    @cached_property
    def _leading(self) -> Leading:
        with deep_recursion():
            return Leading(self._world, self._kinds, self._found)

    def is_script(self, entry: Entry) -> bool:
        """Whether nothing but code under ``if __name__ == "__main__":`` leads to a function."""
        return entry.is_main or self._leading.only(entry.body, MAIN)

    @cached_property
    def failing_reads(self) -> FailingReads:
        """The reads that fail as their app has no result backend."""
        return FailingReads(self._world.project, self.apps)

    def kind_of(self, note: Note) -> str:
        """What kind of entry the function around a note is."""
        return self._kinds.kind_of(note.within)

    def answers(self, note: Note) -> bool:
        """Whether a web client gets what the function around a note returns, as it is."""
        return self._kinds.answers(note.within)

    def task_of(self, note: Note) -> TaskValue | None:
        """The task that the function around a note is."""
        return self._kinds.task_of(note.within)

    def is_certain(self, note: Note) -> bool:
        """Whether a handle is meant there on every way of calling the code."""
        return self._world.notes.is_certain(note)

    @cached_property
    def reads_of_tasks(self) -> set[tuple[str, Span]]:
        """The reads that some task leads to."""
        return {
            read for entry in self._entries if entry.kind == TASK for read in entry.reads
        }

    @cached_property
    def follows_handles(self) -> bool:
        """Whether the project may make handles of what a task that returns one has stored.

        Pickled they come back by themselves; whoever checks for a ``ResultBase`` knows.
        """
        self._project.search(_FOLLOWS)
        return self.storage.may_pickle or any(
            not _FOLLOWS.isdisjoint(record.mentions)
            for record in self._project.records.values()
        )

    @cached_property
    def may_pickle_arguments(self) -> bool:
        """Whether what a task is sent may keep Python's objects; also if one task says so."""
        return self.storage.may_pickle_arguments or any(
            record.celery and not self._world.is_test(path)
            for path, record in self._project.records.items()
            if self._project.mentions(path, "pickle")
            or self._project.mentions(path, "serialization")
        )

    @cached_property
    def may_save_groups(self) -> bool:
        """Whether the results of some group are, or may be, saved for ``restore``."""
        return may_save_groups(self._world)

    @cached_property
    def kept_ids(self) -> KeptIds:
        """Whose ids the project keeps under which names."""
        return KeptIds(self._world)

    def only_group_sent(self, path: str) -> Span | None:
        """The place where a file sends a group, if nothing else in the project does."""
        sent = {(note.path, note.at) for note in self._world.notes.of(GroupSent)}
        found = sent.pop() if len(sent) == 1 else None
        return found[1] if found is not None and found[0] == path else None

    @cached_property
    def reads_without_backend(self) -> bool:
        """Whether something is asked of a handle whose app surely has no result backend."""
        return any(
            self.storage.resolved(note.handle).lacks_backend
            for note in self._world.notes.of(Access)
        )

    @cached_property
    def ignores_each_result(self) -> bool:
        """Whether the project defines tasks, and each of them says that nobody wants its result."""
        return ignores_each_result(self._world)

    def app(self, key: Key) -> App | None:
        """The app made at a place; with an empty key, the only one of the project."""
        return self.apps.get(key)

    @cached_property
    def reads_of_entries(self) -> set[tuple[str, Span]]:
        """The reads that some task, view or coroutine leads to."""
        return {
            read for entry in self._entries if entry.kind != PLAIN for read in entry.reads
        }

    def conclusion(self, note: Comparison) -> str:
        """What the function around concludes from a comparison with PENDING."""
        if "PENDING" not in compared_states(note):
            return ""
        with deep_recursion():
            function = self._world.calls.code_around(note.within)
            is_view = self.kind_of(note) == VIEW
            found = conclusion(note, function, is_view=is_view) if function else ""
        return "" if found and self._marks_what_is_sent else found

    @cached_property
    def _marks_what_is_sent(self) -> bool:
        """Whether the project may store a state of its own when it sends a task."""
        if any(True for _ in self._project.mentioning(set(_SIGNALS_OF_SENDING))):
            return True
        storing = self._project.celery_files(_STORES_FOR_AN_ID)
        return any(not self.is_test(path) for path in storing)

    def never_starts(self, note: Comparison) -> bool:
        """Whether no task that the compared state can be of is ever recorded as STARTED."""
        handles = map(self._annotated.as_annotated, handles_of(note))
        if not all(map(self._tracking.is_off, handles)):
            return False
        stored = self.custom_states
        return stored.complete and "STARTED" not in stored.names

    @cached_property
    def _tracking(self) -> Tracking:
        return Tracking(self._world, self.apps)

    @cached_property
    def custom_states(self) -> CustomStates:
        """The states that tasks store besides Celery's own."""
        further = (*self._project.options.states, *self._states_of_packages())
        found = custom_states(self._world.notes.of(StateUpdate), further)
        with deep_recursion():
            is_complete = found.complete and not hands_tasks_out(self._world)
        return replace(found, complete=is_complete)

    def _states_of_packages(self) -> Iterator[str]:
        for package, states in STATES_OF_PACKAGES.items():
            if any(True for _ in self._project.mentioning({package})):
                yield from states

    def is_test(self, path: str) -> bool:
        """Whether the file is test code."""
        return self._world.is_test(path)

    @property
    def makes_fixes(self) -> bool:
        """Whether somebody wants to see fixes."""
        return self._project.options.fixes

    def source(self, path: str) -> SourceFile:
        """The text and the outline of one file."""
        return self._project.source(path)

    def snippet(self, path: str, at: Span) -> str:
        """The code at a span, its lines drawn together."""
        return self._project.source(path).snippet(at)

    def line_from(self, path: str, at: Span) -> str:
        """The line from where a span starts."""
        lines = self._project.source(path).lines
        return clean(lines[at[0] - 1][at[1] :]) if at[0] <= len(lines) else ""

    def relative(self, path: str) -> str:
        """The path from the project's root, with forward slashes."""
        return self._project.relative(path)

    def enclosing(self, path: str, line: int) -> str:
        """The qualified name of the function or class around a line."""
        blocks = self._blocks.get(path)
        if blocks is None:
            definitions = self._project.source(path).outline.definitions
            blocks = self._blocks[path] = _blocks(definitions)
        names: list[str] = []
        while blocks:
            index = bisect_right(blocks, line, key=attrgetter("line")) - 1
            if index < 0 or blocks[index].end_line < line:
                break
            names.append(blocks[index].name)
            blocks = _blocks(blocks[index].members)
        return ".".join(names)


def _blocks(definitions: Iterable[Definition]) -> list[Definition]:
    """The functions and classes among definitions, which stand in order."""
    return [definition for definition in definitions if definition.kind != "statement"]


@contextmanager
def deep_recursion() -> Iterator[None]:
    """Let evaluation follow long chains of calls."""
    limit = sys.getrecursionlimit()
    sys.setrecursionlimit(max(limit, DEEP_ENOUGH))
    try:
        yield
    finally:
        sys.setrecursionlimit(limit)
