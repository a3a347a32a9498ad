"""Finds every definition that can lead to a wait, caller by caller.

It starts from what sends tasks or names their results. Whatever waits, or hands such a
value on, lends its name to the next search. Files that hold none of these names are never
parsed, and their functions never read.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from flake8_celery_get.model.values import (
    Closure,
    Either,
    FunctionValue,
    Instance,
    Items,
    Value,
    carries,
    options,
)
from flake8_celery_get.source import words

if TYPE_CHECKING:
    from flake8_celery_get.model.definitions import ClassSymbol, FunctionSymbol
    from flake8_celery_get.model.scope import Scope
    from flake8_celery_get.model.world import World
    from flake8_celery_get.source.outline import Definition

MOST_WAVES = 30
MOST_FAME = 25
_OWN_CLASS = {"cls", "__class__"}
"""How a class that leads to waits is named in its own methods."""


class Exploration:
    """Which names lead to waits, and so which definitions are worth reading.

    ``names`` are functions and variables at the top of a module: who mentions one is read.
    ``members`` are methods and attributes: they count only in files that mention one of
    their carriers, which are classes and what gives their instances.
    """

    def __init__(self, world: World) -> None:
        self._world = world
        self.names: set[str] = set()
        self.members: dict[str, set[str]] = {}
        self._read: set[tuple[str, int, int]] = set()
        self._wanted: dict[tuple[str, int, int], bool] = {}
        self._here: dict[str, set[str]] = {}
        self._fame: dict[str, int] = {}
        self._carriers: dict[ClassSymbol, set[str]] = {}
        self._classes: set[str] = set()

    def wants(self, scope: Scope, definition: Definition) -> bool:
        """Whether the definition can have to do with a wait."""
        key = _key(scope, definition)
        if key in self._read:
            return True
        wanted = self._wanted.get(key)
        if wanted is None:
            wanted = self._wanted[key] = self._is_relevant(scope, definition)
        return wanted

    def knows(self, name: str) -> bool:
        """Whether a name of some module was found to lead to a wait."""
        return name in self.names or name in self._classes

    def _is_relevant(self, scope: Scope, definition: Definition) -> bool:
        text = definition.text(scope.source.lines)
        record = self._world.project.records[scope.path]
        if record.celery and words.matters(text):
            return True
        return bool(words.mentioned(text, self._names_for(scope)))

    def _names_for(self, scope: Scope) -> set[str]:
        known = self._here.get(scope.path)
        if known is None:
            mentions = self._world.project.records[scope.path].mentions
            here = {*mentions, *filter(scope.defines, self.names | self._classes)}
            known = self._here[scope.path] = self._names_among(here)
        return known

    def _names_among(self, here: set[str]) -> set[str]:
        """What makes a definition worth reading, in a file that mentions ``here``."""
        members = {
            name for name, carriers in self.members.items() if name in here and carriers & here
        }
        factories = {name for name in self._classes & here if not self._is_famous(name)}
        return (here & self.names) | members | factories

    def _is_famous(self, class_name: str) -> bool:
        """Whether too many files name a class to follow everyone who may hold an instance."""
        fame = self._fame.get(class_name)
        if fame is None:
            records = self._world.project.records.values()
            fame = sum(class_name in record.mentions for record in records)
            self._fame[class_name] = fame
        return fame > MOST_FAME

    def run(self) -> None:
        """Go on until no new name turns up."""
        project = self._world.project
        for path in list(project.celery_files()):
            self._world.scope(path)
        for _ in range(MOST_WAVES):
            known = self._size()
            self._world.forget()
            self._wanted.clear()
            self._here.clear()
            self._fame.clear()
            for scope in self._world.scopes():
                self._read_scope(scope)
            self._learn_attributes()
            if self._size() == known:
                return
            project.search(self.names | self._classes | self.members.keys())
            for path, record in list(project.records.items()):
                if record.mentions and self._names_among(set(record.mentions)):
                    self._world.scope(path)

    def _size(self) -> tuple[int, int, int]:
        members = sum(map(len, self.members.values()))
        return len(self.names) + len(self._classes), members, len(self._read)

    def _read_scope(self, scope: Scope) -> None:
        for function in scope.functions.values():
            if self._take(scope, function.definition):
                self._learn_function(function)
        for symbol in scope.classes.values():
            self._read_class(symbol)
        for alias, imported in scope.imports.items():
            if alias != imported.name:
                for names in (self.names, self._classes):
                    names.update({alias} if imported.name in names else ())
        for definition in scope.statements:
            if self._take(scope, definition):
                self._learn_statement(scope, definition)

    def _take(self, scope: Scope, definition: Definition) -> bool:
        wanted = self.wants(scope, definition)
        if wanted:
            self._read.add(_key(scope, definition))
        return wanted

    def _learn_function(self, symbol: FunctionSymbol) -> None:
        outcome = self._world.outcome(FunctionValue(symbol))
        if outcome.waits or self._leads_on(outcome.value):
            self.names.add(symbol.name)
        self._lend_to_carriers(symbol.name, outcome.value)

    def _learn_statement(self, scope: Scope, definition: Definition) -> None:
        for name in definition.names:
            value = scope.member(name)
            if self._leads_on(value):
                self.names.add(name)
            self._lend_to_carriers(name, value)
        if not definition.names:
            self._world.module_outcome(scope)

    def _read_class(self, symbol: ClassSymbol) -> None:
        for inner in symbol.classes.values():
            self._read_class(inner)
        line = self._world.classes.line(symbol) if self._is_near(symbol) else [symbol]
        members = self._own_members(line)
        for ancestor in line:
            for method in ancestor.methods.values():
                self._read_method(symbol, method, members)
            for definition in ancestor.statements:
                if self._take(ancestor.scope, definition):
                    self._learn_class_statement(symbol, definition)

    def _learn_class_statement(self, symbol: ClassSymbol, definition: Definition) -> None:
        for name in definition.names:
            value = self._world.classes.variable(symbol, name)
            if value is not None and self._leads_on(value):
                self._add_member(symbol, name)

    def _is_near(self, symbol: ClassSymbol) -> bool:
        """Whether a look at the bases is worth opening their modules."""
        bases = (base.rpartition(".")[2] for base in symbol.definition.bases)
        return any(base in self._classes for base in bases) or any(
            self.wants(symbol.scope, method.definition) for method in symbol.methods.values()
        )

    def _own_members(self, line: list[ClassSymbol]) -> set[str]:
        names = {symbol.name for symbol in line}
        found = {member for member, carriers in self.members.items() if carriers & names}
        return found | _OWN_CLASS if found else found

    def _read_method(
        self, symbol: ClassSymbol, method: FunctionSymbol, members: set[str]
    ) -> None:
        scope = method.scope
        if not self._take(scope, method.definition):
            text = method.definition.text(scope.source.lines)
            if not words.mentioned(text, members):
                return
            self._read.add(_key(scope, method.definition))
        outcome = self._world.outcome(FunctionValue(method, Instance(symbol)))
        if outcome.waits or self._leads_on(outcome.value):
            self._add_member(symbol, method.name)

    def _add_member(self, symbol: ClassSymbol, member: str) -> None:
        carriers = self._carriers.setdefault(symbol, set())
        carriers.add(symbol.name)
        self.members.setdefault(member, set()).update(carriers)
        self._classes.add(symbol.name)

    def _learn_attributes(self) -> None:
        for symbol, name, value in self._world.classes.noted():
            if carries(value) or self._leads_on(value):
                self._add_member(symbol, name)

    def _leads_on(self, value: Value) -> bool:
        if isinstance(value, (Items, Either)):
            parts = value.values if isinstance(value, Items) else value.options
            return any(map(self._leads_on, parts))
        if isinstance(value, Instance):
            return value.symbol in self._carriers and not self._is_famous(value.symbol.name)
        if isinstance(value, FunctionValue):
            return value.symbol.name in self.names
        if isinstance(value, Closure):
            return bool(self._world.outcome(value).waits)
        return carries(value)

    def _lend_to_carriers(self, name: str, value: Value) -> None:
        """Who gets an instance by ``name`` need not name its class."""
        for option in options(value):
            if isinstance(option, Instance) and self._leads_on(option):
                carriers = self._carriers[option.symbol]
                carriers.add(name)
                for named in self.members.values():
                    if option.symbol.name in named:
                        named.add(name)


def _key(scope: Scope, definition: Definition) -> tuple[str, int, int]:
    return scope.path, definition.line, definition.column
