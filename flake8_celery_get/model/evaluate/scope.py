"""The names at the top of one module of the project."""

from __future__ import annotations

import builtins
import re
from collections.abc import Hashable, Iterator
from functools import cached_property, partial
from typing import TYPE_CHECKING

from flake8_celery_get.model.flow.frame import Frame
from flake8_celery_get.model.values.definitions import ClassSymbol, FunctionSymbol
from flake8_celery_get.model.values.lasting import filled
from flake8_celery_get.model.values.values import (
    UNKNOWN,
    AppValue,
    ClassValue,
    External,
    FunctionValue,
    Instance,
    Literal,
    TaskValue,
    Value,
    either,
)
from flake8_celery_get.source import code, words
from flake8_celery_get.source.code import Imported
from flake8_celery_get.source.outline import Definition

if TYPE_CHECKING:
    from flake8_celery_get.model.evaluate.world import World
    from flake8_celery_get.project.source_file import SourceFile

_IMPORTS = re.compile(
    r"(?m)^[ \t]*((?:from[ \t]+[\w.]+[ \t]+)?import\b(?:[^\n(]*\([^)]*\)|[^\n]*))"
)
_WORDS = re.compile(r"\w+")
_FILLS = re.compile(rf"(?m)^\s*(\w+)(?:{words.GROWS}|\[[^\]\n]+\] *=(?!=))")
_MAY_FILL = re.compile(r"\s*(?:(?:for|if|try|while|with)\b|\w+(?:\.\w+)?\()")
_CALLED = re.compile(r"(?m)^\s*(\w+)\(")


class Scope:
    """One module: its functions, classes, variables and imports by name."""

    def __init__(self, world: World, path: str, source: SourceFile) -> None:
        self.world = world
        self.path = path
        self.source = source
        self.functions: dict[str, FunctionSymbol] = {}
        self.registered: list[FunctionSymbol] = []
        """Those that a decorator registers with another: all may have one name."""
        self.classes: dict[str, ClassSymbol] = {}
        self.statements: list[Definition] = []
        self.variables: dict[str, list[Definition]] = {}
        self.imports: dict[str, Imported] = {}
        self.also_imported: dict[str, list[Imported]] = {}
        """What a name may stand for besides: of several imports, a condition takes one."""
        self.stars: list[Imported] = []
        self._asked: set[Hashable] = set()
        self._read_outline()

    def _read_outline(self) -> None:
        for imported in self.source.outline.imports:
            if imported.name == "*":
                self.stars.append(imported)
            else:
                other = self.imports.get(imported.alias, imported)
                if other != imported:
                    self.also_imported.setdefault(imported.alias, []).append(other)
                self.imports[imported.alias] = imported
        for definition in self.source.outline.definitions:
            self._add(definition)
        for definition in self.statements if self.variables else ():
            self._add_filling(definition)

    def _add(self, definition: Definition) -> None:
        if definition.kind == "function":
            symbol = self.functions[definition.name] = FunctionSymbol(self, definition)
            if symbol.is_decorated("register"):
                self.registered.append(symbol)
        elif definition.kind == "class":
            self.classes[definition.name] = ClassSymbol(self, definition)
        else:
            self.statements.append(definition)
            for name in definition.names:
                self.variables.setdefault(name, []).append(definition)

    def _add_filling(self, definition: Definition) -> None:
        """``TASKS.append(task)`` says more of a list that the module makes, in a loop, too.

        So does the call of a function that does it: ``fill()``.
        """
        says = self.source.says
        if not says(definition, _may_fill):
            return
        places = [definition, *(each.definition for each in self.called_by(definition))]
        filled = (name for place in places for name in says(place, _filled_names))
        for name in dict.fromkeys(filled):
            if name in self.variables and name not in definition.names:
                self.variables[name].append(definition)

    def called_by(self, definition: Definition) -> list[FunctionSymbol]:
        """The module's functions that a statement at its top calls and uses nothing of."""
        if definition.names:
            return []
        names = self.source.says(definition, _called_names)
        return [self.functions[name] for name in names if name in self.functions]

    @cached_property
    def renamed(self) -> dict[str, list[str]]:
        """The other names under which something is imported, by its own name."""
        found: dict[str, list[str]] = {}
        for alias, imported in self.imports.items():
            if alias != imported.name:
                found.setdefault(imported.name, []).append(alias)
        return found

    def defines(self, name: str) -> bool:
        """Whether the module itself gives ``name`` its meaning."""
        return name in self.functions or name in self.classes or name in self.variables

    def named(self, name: str) -> list[Definition]:
        """Every definition of that name at the top of the module, in order."""
        return self._by_name.get(name, [])

    @cached_property
    def _by_name(self) -> dict[str, list[Definition]]:
        found: dict[str, list[Definition]] = {}
        for definition in self.source.outline.definitions:
            found.setdefault(definition.name, []).append(definition)
        return found

    def binds(self, name: str) -> bool:
        """Whether the module gives ``name`` a meaning, itself or by an import."""
        return self.defines(name) or name in self.imports

    @cached_property
    def imported_words(self) -> frozenset[str]:
        """All words of all import statements, wherever in the module they stand."""
        statements = _IMPORTS.findall(self.source.text)
        return frozenset(word for each in statements for word in _WORDS.findall(each))

    def all_statements(self) -> list[Definition]:
        """The module's statements and those in the bodies of its classes."""
        found = list(self.statements)
        classes = list(self.classes.values())
        while classes:
            symbol = classes.pop()
            found += symbol.statements
            classes += symbol.classes.values()
        return found

    def all_functions(self) -> Iterator[FunctionSymbol]:
        """The functions at the top of the module, and all methods."""
        yield from self.functions.values()
        for symbol in self.all_classes():
            yield from symbol.methods.values()

    def all_classes(self) -> Iterator[ClassSymbol]:
        """The classes at the top of the module, then those inside them."""
        classes = list(self.classes.values())
        while classes:
            symbol = classes.pop(0)
            yield symbol
            classes += symbol.classes.values()

    def all_definitions(self) -> Iterator[Definition]:
        """The statements, functions and methods of the module."""
        yield from self.all_statements()
        yield from (function.definition for function in self.all_functions())

    def forget(self) -> None:
        """Evaluate names anew, so that someone can hear of it."""
        self.world.memo.forget(self._asked)

    def lookup(self, name: str) -> Value:
        """What a name means in this module, a builtin included."""
        value = self.member(name)
        if value == UNKNOWN and name in {"__name__", "__package__"}:
            return Literal(self._dunder(name))
        if value == UNKNOWN and hasattr(builtins, name):
            return External(f"builtins.{name}")
        return value

    def _dunder(self, name: str) -> str:
        module = self.world.project.modules.name_of(self.path)
        is_package = self.path.endswith("__init__.py")
        return module if name == "__name__" or is_package else module.rpartition(".")[0]

    def member(self, name: str) -> Value:
        """What ``module.name`` means."""
        key = (self, name, self.world.is_looking_deep)
        self._asked.add(key)
        return self.world.memo.ask(key, partial(self._find, name), UNKNOWN)

    def _find(self, name: str) -> Value:
        values = [value for value in self._meanings(name) if value != UNKNOWN]
        return either(values)

    def _meanings(self, name: str) -> Iterator[Value]:
        """Several where the module has a stand-in for what it can't import."""
        if name in self.functions:
            yield self._function(self.functions[name])
        if name in self.classes:
            yield ClassValue(self.classes[name])
        if name in self.variables:
            yield self._variable(name)
        if name in self.imports:
            yield self.world.imported(self, self.imports[name])
        yield from self._other_tasks(name)
        if self.stars or self.path.endswith("__init__.py"):
            yield self._from_stars(name)

    def bound_once(self, node: code.Expression) -> code.Expression:
        """What a name is bound to at the top of the module, if that is once; else ``node``."""
        definitions = self.variables.get(node.id, ()) if isinstance(node, code.Name) else ()
        if len(definitions) == 1:
            for statement in self.source.code(definitions[0]):
                if isinstance(statement, code.Assign) and statement.value is not None:
                    return statement.value
        return node

    def _other_tasks(self, name: str) -> Iterator[Value]:
        """The project's tasks that other imports under the same name bring."""
        for other in self.also_imported.get(name, ()):
            value = self.world.imported(self, other)
            if isinstance(value, TaskValue):
                yield value

    def _method(self, owner: ClassValue | Instance, name: str) -> Value:
        method = self.world.classes.method(owner.symbol, name)
        return FunctionValue(method, owner) if method is not None else UNKNOWN

    def _function(self, symbol: FunctionSymbol) -> Value:
        return self.world.scopes_task(symbol) or FunctionValue(symbol)

    def _variable(self, name: str) -> Value:
        frame = Frame(self.world, self)
        definitions = self.variables[name]
        wanted = [each for each in definitions if self.world.may_look_up(self, each)]
        # What fills a container says nothing without the statement that makes it.
        fills = any(name not in each.names for each in wanted)
        for definition in definitions if fills else wanted:
            self.world.calls.run_statements(frame, self.source.code(definition))
            frame.state.reached = True
        value = filled(
            frame.state.names.get(name, UNKNOWN), self.world.shared.held(self, name)
        )
        # A constant of a module may be set from outside.
        return UNKNOWN if isinstance(value, Literal) and not value.value else value

    def _from_stars(self, name: str) -> Value:
        """A module inside a package is hidden by whatever the package binds to its name."""
        for star in self.stars if not name.startswith("_") else ():
            value = self.world.imported(self, Imported(name, star.module, name, star.level))
            if not isinstance(value, External) and value != UNKNOWN:
                return value
            if isinstance(value, External) and value.path.startswith("celery."):
                return value
        submodule = None if self.binds(name) else self.world.submodule(self, name)
        return UNKNOWN if submodule is None else submodule

    def dotted(self, name: str) -> Value:
        """What ``a.b.c`` means in this module, as far as names alone tell."""
        from flake8_celery_get.model.classes.attributes import of_external
        from flake8_celery_get.model.values.values import Made, Method, ModuleValue

        first, *rest = name.split(".")
        value = self.lookup(first) if first else UNKNOWN
        for part in rest:
            if isinstance(value, ModuleValue):
                value = self.world.scope(value.path).member(part)
            elif isinstance(value, (External, Made)):
                value = of_external(value.path, part)
            elif isinstance(value, AppValue):
                value = External("celery.Task") if part == "Task" else Method(value, part)
            elif isinstance(value, ClassValue):
                inner = value.symbol.classes.get(part)
                value = ClassValue(inner) if inner else self._method(value, part)
            elif isinstance(value, Instance):
                value = self._method(value, part)
            else:
                return UNKNOWN
        return value


def _may_fill(text: str) -> bool:
    return _MAY_FILL.match(text) is not None


def _filled_names(text: str) -> list[str]:
    """The containers to which something is added."""
    return list(dict.fromkeys(_FILLS.findall(text)))


def _called_names(text: str) -> list[str]:
    return list(dict.fromkeys(_CALLED.findall(text)))
