"""Which definitions are worth reading: told by their text, before anything is parsed."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Set
from functools import cache
from typing import TYPE_CHECKING

from flake8_celery_get.source import words

if TYPE_CHECKING:
    from flake8_celery_get.model.values.definitions import (
        ClassSymbol,
        FunctionSymbol,
        Scope,
    )
    from flake8_celery_get.project.project import Project
    from flake8_celery_get.source.outline import Definition

MOST_FAME = 25
"""A class that more files name is not followed through functions that hand it on."""

Key = tuple[str, int, int]


class Relevance:
    """The names that lead to waits, as far as they are known; or to sends, on demand.

    ``names`` are functions and variables at the top of a module: who mentions one is read.
    ``classes`` have ``members``, methods and attributes, that lead to waits. A member counts
    only in files that mention one of its carriers: classes, and what gives their instances.
    """

    def __init__(
        self,
        project: Project,
        is_test: Callable[[str], bool],
        *,
        every_send: bool = False,
    ) -> None:
        self._project = project
        self._is_test = is_test
        self._is_of_interest = words.touches if every_send else words.matters
        self.names: dict[str, set[str]] = _first_names(project) if every_send else {}
        self.classes: set[str] = set()
        self.members: dict[str, set[str]] = {}
        self._carriers: dict[ClassSymbol, set[str]] = {}
        self._own_members: dict[ClassSymbol, set[str]] = {}
        self._read: set[Key] = set()
        self._newly_read: list[Key] = []
        self._wanted: dict[Key, bool] = {}
        self._unwanted: dict[Scope, dict[Key, Definition]] = {}
        self._tried: dict[Scope, frozenset[str]] = {}
        self._here: dict[str, set[str]] = {}
        self._leads_nowhere: dict[str, bool] = {}
        self._stores: set[str] = set()

    def wants(self, scope: Scope, definition: Definition) -> bool:
        """Whether the definition can have to do with a wait."""
        key = _key(scope, definition)
        if key in self._read:
            return True
        wanted = self._wanted.get(key)
        if wanted is None:
            wanted = self._wanted[key] = self._is_relevant(scope, definition)
            if not wanted:
                self._unwanted.setdefault(scope, {})[key] = definition
        return wanted

    def wanted_now(self) -> Iterator[Key]:
        """What was not wanted before, and is since more names are known."""
        yield from self._newly_read
        self._newly_read = []
        for scope, unwanted in self._unwanted.items():
            names = frozenset(self.names_for(scope))
            if self._tried.get(scope) == names:
                continue
            self._tried[scope] = names
            for key in [
                k for k, definition in unwanted.items() if self.wants(scope, definition)
            ]:
                del unwanted[key]
                yield key

    def read(self, scope: Scope, definition: Definition) -> bool:
        """Count the definition as read from now on; tells whether it was not before."""
        key = _key(scope, definition)
        if key in self._read:
            return False
        self._read.add(key)
        self._newly_read.append(key)
        return True

    def knows(self, name: str) -> bool:
        """Whether a name of some module was found to lead to a wait."""
        return name in self.names or name in self.classes

    def leads_on(self, symbol: FunctionSymbol) -> bool:
        """Whether a function was found to lead to a wait."""
        return symbol.scope.path in self.names.get(symbol.name, ())

    def add_name(self, scope: Scope, name: str) -> None:
        """A function, a variable or an alias of the module leads to a wait."""
        self.names.setdefault(name, set()).add(scope.path)

    def _is_relevant(self, scope: Scope, definition: Definition) -> bool:
        is_celery = self._project.records[scope.path].celery
        names = self.names_for(scope)
        if not is_celery and not names:
            return False  # most of a project: its text need not be cut out
        if is_celery and self._matters(scope, definition):
            return True
        if (
            not names
            or self.leads_nowhere(scope.path)
            or self._is_test_case(scope, definition)
        ):
            return False
        return self._names_one(names, scope.source.words(definition))

    def _names_one(self, names: set[str], words_there: frozenset[str]) -> bool:
        """Whether a definition with these words can mean what the names stand for."""
        found = names & words_there
        if any(name in self.names or name in self.classes for name in found):
            return True
        return any(not words_there.isdisjoint(self.members[name]) for name in found)

    def leads_nowhere(self, path: str) -> bool:
        """Whether a file is test code in which nothing can be an entry, whatever it calls."""
        known = self._leads_nowhere.get(path)
        if known is None:
            text = self._project.source(path).text if self._is_test(path) else ""
            known = self._leads_nowhere[path] = bool(text) and not words.begins(text)
        return known

    def _is_test_case(self, scope: Scope, definition: Definition) -> bool:
        """Whether it is a test that no task and no coroutine stands in: nobody calls it."""
        is_named_so = definition.kind == "function" and any(
            name.startswith("test") for name in definition.names
        )
        if not is_named_so or not self._is_test(scope.path):
            return False
        return not scope.source.says(definition, words.begins)

    def _matters(self, scope: Scope, definition: Definition) -> bool:
        says = scope.source.says
        return says(definition, self._is_of_interest) or (
            definition.kind == "statement" and says(definition, words.names_celery)
        )

    def names_for(self, scope: Scope) -> set[str]:
        """What makes a definition of this module worth reading."""
        known = self._here.get(scope.path)
        if known is None:
            mentions = self._project.records[scope.path].mentions
            defined = (scope.defined_among(each) for each in (self.names, self.classes))
            named = self.names_among(set(mentions).union(*defined))
            known = {name for name in named if self._is_within_reach(scope, name)}
            self._here[scope.path] = known
        return known

    def _is_within_reach(self, scope: Scope, name: str) -> bool:
        """Whether the module can mean the project's function or variable of that name."""
        paths = self.names.get(name)
        if paths is None or name in self.classes or name in self.members:
            return True
        if scope.path in paths or scope.stars or "" in paths:
            return True
        imported = scope.imported_words
        return name in imported or any(_module_name(path) in imported for path in paths)

    def names_among(self, here: set[str]) -> set[str]:
        """What makes a definition worth reading, in a file that mentions ``here``."""
        members = {
            name
            for name, carriers in self.members.items()
            if name in here and carriers & here
        }
        factories = {name for name in self.classes & here if not self.is_famous(name)}
        return (here & self.names.keys()) | members | factories

    def is_famous(self, class_name: str) -> bool:
        """Whether too many files name a class to follow everyone who may hold an instance."""
        return self._project.fame(class_name) > MOST_FAME

    def members_of(self, line: list[ClassSymbol]) -> set[str]:
        """The members that lead to waits in a class, given with its bases."""
        return set().union(*(self._own_members.get(symbol, ()) for symbol in line))

    def carries(self, symbol: ClassSymbol) -> bool:
        """Whether who gets an instance of the class is to be followed."""
        return symbol in self._carriers and not self.is_famous(symbol.name)

    def concerns(self, symbol: ClassSymbol) -> bool:
        """Whether some member of the class leads to a wait."""
        return symbol in self._carriers

    def add_member(self, symbol: ClassSymbol, member: str) -> None:
        """A method or attribute of the class leads to a wait."""
        self._own_members.setdefault(symbol, set()).add(member)
        carriers = self._carriers.setdefault(symbol, {symbol.name})
        self.members.setdefault(member, set()).update(carriers)
        self.classes.add(symbol.name)

    def add_carrier(self, symbol: ClassSymbol, name: str) -> None:
        """Who mentions ``name`` may get an instance of the class."""
        self._carriers[symbol].add(name)
        for carriers in self.members.values():
            if symbol.name in carriers:
                carriers.add(name)

    def add_stored(self, stores: Set[str], name: str) -> None:
        """Who mentions ``name`` beside one of the stores may take out what leads to a wait."""
        self._stores |= stores
        self.members.setdefault(name, set()).update(stores)

    def known(self) -> set[str]:
        """Every name that matters so far, members with their carriers."""
        pairs = {
            f"{name} of {carrier}" for name, c in self.members.items() for carrier in c
        }
        places = {
            f"{name} of {path}" for name, paths in self.names.items() for path in paths
        }
        return self.names.keys() | self.classes | self.members.keys() | pairs | places

    def leads(self) -> dict[str, list[str]]:
        """The names whose mention makes a file worth reading; for members, beside whom."""
        alone = {*self.names, *(name for name in self.classes if not self.is_famous(name))}
        beside = {name: sorted(carriers) for name, carriers in self.members.items()}
        return beside | {name: [] for name in alone}

    def search(self) -> list[str]:
        """Look for all names in all files; the files that something in them matters to."""
        names = self.names.keys() | self.classes | self.members.keys()
        self._project.search(names | self._stores)
        self._wanted.clear()
        self._here.clear()
        return [
            path
            for path, record in self._project.records.items()
            if record.mentions
            and self.names_among(set(record.mentions))
            and not self.leads_nowhere(path)
        ]


@cache
def _module_name(path: str) -> str:
    folder, file = os.path.split(path)
    name = file.removesuffix(".py")
    return os.path.basename(folder) if name == "__init__" else name


def _first_names(project: Project) -> dict[str, set[str]]:
    """What names schedules, and what the user says makes tasks."""
    decorators = project.options.task_decorators
    last_parts = (name.rpartition(".")[2] for name in decorators)
    return {name: {""} for name in (*words.SCHEDULES, *last_parts)}


def _key(scope: Scope, definition: Definition) -> Key:
    return scope.path, definition.line, definition.column
