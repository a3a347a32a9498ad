"""Where things stand and what they are called in a picture."""

from __future__ import annotations

import re
from collections.abc import Iterable

from flake8_celery_get.model.evaluate.world import World
from flake8_celery_get.model.picture.shape import Place
from flake8_celery_get.model.values.definitions import ClassSymbol, FunctionSymbol, Scope
from flake8_celery_get.source import code


class Naming:
    """Names and places, from what the model calls them by."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._ids: set[str] = set()

    def place(self, path: str, line: int) -> Place:
        """A line of a file, the path from the project's root."""
        return Place(self._world.project.relative(path), line)

    def module(self, path: str) -> str:
        """The dotted name that a file is imported by."""
        return self._world.project.modules.name_of(path)

    def of_symbol(self, symbol: FunctionSymbol | ClassSymbol) -> str:
        """The dotted name of a function or class."""
        return f"{self.module(symbol.scope.path)}.{symbol.qualified_name}"

    def place_of_symbol(self, symbol: FunctionSymbol | ClassSymbol) -> Place:
        """The line with its name; decorators may stand above it."""
        definition, lines = symbol.definition, symbol.scope.source.lines
        head = re.compile(rf"\s*(?:async\s+)?(?:def|class)\s+{re.escape(symbol.name)}\b")
        rows = range(definition.line, definition.end_line + 1)
        line = next((row for row in rows if head.match(lines[row - 1])), definition.line)
        return self.place(symbol.scope.path, line)

    def task_name(self, symbol: FunctionSymbol | ClassSymbol) -> str:
        """Celery's name of a task: what its decorator or class says, else where it is."""
        said = ""
        if isinstance(symbol, FunctionSymbol):
            function = self._world.calls.function_code(symbol)
            said = said_name(function.decorators) if function is not None else ""
        else:
            said = self._name_in_class(symbol)
        return said or self.of_symbol(symbol)

    def _name_in_class(self, symbol: ClassSymbol) -> str:
        for definition in symbol.statements:
            if "name" in definition.names:
                for statement in symbol.scope.source.code(definition):
                    value = getattr(statement, "value", None)
                    if isinstance(value, code.Constant) and isinstance(value.value, str):
                        return value.value
        return ""

    def unique(self, wanted: str) -> str:
        """An id that nothing else has."""
        number, found = 1, wanted
        while found in self._ids:
            number += 1
            found = f"{wanted}#{number}"
        self._ids.add(found)
        return found


def said_name(decorators: Iterable[code.Expression]) -> str:
    """What ``name=`` says in one of the decorators."""
    for decorator in decorators:
        for argument in decorator.arguments if isinstance(decorator, code.Call) else ():
            value = argument.value
            if argument.name == "name" and isinstance(value, code.Constant):
                return str(value.value)
    return ""


def in_scope(scope: Scope) -> list[FunctionSymbol | ClassSymbol]:
    """The functions, methods and classes of a module."""
    found: list[FunctionSymbol | ClassSymbol] = list(scope.functions.values())
    classes = list(scope.classes.values())
    while classes:
        symbol = classes.pop(0)
        found += [symbol, *symbol.methods.values()]
        classes += symbol.classes.values()
    return found
