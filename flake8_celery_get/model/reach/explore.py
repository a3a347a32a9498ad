"""Finds every definition that can lead to a wait, caller by caller.

It starts from what sends tasks or names their results. Whatever waits, or hands such a
value on, lends its name to the next search. Files that hold none of these names are never
parsed, and their functions never read.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from flake8_celery_get.model.classes import decorators
from flake8_celery_get.model.known.celery_words import CANVAS
from flake8_celery_get.model.known.web import stores as web_stores
from flake8_celery_get.model.reach.leads import Leads, is_registry
from flake8_celery_get.model.reach.members import Members, beginnings
from flake8_celery_get.model.reach.news import News
from flake8_celery_get.model.reach.registries import (
    hand_on,
    hand_on_by_call,
    hand_tasks_on,
    handing_files,
    register_subclass,
)
from flake8_celery_get.model.values.values import FunctionValue, Instance
from flake8_celery_get.source import words

if TYPE_CHECKING:
    from collections.abc import Hashable

    from flake8_celery_get.model.evaluate.world import World
    from flake8_celery_get.model.values.definitions import FunctionSymbol, Scope
    from flake8_celery_get.source.code import Imported
    from flake8_celery_get.source.outline import Definition

MOST_WAVES = 150
"""As many calls may lie between an entry and its read."""


class Exploration:
    """Reads definitions in waves until no new name turns up."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._relevance = world.relevance
        self._news = News(frozenset(), world.relevance)
        self._leads = Leads(world)
        self._members = Members(world, self._leads)
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
        return self._news.reach(scope, mentions)

    def _read_scope(self, scope: Scope) -> None:
        for function in scope.functions.values():
            if self._news.concern(scope, function.definition):
                self._learn_function(function)
        for symbol in scope.classes.values():
            self._members.read(symbol, self._news)
            if self._relevance.concerns(symbol):
                hand_on(self._world, symbol)
                register_subclass(self._world, symbol)
        if self._world.sending is not None:
            self._learn_decorators(scope)
        self._learn_classes_of_handles(scope)
        self._learn_aliases(scope)
        hand_tasks_on(self._world, scope)
        for definition in scope.statements:
            if self._news.concern(scope, definition):
                self._learn_statement(scope, definition)

    def _learn_function(self, symbol: FunctionSymbol) -> None:
        outcome = self._world.calls.outcome(FunctionValue(symbol))
        if self._leads.of(outcome):
            for name in (symbol.name, *beginnings({symbol.name})):
                self._relevance.add_name(symbol.scope, name)
            hand_on(self._world, symbol)
        self._leads.lend_to_carriers(symbol.name, outcome.value)
        self._leads.lend_to_task(symbol)
        if symbol.scope.source.says(symbol.definition, web_stores.fills):
            for inner in outcome.inner:  # an app's factory registers what fills its stores
                self._world.calls.outcome(inner)

    def _learn_again(self, question: Hashable) -> None:
        """More may come of a function that was read before more was known."""
        match question:
            case (FunctionValue(symbol, None), True, (), _, False):
                self._learn_function(symbol)
            case (FunctionValue(symbol, Instance(owner)), True, (), _, False):
                self._members.learn(owner, symbol)

    def _learn_decorators(self, scope: Scope) -> None:
        """Whoever names a project's own decorator of tasks defines one."""
        for symbol in scope.functions.values():
            makes_tasks = scope.source.says(symbol.definition, words.makes_tasks)
            if makes_tasks and not self._world.is_task(symbol):
                value = FunctionValue(symbol)
                if decorators.makes_task(self._world, scope, symbol.name, value):
                    self._relevance.add_name(scope, symbol.name)

    def _learn_statement(self, scope: Scope, definition: Definition) -> None:
        for name in definition.names:
            value = self._world.names.member(scope, name)
            if self._leads.on(value):
                self._relevance.add_name(scope, name)
            self._leads.lend_to_carriers(name, value)
        if not definition.names:
            self._world.calls.module_outcome(scope)
            hand_on_by_call(self._world, scope, definition)

    def _learn_classes_of_handles(self, scope: Scope) -> None:
        """Whoever names a class that derives from ``AsyncResult`` makes a handle."""
        for symbol in scope.classes.values():
            is_named = any("Result" in base for base in symbol.definition.bases)
            if is_named and self._world.classes.is_handle(symbol):
                self._relevance.classes.add(symbol.name)

    def _learn_aliases(self, scope: Scope) -> None:
        for alias, imported in scope.imports.items():
            if alias == imported.name:
                continue
            if imported.name in self._relevance.classes:
                self._relevance.classes.add(alias)
            elif self._relevance.knows(imported.name) or _makes_handles(imported):
                self._relevance.add_name(scope, alias)

    def _learn_attributes(self) -> None:
        for symbol, name, value in self._world.classes.noted():
            if self._leads.on(value) or is_registry(value):
                self._relevance.add_member(symbol, name)
                self._members.stand_in(symbol, value)
        for scope, name, held in self._world.shared.noted():
            if self._leads.on(held) or is_registry(held):
                self._relevance.add_name(scope, name)
        for (_, name), stores, kept in self._world.stored.noted():
            if self._leads.on(kept) or is_registry(kept):
                self._relevance.add_stored(stores, name)


def _makes_handles(imported: Imported) -> bool:
    """Whether an import brings a class of handles, or what builds a canvas of Celery."""
    is_canvas = imported.module.startswith("celery") and imported.name in CANVAS
    return is_canvas or imported.name in words.SENDS
