"""The tasks that a project defines with decorators, and what these say of them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from flake8_celery_get.model.classes import decorators
from flake8_celery_get.model.classes.task_options import is_of_project
from flake8_celery_get.model.classes.unpacked_options import written_out
from flake8_celery_get.model.values.parts import options
from flake8_celery_get.model.values.values import TaskValue
from flake8_celery_get.source import code
from flake8_celery_get.source.code import Span
from flake8_celery_get.source.declared import keywords_of

if TYPE_CHECKING:
    from flake8_celery_get.model.flow.surroundings import Surroundings
    from flake8_celery_get.model.values.definitions import (
        ClassSymbol,
        FunctionSymbol,
        Scope,
    )
    from flake8_celery_get.model.values.values import TaskOptions
    from flake8_celery_get.source.declared import Keywords

DECORATED = re.compile(r"@[\w.]*task|task as \w")
"""Text that may define a task; the second for a decorator under another name."""

_WORDS = frozenset({"task", "shared_task"})
_OPENING = re.compile(r"\s*(?:async\s+)?def\s+(\w+)")
_SAID_NAME = re.compile(
    r"""\bname\s*=\s*["']([^"']+)["']\s*(?:\#[^\n]*\s*)?[,)]"""  # no ``"%s.add" % PREFIX``
)


@dataclass(frozen=True, slots=True)
class Defined:
    """A task: what makes it, its name in Celery, and whether that name was chosen.

    ``name`` is empty where nobody can tell it. ``keywords`` are what decorators give. ``place``
    is that of Celery's own decorator among all of the function; None where a decorator of the
    project's makes the task: it may pass any option on. ``kind`` is the class of a task that
    is an instance; its function is the method ``run``.
    """

    symbol: FunctionSymbol
    name: str
    is_named: bool
    place: int | None
    options: TaskOptions
    keywords: Keywords
    kind: ClassSymbol | None = None

    @property
    def title(self) -> str:
        """What code calls the task."""
        return self.symbol.name if self.kind is None else self.kind.name

    @property
    def is_own(self) -> bool:
        """Whether a decorator of Celery itself makes the task."""
        return self.place is not None

    @property
    def is_plain(self) -> bool:
        """Whether the task runs the function as it is written: no other decorator changes it."""
        return (
            self.place is not None
            and self.place + 1 == len(self.symbol.definition.decorators)
            and self.symbol.owner is None
        )

    def leaves(self, option: str) -> bool:
        """Whether the option is surely off, or as it is where nobody sets it."""
        return not self.keywords.may_set(option)

    def says(self, option: str) -> bool:
        """Whether the option is surely on."""
        return option in self.keywords.on


def defined_tasks(world: Surroundings) -> Iterator[Defined]:
    """The tasks at the top of modules and in classes, test code left out."""
    for path in world.project.mentioning(set(_WORDS)):
        if not world.is_test(path) and world.project.source(path).holds(DECORATED):
            for symbol in world.scope(path).all_functions():
                task = defined_task(world, symbol)
                if task is not None:
                    yield task


def defined_task(world: Surroundings, symbol: FunctionSymbol) -> Defined | None:
    """The task that a function is; None where it is none."""
    task = world.scopes_task(symbol) if symbol.definition.decorators else None
    return _defined(world, symbol, task) if isinstance(task, TaskValue) else None


def _defined(world: Surroundings, symbol: FunctionSymbol, task: TaskValue) -> Defined:
    place = _place(world, symbol)
    keywords = _keywords(world, symbol, place)
    is_named = keywords.may_set("name")
    own_name = f"{world.project.modules.name_of(symbol.scope.path)}.{symbol.name}"
    name = _said_name(world, symbol, place) if is_named else own_name
    return Defined(symbol, name, is_named, place, task.options, keywords)


def _said_name(world: Surroundings, symbol: FunctionSymbol, place: int | None) -> str:
    """The name that is written out; empty for one that nobody can tell."""
    if place is None:
        found = _SAID_NAME.search(symbol.definition.head(symbol.scope.source.lines))
        return found[1] if found else ""
    said = (each.value for each in _given(world, symbol, place) if each.name == "name")
    return next((n for value in said if isinstance(n := _constant(value), str)), "")


def _keywords(world: Surroundings, symbol: FunctionSymbol, place: int | None) -> Keywords:
    """The options of Celery's decorator, or of all, those of an unpacked dict included."""
    known = symbol.definition.keywords
    is_only = place is None or len(symbol.definition.decorators) == 1
    if is_only and not known.more:
        return known
    return keywords_of(
        ("" if each.name == "**" else each.name, _constant(each.value))
        for each in _given(world, symbol, place)
        if each.name not in {"", "*"}
    )


def _given(
    world: Surroundings, symbol: FunctionSymbol, place: int | None
) -> list[code.Argument]:
    """The arguments of one decorator, or of all."""
    nodes = world.calls.decorators_of(symbol)
    calls = nodes if place is None else nodes[place : place + 1]
    return [
        each
        for node in calls
        if isinstance(node, code.Call)
        for each in written_out(symbol.scope, node.arguments)
    ]


def _constant(node: code.Expression) -> object:
    return node.value if isinstance(node, code.Constant) else None


def _place(world: Surroundings, symbol: FunctionSymbol) -> int | None:
    """Which of the decorators is one of Celery itself that makes the task."""
    for place, text in enumerate(symbol.definition.decorators):
        if text and _decorates(world, symbol.scope, text):
            return place
    return None


def _decorates(world: Surroundings, scope: Scope, text: str) -> bool:
    value = world.deeply(scope, text)
    return not any(map(is_of_project, options(value))) and (
        decorators.is_celerys(world, scope, text, value)
    )


def place_of_name(symbol: FunctionSymbol) -> Span:
    """Where a function's name stands in its definition."""
    definition, lines = symbol.definition, symbol.scope.source.lines
    for row in range(definition.line, definition.end_line + 1):
        found = _OPENING.match(lines[row - 1])
        if found and found[1] == symbol.name:
            return row, found.start(1), row, found.end(1)
    return definition.line, definition.column, definition.line, definition.column


def decorator_of(world: Surroundings, task: Defined) -> code.Expression | None:
    """The decorator of Celery's own that makes a task."""
    nodes = world.calls.decorators_of(task.symbol)
    return nodes[task.place] if nodes and task.place is not None else None


def arguments(world: Surroundings, task: Defined) -> list[code.Argument]:
    """The arguments of the decorator that makes a task."""
    decorator = decorator_of(world, task)
    given = decorator.arguments if isinstance(decorator, code.Call) else []
    return written_out(task.symbol.scope, given)
