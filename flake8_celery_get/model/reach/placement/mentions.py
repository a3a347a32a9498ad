"""Who names a function, also in code that is not evaluated as it leads to no wait."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from flake8_celery_get.model.values.parts import options
from flake8_celery_get.model.values.values import FunctionValue, ModuleValue, Value
from flake8_celery_get.source import code

if TYPE_CHECKING:
    from flake8_celery_get.model.evaluate.world import World
    from flake8_celery_get.model.values.definitions import FunctionSymbol, Scope
    from flake8_celery_get.source.outline import Definition

CALLED, GIVEN, HELD = "called", "given", "held"
"""What is done with the function: called, handed to a call, or kept in some other way."""


_IMPORTS = r"(?m)^[ \t]*(?:from[ \t].*[ \t])?import\b"


@dataclass(frozen=True, slots=True)
class Mention:
    """One place that names a function; ``within`` is the function around it, if any.

    ``is_evaluated``: what becomes of an argument there was seen by evaluation. ``is_main``:
    it stands under ``if __name__ == "__main__":``.
    """

    use: str
    within: FunctionSymbol | None
    is_evaluated: bool
    is_main: bool


Holder: TypeAlias = "tuple[Definition, FunctionSymbol | None]"
"""A definition that holds a word, and the function that it is."""


class Mentions:
    """Finds the places outside test code that name a function of a module."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._holders: dict[str, dict[str, list[Holder]]] = {}

    def of(self, symbol: FunctionSymbol) -> Iterator[Mention]:
        """Those of one function, under any alias."""
        names, done = {symbol.name}, set[tuple[str, str]]()
        while True:
            here = [
                (path, name)
                for name in sorted(names)
                for path in sorted(self._world.project.mentioning({name}))
                if (path, name) not in done and not self._world.is_test(path)
            ]
            if not here:
                return
            for path, name in here:
                done.add((path, name))
                search = _Search(self._world, self._world.scope(path), symbol, name)
                yield from search.mentions(self._holding(path, name))
                names |= search.aliases

    def _holding(self, path: str, word: str) -> list[Holder]:
        """The definitions of a module that hold a word: each module is taken apart once."""
        if path not in self._holders:
            scope = self._world.scope(path)
            found = self._holders[path] = {}
            for holder in _definitions(scope):
                for each in scope.source.words(holder[0]):
                    found.setdefault(each, []).append(holder)
        return self._holders[path].get(word, [])


def _definitions(scope: Scope) -> Iterator[Holder]:
    """Functions, then methods, then statements."""
    for function in scope.all_functions():
        yield function.definition, function
    for definition in scope.all_statements():
        yield definition, None


class _Search:
    """Looks through one module for one name of a function."""

    def __init__(
        self, world: World, scope: Scope, symbol: FunctionSymbol, name: str
    ) -> None:
        self._world = world
        self._scope = scope
        self._symbol = symbol
        self._name = name
        self._imported: dict[str, code.Imported] = {}
        self.aliases = {
            alias
            for alias in scope.renamed.get(name, ())
            if self._is_meant(self._world.names.member(scope, alias))
        }

    def mentions(self, holders: Iterable[Holder]) -> Iterator[Mention]:
        """Those in definitions that hold the name."""
        for definition, within in holders:
            if (within is None or within is not self._symbol) and self._can_mean(
                definition
            ):
                yield from self._in_definition(definition, within)

    def _can_mean(self, definition: Definition) -> bool:
        """Whether the name can stand for the function there: no key or text of a table does."""
        if self._scope.binds(self._name) or self._scope.stars:
            return True
        text = definition.text(self._scope.source.lines)
        of_module = rf"\.\s*{re.escape(self._name)}\b"
        return any(re.search(each, text) for each in (_IMPORTS, of_module))

    def _in_definition(
        self, definition: Definition, within: FunctionSymbol | None
    ) -> Iterator[Mention]:
        scope = self._scope
        nodes = scope.source.code(definition)
        self._imported = {
            imported.alias: imported
            for node in nodes
            for part in code.walk(node)
            if isinstance(part, code.Import)
            for imported in part.names
        }
        is_evaluated = self._world.may_read(scope, definition)
        for node in nodes:
            if within is None and self._is_alias(node):
                self.aliases.update(definition.names)
                continue
            for use in self._uses(node):
                yield Mention(use, within, is_evaluated, definition.within_main)

    def _is_alias(self, node: code.Node) -> bool:
        """Whether a statement only gives the function another name."""
        return (
            isinstance(node, code.Assign)
            and node.value is not None
            and self._names_it(node.value)
            and all(isinstance(target, code.Name) for target in node.targets)
        )

    def _uses(self, node: code.Node) -> Iterator[str]:
        if self._is_alias(node):  # of a local variable: evaluation follows it
            return
        if isinstance(node, code.Call):
            yield from self._uses_in_call(node)
        elif isinstance(node, (code.Name, code.Attribute)):
            if self._names_it(node):
                yield HELD
            elif isinstance(node, code.Attribute) and not self._names_it(node.value):
                yield from self._uses(node.value)
        else:
            for part in code.children(node):
                yield from self._uses(part)

    def _uses_in_call(self, node: code.Call) -> Iterator[str]:
        if self._names_it(node.function):
            yield CALLED
        else:
            yield from self._uses(node.function)
        for argument in node.arguments:
            if self._names_it(argument.value):
                yield GIVEN
            else:
                yield from self._uses(argument.value)

    def _names_it(self, node: code.Expression) -> bool:
        text = code.dotted(node)
        first, _, rest = text.partition(".")
        if self._name not in (first, text.rpartition(".")[2]):
            return False
        imported = self._imported.get(first)
        if imported is None:
            return self._is_meant(self._world.deeply(self._scope, text))
        with self._world.looking_deep():
            value = self._world.imported(self._scope, imported)
            if rest and isinstance(value, ModuleValue):
                value = self._world.names.dotted(self._world.scope(value.path), rest)
        return self._is_meant(value)

    def _is_meant(self, value: Value) -> bool:
        return any(
            isinstance(option, FunctionValue) and option.symbol is self._symbol
            for option in options(value)
        )
