"""Finds every definition that can lead to a wait, caller by caller.

It starts from what sends tasks or names their results. Whatever waits, or hands such a
value on, lends its name to the next search. Files that hold none of these names are never
parsed, and their functions never read.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from flake8_celery_get.model.classes import decorators
from flake8_celery_get.model.classes.object_rows import OF_VIEWS
from flake8_celery_get.model.reach.registries import hand_tasks_on, handing_files
from flake8_celery_get.model.values.lasting import holds_task
from flake8_celery_get.model.values.values import (
    ClassValue,
    Closure,
    Either,
    FunctionValue,
    Instance,
    Items,
    Rows,
    Value,
    carries,
    makes_handles,
    options,
)
from flake8_celery_get.source import words

if TYPE_CHECKING:
    from collections.abc import Hashable, Set

    from flake8_celery_get.model.evaluate.relevance import Relevance
    from flake8_celery_get.model.evaluate.scope import Scope
    from flake8_celery_get.model.evaluate.world import World
    from flake8_celery_get.model.values.definitions import ClassSymbol, FunctionSymbol
    from flake8_celery_get.source.outline import Definition

MOST_WAVES = 150
"""As many calls may lie between an entry and its read."""

_OWN_CLASS = frozenset({"cls", "__class__"})
"""How a class that leads to waits is named in its own methods."""


class News:
    """The names that the last wave has brought: those, say, of functions that wait."""

    def __init__(self, names: Set[str], relevance: Relevance) -> None:
        self.names = names
        self.words = {part for name in names for part in name.split(" of ")}
        self._relevance = relevance
        self._within: dict[str, Set[str]] = {}

    def within(self, scope: Scope) -> Set[str]:
        """Those that make a definition of one module worth reading again."""
        known = self._within.get(scope.path)
        if known is None:
            known = self._within[scope.path] = self.names & self._relevance.names_for(scope)
        return known


class Exploration:
    """Reads definitions in waves until no new name turns up."""

    def __init__(self, world: World, relevance: Relevance) -> None:
        self._world = world
        self._relevance = relevance
        self._news = News(frozenset(), relevance)
        self._visited: set[str] = set()
        self._void: set[Hashable] = set()

    def run(self) -> None:
        """Find everything; what was learnt stays in the world and in the relevance."""
        for path in self._first_files():
            self._world.scope(path)
        for _ in range(MOST_WAVES):
            before = self._relevance.known()
            seen = len(self._world.scopes())
            for scope in self._world.scopes():
                if self._has_news(scope):
                    self._read_scope(scope)
            for question in self._void:
                self._learn_again(question)
            self._learn_attributes()
            self._news = News(self._relevance.known() - before, self._relevance)
            for path in self._relevance.search() if self._news.names else ():
                self._world.scope(path)
            self._void = self._world.settle()
            if not (self._news.names or self._void) and seen == len(self._world.scopes()):
                return
            if self._world.sending is not None:
                self._world.forget()

    def _first_files(self) -> list[str]:
        project = self._world.project
        if self._world.sending is None:
            return [*project.sending_files(), *handing_files(project)]
        return [*project.celery_files(), *self._relevance.search()]

    def _has_news(self, scope: Scope) -> bool:
        """Whether a module is read for the first time, or mentions a name that is new."""
        if scope.path not in self._visited:
            self._visited.add(scope.path)
            return True
        mentions = self._world.project.records[scope.path].mentions
        new = self._news.words
        return not new.isdisjoint(mentions) or any(map(scope.defines, new))

    def _read_scope(self, scope: Scope) -> None:
        for function in scope.functions.values():
            if self._is_news(scope, function.definition):
                self._learn_function(function)
        for symbol in scope.classes.values():
            self._read_class(symbol)
        if self._world.sending is not None:
            self._learn_decorators(scope)
        self._learn_aliases(scope)
        hand_tasks_on(self._world, scope)
        for definition in scope.statements:
            if self._is_news(scope, definition):
                self._learn_statement(scope, definition)

    def _is_news(
        self, scope: Scope, definition: Definition, also: frozenset[str] = frozenset()
    ) -> bool:
        """Whether a definition is to be read now: for the first time, or for a new name."""
        relevance = self._relevance
        if not (relevance.wants(scope, definition) or _mentions(scope, definition, also)):
            return False
        if relevance.read(scope, definition):
            return True
        new = self._news
        return _mentions(scope, definition, new.within(scope)) or (
            _mentions(scope, definition, new.names & also)
        )

    def _learn_function(self, symbol: FunctionSymbol) -> None:
        outcome = self._world.calls.outcome(FunctionValue(symbol))
        if outcome.waits or outcome.sends or self._leads_on(outcome.value):
            self._relevance.add_name(symbol.scope, symbol.name)
        self._lend_to_carriers(symbol.name, outcome.value)

    def _learn_again(self, question: Hashable) -> None:
        """More may come of a function that was read before more was known."""
        match question:
            case (FunctionValue(symbol, None), True, (), _, False):
                self._learn_function(symbol)
            case (FunctionValue(symbol, Instance(owner)), True, (), _, False):
                self._learn_method(owner, symbol)

    def _learn_decorators(self, scope: Scope) -> None:
        """Whoever names a project's own decorator of tasks defines one."""
        for symbol in scope.functions.values():
            text = symbol.definition.text(scope.source.lines)
            if words.makes_tasks(text) and not self._world.is_task(symbol):
                value = FunctionValue(symbol)
                if decorators.makes_task(self._world, scope, symbol.name, value):
                    self._relevance.add_name(scope, symbol.name)

    def _learn_statement(self, scope: Scope, definition: Definition) -> None:
        for name in definition.names:
            value = scope.member(name)
            if self._leads_on(value):
                self._relevance.add_name(scope, name)
            self._lend_to_carriers(name, value)
        if not definition.names:
            self._world.calls.module_outcome(scope)

    def _learn_aliases(self, scope: Scope) -> None:
        for alias, imported in scope.imports.items():
            if alias == imported.name:
                continue
            if imported.name in self._relevance.classes:
                self._relevance.classes.add(alias)
            elif self._relevance.knows(imported.name) or imported.name in words.SENDS:
                self._relevance.add_name(scope, alias)

    def _read_class(self, symbol: ClassSymbol) -> None:
        for inner in symbol.classes.values():
            self._read_class(inner)
        is_near = self._is_near(symbol) and not self._relevance.leads_nowhere(
            symbol.scope.path
        )
        line = self._world.classes.line(symbol) if is_near else [symbol]
        members = frozenset(self._relevance.members_of(line))
        also = members | _OWN_CLASS if members else members
        for member in members if len(line) > 1 else ():
            self._relevance.add_member(symbol, member)
        own = members & symbol.methods.keys()
        for ancestor in line:
            for method in ancestor.methods.values():
                if self._is_news(method.scope, method.definition, also) or (
                    own and ancestor is not symbol and self._calls_one(method, own)
                ):
                    self._learn_method(symbol, method)
            for definition in ancestor.statements:
                if self._is_news(ancestor.scope, definition):
                    self._learn_class_statement(symbol, definition)

    def _calls_one(self, method: FunctionSymbol, own: frozenset[str]) -> bool:
        """Whether an inherited method may lead to what the class itself overrides."""
        return _mentions(method.scope, method.definition, own - {method.name})

    def _is_near(self, symbol: ClassSymbol) -> bool:
        """Whether a look at the bases is worth opening their modules."""
        bases = (base.rpartition(".")[2] for base in symbol.definition.bases)
        return any(base in self._relevance.classes for base in bases) or any(
            self._relevance.wants(symbol.scope, method.definition)
            for method in symbol.methods.values()
        )

    def _learn_method(self, symbol: ClassSymbol, method: FunctionSymbol) -> None:
        outcome = self._world.calls.outcome(FunctionValue(method, Instance(symbol)))
        if outcome.waits or outcome.sends or self._leads_on(outcome.value):
            self._relevance.add_member(symbol, method.name)

    def _learn_class_statement(self, symbol: ClassSymbol, definition: Definition) -> None:
        for name in definition.names:
            value = self._world.classes.variable(symbol, name)
            if value is not None and self._leads_on(value):
                self._relevance.add_member(symbol, name)
            if value is not None:
                self._lend_to_carriers(name, value)
                self._lend_to_views(name, value)

    def _learn_attributes(self) -> None:
        for symbol, name, value in self._world.classes.noted():
            if self._leads_on(value) or _is_registry(value):
                self._relevance.add_member(symbol, name)
        for scope, name, held in self._world.shared.noted():
            if self._leads_on(held) or _is_registry(held):
                self._relevance.add_name(scope, name)

    def _leads_on(self, value: Value) -> bool:
        """Whether who gets the value may wait through it."""
        if isinstance(value, (Items, Either)):
            parts = value.values if isinstance(value, Items) else value.options
            return any(map(self._leads_on, parts))
        if isinstance(value, Instance):
            return self._relevance.carries(value.symbol)
        if isinstance(value, FunctionValue):
            return self._relevance.leads_on(value.symbol)
        if isinstance(value, Closure):
            return bool(self._world.calls.outcome(value).waits)
        return carries(value) or makes_handles(value)

    def _lend_to_views(self, variable: str, value: Value) -> None:
        """A view that names its model gets rows of it without naming it again."""
        for option in options(value):
            if isinstance(option, (ClassValue, Rows)) and self._leads_on(
                Instance(option.symbol)
            ):
                for name in (variable, *OF_VIEWS):
                    self._relevance.add_carrier(option.symbol, name)

    def _lend_to_carriers(self, name: str, value: Value) -> None:
        """Who gets an instance by ``name`` need not name its class."""
        for option in options(value):
            if isinstance(option, Instance) and self._leads_on(option):
                self._relevance.add_carrier(option.symbol, name)


def _is_registry(value: Value) -> bool:
    """Whether it is a container that tasks were put into."""
    return isinstance(value, Items) and holds_task(value)


def _mentions(scope: Scope, definition: Definition, names: Set[str]) -> bool:
    """Whether a definition mentions a name; its text is taken apart for that alone."""
    return bool(names) and not scope.source.words(definition).isdisjoint(names)
