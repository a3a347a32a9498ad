"""The tasks of a picture: those the project defines, and those it only names."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace

from flake8_celery_get.model.evaluate.world import World
from flake8_celery_get.model.picture.naming import Naming, in_scope, said_name
from flake8_celery_get.model.picture.shape import Place, Task
from flake8_celery_get.model.reach.entries import TASK, Entry
from flake8_celery_get.model.sends.sent_tasks import definition_of
from flake8_celery_get.model.values.definitions import ClassSymbol, FunctionSymbol
from flake8_celery_get.model.values.values import TaskValue
from flake8_celery_get.source import code
from flake8_celery_get.source.text import clean

UNNAMED = "(named at run time)"


class Tasks:
    """Finds a task by what defines it, or by its name."""

    def __init__(self, world: World, naming: Naming, entries: Iterable[Entry]) -> None:
        self._world = world
        self._naming = naming
        self._by_definition: dict[object, Task] = {}
        self._by_name: dict[str, Task] = {}
        for symbol in _symbols(world):
            place = naming.place_of_symbol(symbol)
            self._add(symbol, naming.task_name(symbol), symbol.qualified_name, place)
        for entry in entries:
            node = entry.definition
            if entry.kind == TASK and isinstance(node, code.Function):
                name = f"{naming.module(entry.path)}.{node.name}"
                line = naming.place(entry.path, node.at[0])
                self._add(node, said_name(node.decorators) or name, node.name, line)

    def _add(self, definition: object, name: str, label: str, place: Place) -> None:
        if definition not in self._by_definition:
            shown = clean(name)
            task = Task(self._naming.unique(f"task:{shown}"), shown, label, place)
            self._by_definition[definition] = task
            self._by_name.setdefault(name, task)

    def all(self) -> list[Task]:
        """Every task that was found so far."""
        found = {*self._by_definition.values(), *self._by_name.values()}
        labels = Counter(task.label for task in found)
        told = (
            task if labels[task.label] == 1 else replace(task, label=task.name)
            for task in found
        )
        return sorted(told, key=lambda task: (task.place is None, task.name, task.id))

    def defined(self) -> list[tuple[object, Task]]:
        """The tasks of the project, each with what defines it."""
        return list(self._by_definition.items())

    def definition_of(self, task: Task) -> object:
        """The symbol or code that makes a task; None for one from elsewhere."""
        for definition, known in self._by_definition.items():
            if known.id == task.id:
                return definition
        return None

    def defined_by(self, definition: object) -> Task | None:
        """The task that a symbol or the code of an inner function makes."""
        return self._by_definition.get(definition)

    def meant(self, name: str, definition: object) -> Task:
        """The task that is sent; a new one where nothing in the project defines it."""
        task = self._by_definition.get(definition) or self._by_name.get(name)
        if task is None and definition is None:
            task = self._imported(name)
        if task is None:
            shown = clean(name) or UNNAMED
            task = Task(self._naming.unique(f"task:{shown}"), shown, shown)
            self._by_name[name] = task
        return task

    def _imported(self, name: str) -> Task | None:
        """The task that a dotted name leads to, through re-exports too."""
        module, _, last = name.rpartition(".")
        path = self._world.project.modules.exactly(module) if module else None
        if path is None:
            return None
        with self._world.looking_deep():
            value = self._world.names.member(self._world.scope(path), last)
        if isinstance(value, TaskValue):
            return self._by_definition.get(definition_of(value))
        return None


def _symbols(world: World) -> list[FunctionSymbol | ClassSymbol]:
    scopes = sorted(world.scopes(), key=lambda scope: scope.path)
    return [
        symbol
        for scope in scopes
        if not world.is_test(scope.path)
        for symbol in in_scope(scope)
        if _is_task(world, symbol)
    ]


def _is_task(world: World, symbol: FunctionSymbol | ClassSymbol) -> bool:
    if isinstance(symbol, FunctionSymbol):
        return symbol in world.seen.tasks or world.is_task(symbol)
    is_task = world.classes.is_task(symbol)
    return is_task and world.classes.method(symbol, "run") is not None
