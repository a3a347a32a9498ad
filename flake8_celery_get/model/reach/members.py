"""Which members of a class lead to waits: its own, and what it inherits.

An inherited method does for a class what it does for its base, so it is read for the class
only where it leads to something that the class adds: a hook that it overrides, the task that
it names.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from flake8_celery_get.model.known.web import stores as web_stores
from flake8_celery_get.model.reach.news import mentions
from flake8_celery_get.model.values.lasting import holds_task
from flake8_celery_get.model.values.parts import options
from flake8_celery_get.model.values.values import UNKNOWN, FunctionValue, Instance, Literal
from flake8_celery_get.source import words

if TYPE_CHECKING:
    from collections.abc import Set

    from flake8_celery_get.model.evaluate.world import World
    from flake8_celery_get.model.reach.leads import Leads
    from flake8_celery_get.model.reach.news import News
    from flake8_celery_get.model.values.definitions import ClassSymbol, FunctionSymbol
    from flake8_celery_get.model.values.values import Value
    from flake8_celery_get.source.outline import Definition

_OWN_CLASS = frozenset({"cls", "__class__"})
"""How a class that leads to waits is named in its own methods."""

_LEFT_OPEN = (None, Literal(None))
"""What a class says of a variable that its subclasses give a value."""


class Members:
    """Reads classes; what was learnt of their members stays in the relevance."""

    def __init__(self, world: World, leads: Leads) -> None:
        self._world = world
        self._relevance = world.relevance
        self._leads = leads

    def read(self, symbol: ClassSymbol, news: News) -> None:
        """Read what is new of a class and of the classes inside it."""
        for inner in symbol.classes.values():
            self.read(inner, news)
        line = self._line(symbol)
        members = self._relevance.members_of(line)
        for member in members if len(line) > 1 else ():
            self._relevance.add_member(symbol, member)
        also = members | beginnings(members) | _OWN_CLASS if members else members
        self._read_methods(symbol, news, also)
        for ancestor in line:
            for definition in ancestor.statements:
                if news.concern(ancestor.scope, definition):
                    self._learn_statement(symbol, definition)
        if any(symbol.definition.bases):
            self._learn_named_tasks(symbol)
        if len(line) > 1:
            self._read_inherited(symbol, line)

    def learn(self, symbol: ClassSymbol, method: FunctionSymbol) -> Value:
        """See what a method comes to, called on an instance of the class, and what it gives."""
        outcome = self._world.calls.outcome(FunctionValue(method, Instance(symbol)))
        if self._leads.of(outcome):
            self._relevance.add_member(symbol, method.name)
        return outcome.value

    def stand_in(self, symbol: ClassSymbol, value: Value) -> None:
        """A class with ``__getattr__`` may hand on whatever an attribute of it can do."""
        if "__getattr__" in symbol.methods:
            for option in options(value):
                line = self._line(option.symbol) if isinstance(option, Instance) else []
                for member in self._relevance.members_of(line):
                    self._relevance.add_member(symbol, member)

    def _line(self, symbol: ClassSymbol) -> list[ClassSymbol]:
        """The class and its bases, where a look at those is worth opening their modules."""
        if self._is_near(symbol) and not self._relevance.leads_nowhere(symbol.scope.path):
            return self._world.classes.line(symbol)
        return [symbol]

    def _is_near(self, symbol: ClassSymbol) -> bool:
        if self._relevance.concerns(symbol):
            return True
        bases = (base.rpartition(".")[2] for base in symbol.definition.bases)
        return any(base in self._relevance.classes for base in bases) or any(
            self._relevance.wants(symbol.scope, method.definition)
            for method in symbol.methods.values()
        )

    def _read_methods(self, symbol: ClassSymbol, news: News, also: Set[str]) -> None:
        for method in symbol.methods.values():
            if news.concern(method.scope, method.definition, _with_self(method, also)):
                self.learn(symbol, method)
                self._learn_open_tasks(symbol, method)

    def _read_inherited(self, symbol: ClassSymbol, line: list[ClassSymbol]) -> None:
        """Read what the bases have, as far as it leads to what the class adds to them."""
        tried, giving = set[str](), set[str]()  # what gives the task that the class names
        inherited = [each for base in line[1:] for each in base.methods.values()]
        while added := (self._added_by(symbol, line) | giving) - tried:
            tried |= added
            for method in inherited:
                if _leads_to(method, added):
                    self._relevance.read(method.scope, method.definition)
                    if holds_task(self.learn(symbol, method)):
                        giving.add(method.name)

    def _added_by(self, symbol: ClassSymbol, line: list[ClassSymbol]) -> set[str]:
        """The members that lead to waits in a class, and in its bases do not or are others."""
        members = self._relevance.members_of(line)
        inherited = self._relevance.members_of(line[1:])
        return members - inherited | members & _defined_by(symbol)

    def _learn_statement(self, symbol: ClassSymbol, definition: Definition) -> None:
        for name in definition.names:
            value = self._world.classes.variable(symbol, name)
            if value is None:
                continue
            if self._leads.on(value):
                self._relevance.add_member(symbol, name)
            self._leads.lend_to_carriers(name, value)
            self._leads.lend_to_views(name, value)

    def _learn_open_tasks(self, symbol: ClassSymbol, method: FunctionSymbol) -> None:
        """A subclass may name the task that a method takes from ``self``, or asks it for."""
        says = method.scope.source.says
        for name in says(method.definition, words.sent_of_self):
            if self._world.classes.variable(symbol, name) in _LEFT_OPEN:
                self._relevance.add_member(symbol, name)
        for name in says(method.definition, words.sent_of_hooks):
            if not self._gives_task(symbol, name):
                self._relevance.add_member(symbol, name)

    def _gives_task(self, symbol: ClassSymbol, hook: str) -> bool:
        method = self._world.classes.method(symbol, hook)
        return method is not None and holds_task(self.learn(symbol, method))

    def _learn_named_tasks(self, symbol: ClassSymbol) -> None:
        """The bases of a class may send what its body names, though they name no task."""
        for definition in symbol.statements:
            if self._world.task_names.are_in(symbol.scope, definition):
                for name in definition.names:
                    if holds_task(self._world.classes.variable(symbol, name) or UNKNOWN):
                        self._relevance.add_member(symbol, name)


def _with_self(method: FunctionSymbol, members: Set[str]) -> Set[str]:
    """What matters in a method: that it keeps its object in a web app does, too."""
    is_kept = bool(members) and method.scope.source.says(
        method.definition, web_stores.keeps_itself
    )
    return members | {"self"} if is_kept else members


def beginnings(members: Set[str]) -> set[str]:
    """How ``getattr(self, f"run_{kind}")`` names the member ``run_export``, or a function."""
    ends = {name: name.find("_", 1) for name in members}
    return {name[: end + 1] for name, end in ends.items() if 0 < end < len(name) - 1}


def _leads_to(method: FunctionSymbol, members: set[str]) -> bool:
    """Whether a method may call or read one of the members of its object."""
    calls_its_base = mentions(method.scope, method.definition, {"super"})
    others = members if calls_its_base else members - {method.name}
    return mentions(method.scope, method.definition, others)


def _defined_by(symbol: ClassSymbol) -> set[str]:
    """The methods and variables of a class's own body."""
    variables = (name for each in symbol.statements for name in each.names)
    return {*symbol.methods, *symbol.classes, *variables}
