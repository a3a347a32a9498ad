"""The modules, functions and classes of the project, one object each, compared by identity."""

from __future__ import annotations

import re
from collections.abc import Container, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from itertools import chain
from typing import TYPE_CHECKING

from flake8_celery_get.source import code, words
from flake8_celery_get.source.code import Imported
from flake8_celery_get.source.outline import Definition

if TYPE_CHECKING:
    from flake8_celery_get.project.source_file import SourceFile

_IMPORTS = re.compile(
    r"(?m)^[ \t]*((?:from[ \t]+[\w.]+[ \t]+)?import\b(?:[^\n(]*\([^)]*\)|[^\n]*))"
)
_WORDS = re.compile(r"\w+")
_FILLS = re.compile(rf"(?m)^\s*(\w+)(?:{words.GROWS}|\[[^\]\n]+\] *=(?!=))")
_MAY_FILL = re.compile(r"\s*(?:(?:for|if|try|while|with)\b|\w+(?:\.\w+)?\()")
_CALLED = re.compile(r"(?m)^\s*(\w+)\(")
_IS_FIELD = re.compile(
    r"\s*\w+\s*(?::(?!\s*ClassVar)|=\s*(?:attrs?\.(?:ib|attrib|field)|attrib)\()"
)


class Scope:
    """One module: its functions, classes, variables and imports by name."""

    def __init__(self, path: str, source: SourceFile) -> None:
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

    def defined_among(self, names: Container[str]) -> Iterator[str]:
        """Those of ``names`` to which the module itself gives a meaning."""
        own = chain(self.functions, self.classes, self.variables)
        return (name for name in own if name in names)

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

    def function_around(self, line: int) -> FunctionSymbol | None:
        """The one of these functions in which a line stands."""
        functions = self.all_functions()
        return next((each for each in functions if each.definition.spans(line)), None)

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

    def bound_once(self, node: code.Expression) -> code.Expression:
        """What a name is bound to at the top of the module, if that is once; else ``node``."""
        definitions = self.variables.get(node.id, ()) if isinstance(node, code.Name) else ()
        if len(definitions) == 1:
            for statement in self.source.code(definitions[0]):
                if isinstance(statement, code.Assign) and statement.value is not None:
                    return statement.value
        return node


@dataclass(slots=True, eq=False)
class FunctionSymbol:
    """A function at the top of a module, or a method."""

    scope: Scope
    definition: Definition
    owner: ClassSymbol | None = None

    @property
    def name(self) -> str:
        """Its own name."""
        return self.definition.name

    @property
    def qualified_name(self) -> str:
        """``Class.method`` or ``function``."""
        return f"{self.owner.qualified_name}.{self.name}" if self.owner else self.name

    def is_decorated(self, *names: str) -> bool:
        """Whether a decorator's last name is one of ``names``."""
        return any(
            decorator.rpartition(".")[2] in names
            for decorator in self.definition.decorators
        )


@dataclass(slots=True, eq=False)
class ClassSymbol:
    """A class, and its own members by name."""

    scope: Scope
    definition: Definition
    outer: ClassSymbol | None = None
    methods: dict[str, FunctionSymbol] = field(default_factory=dict)
    classes: dict[str, ClassSymbol] = field(default_factory=dict)
    statements: list[Definition] = field(default_factory=list)

    def __post_init__(self) -> None:
        for member in self.definition.members:
            if member.kind == "function":
                self.methods[member.name] = FunctionSymbol(self.scope, member, self)
            elif member.kind == "class":
                self.classes[member.name] = ClassSymbol(self.scope, member, self)
            elif not _is_migrated(self.definition, member):
                self.statements.append(member)

    @property
    def name(self) -> str:
        """Its own name."""
        return self.definition.name

    @property
    def fields(self) -> list[str]:
        """The names that the body annotates, or has attrs fill: the class is made with them."""
        lines = self.scope.source.lines
        return [
            each.name
            for each in self.statements
            if len(each.names) == 1 and _IS_FIELD.match(each.text(lines))
        ]

    @property
    def qualified_name(self) -> str:
        """Its name with those of the classes around it."""
        return f"{self.outer.qualified_name}.{self.name}" if self.outer else self.name


def _is_migrated(owner: Definition, statement: Definition) -> bool:
    """Whether a statement lists the tables of a migration, by names that mean something else.

    Often it is the longest of a project.
    """
    return "operations" in statement.names and any(
        base.endswith("Migration") for base in owner.bases
    )


def _may_fill(text: str) -> bool:
    return _MAY_FILL.match(text) is not None


def _filled_names(text: str) -> list[str]:
    """The containers to which something is added."""
    return list(dict.fromkeys(_FILLS.findall(text)))


def _called_names(text: str) -> list[str]:
    return list(dict.fromkeys(_CALLED.findall(text)))
