"""Every text that names a task: in sends, signatures, schedules, routes and annotations."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from flake8_celery_get.model.flow.listener import Listener
from flake8_celery_get.model.known.celery_words import celery_word
from flake8_celery_get.model.settings.given import text
from flake8_celery_get.model.usage.listening import listen, words_in
from flake8_celery_get.model.usage.written.values import values_written
from flake8_celery_get.model.values.definitions import FunctionSymbol
from flake8_celery_get.model.values.mappings import entries_of
from flake8_celery_get.model.values.parts import options
from flake8_celery_get.model.values.values import (
    AppValue,
    External,
    Items,
    Method,
    Place,
    Value,
)
from flake8_celery_get.source import code

if TYPE_CHECKING:
    from flake8_celery_get.model.evaluate.world import World
    from flake8_celery_get.model.flow.frame import Frame
    from flake8_celery_get.model.flow.surroundings import Surroundings
    from flake8_celery_get.model.sends.beat import Scheduled
    from flake8_celery_get.model.settings.apps.apps import Apps
    from flake8_celery_get.model.values.arguments import Given
    from flake8_celery_get.source.code import Span

_BY_NAME = frozenset({"send_task", "Signature", "signature", "subtask"})
_CALLS = re.compile(r"\b(?:send_task|[sS]ignature|subtask)(?:\(|\s+as\b)")
_CALLS_BYTES = re.compile(_CALLS.pattern.encode())

SEND, SCHEDULE, ROUTE = "send", "schedule", "route"


@dataclass(frozen=True, slots=True)
class Named:
    """A task's name in a text, and what it stands in: SEND, SCHEDULE or ROUTE."""

    name: str
    path: str
    at: Span
    where: str


def named_tasks(world: World, apps: Apps, entries: Iterable[Scheduled]) -> Iterator[Named]:
    """The names outside of test code; patterns are left out."""
    yield from _in_calls(world)
    yield from _in_schedules(world, entries)
    yield from _in_unfinished(apps)
    yield from _in_routes(apps)


class _Calls(Listener):
    """Hears of what sends or builds a signature by a task's name."""

    def __init__(self) -> None:
        self.found: dict[Named, None] = {}

    def called(
        self, frame: Frame, function: Value, given: tuple[Given, ...], node: code.Call
    ) -> None:
        """A call was evaluated."""
        if not given or not all(map(_goes_by_name, options(function))):
            return
        name = text(given[0].value) if given[0].name in _FIRST else None
        if name:
            here = frame.scope.path
            at = written_at(frame.world, name, (here, node.at))
            if at is None and _is_constant(frame, given[0].node):
                at = _place_in(frame, node, code.describe(given[0].node))
            if at is not None:
                self.found[Named(name, here, at, SEND)] = None


def _is_constant(frame: Frame, node: code.Expression) -> bool:
    """Whether a name stands for the same in each call: no parameter, no part of an object."""
    root, scope = code.describe(node).partition(".")[0], frame.scope
    if isinstance(frame.within, FunctionSymbol):
        parameters = frame.within.definition.parameters
        return bool(root) and all(root != parameter.name for parameter in parameters)
    return root in scope.variables or root in scope.imports or root in scope.classes


def _place_in(frame: Frame, call: code.Call, name: str) -> Span | None:
    """Where a dotted name stands among the arguments of a call."""
    line, column, end, _ = call.at
    rows = frame.scope.source.lines[line - 1 : end]
    written = re.compile(rf"[(=\s]({re.escape(name)})(?![\w.(])")
    for row, each in enumerate(rows, line):
        found = written.search(each, column if row == line else 0)
        if found is not None:
            return row, found.start(1), row, found.end(1)
    return None


_FIRST = frozenset({"", "name", "task", "varies"})
"""What the parameter for the name of a task is called, if it is named at all."""


def _goes_by_name(function: Value) -> bool:
    """Whether a call sends a task by its name, or builds a signature of it."""
    if isinstance(function, Method):
        return isinstance(function.owner, AppValue) and function.name in _BY_NAME
    return isinstance(function, External) and celery_word(function.path) in _BY_NAME


def _in_calls(world: World) -> Iterator[Named]:
    heard = _Calls()
    world.forget()
    for path in sorted(world.project.celery_files(_CALLS_BYTES)):
        if not world.is_test(path):
            listen(world, heard, world.scope(path), words_in(world, path, _CALLS))
    yield from heard.found


def _in_schedules(world: World, entries: Iterable[Scheduled]) -> Iterator[Named]:
    for entry in entries:
        name = entry.task.name
        at = written_at(world, name, (entry.path, entry.at))
        if at is not None:
            yield Named(name, entry.path, at, SCHEDULE)


def _in_unfinished(apps: Apps) -> Iterator[Named]:
    """The entries of an app's schedule that don't say when they are due."""
    for value, _ in values_written(apps, "beat_schedule"):
        for entry in entries_of(value) or ():
            parts = {part.name: part for part in entries_of(entry.value) or ()}
            task = parts.get("task")
            name = text(task.value) if task is not None else None
            if task is None or not name or not parts.keys().isdisjoint({"schedule", None}):
                continue
            at = written_at(apps.world, name, task.place)
            if at is not None and not apps.world.is_test(task.place[0]):
                yield Named(name, task.place[0], at, SCHEDULE)


def _in_routes(apps: Apps) -> Iterator[Named]:
    for setting in ("task_routes", "task_annotations"):
        for value, _ in values_written(apps, setting):
            for name, place in _keys(value):
                at = written_at(apps.world, name, place)
                if at is not None and not apps.world.is_test(place[0]):
                    yield Named(name, place[0], at, ROUTE)


def _keys(value: Value) -> Iterator[tuple[str, Place]]:
    """The keys of a mapping, or of the mappings in a list."""
    for entry in entries_of(value) or ():
        if entry.name is not None and entry.place[0]:
            yield entry.name, entry.place
    if isinstance(value, Items) and value.kind == "sequence":
        for item in value.values:
            if isinstance(item, Items) and item.kind == "mapping":
                yield from _keys(item)


def written_at(world: Surroundings, name: str, place: Place) -> Span | None:
    """Where a text is written out in a piece of code, with its quotes; None for nowhere."""
    path, (line, column, end, _) = place
    if not name or line < 1:
        return None
    quoted = re.compile(rf"""(["']){re.escape(name)}\1""")
    lines = world.project.source(path).lines
    for row in range(line, min(max(end, line), len(lines)) + 1):
        found = quoted.search(lines[row - 1], column if row == line else 0)
        if found is not None:
            return row, found.start(), row, found.end()
    return _in_parts(lines[line - 1 : max(end, line)], name, line, column)


_PARTS = re.compile(r"""(?:(["'])[\w.]*\1(?:\s|#[^\n]*\n)*){2,}""")
_PART = re.compile(r"""(["'])([\w.]*)\1""")


def _in_parts(lines: Sequence[str], name: str, line: int, column: int) -> Span | None:
    """Where a text is written as parts that Python puts together: ``"proj." "tasks"``."""
    text = "\n".join(lines)
    for found in _PARTS.finditer(text, column):
        parts = list(_PART.finditer(text, *found.span()))
        if "".join(part[2] for part in parts) == name:
            ends = found.start(), parts[-1].end()
            (row, at), (last_row, end) = (_point(text, each) for each in ends)
            return line + row, at, line + last_row, end
    return None


def _point(text: str, offset: int) -> tuple[int, int]:
    """The row, from 0, and the column of a place in a text."""
    return text.count("\n", 0, offset), offset - (text.rfind("\n", 0, offset) + 1)
