"""Inheritance: where a method comes from, and what a class is outside the project."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from flake8_celery_get.model.flow.frame import Frame
from flake8_celery_get.model.known import celery_words
from flake8_celery_get.model.values.parts import either, keys_in, options
from flake8_celery_get.model.values.values import (
    UNKNOWN,
    ClassValue,
    External,
    Key,
    Literal,
    Made,
    Value,
)

if TYPE_CHECKING:
    from flake8_celery_get.model.flow.surroundings import Surroundings
    from flake8_celery_get.model.values.definitions import ClassSymbol, FunctionSymbol


class Classes:
    """Answers questions about the project's classes, each asked once."""

    def __init__(self, world: Surroundings) -> None:
        self._world = world
        self._lines: dict[ClassSymbol, tuple[list[ClassSymbol], list[str]]] = {}
        self._attributes: dict[ClassSymbol, dict[str, dict[Value, None]]] = {}

    def line(self, symbol: ClassSymbol) -> list[ClassSymbol]:
        """The class and its bases inside the project, nearest first."""
        return self._ancestry(symbol)[0]

    def outside_bases(self, symbol: ClassSymbol) -> list[str]:
        """The dotted paths of the bases outside the project."""
        return self._ancestry(symbol)[1]

    def _ancestry(self, symbol: ClassSymbol) -> tuple[list[ClassSymbol], list[str]]:
        known = self._lines.get(symbol)
        if known is None:
            known = self._lines[symbol] = ([symbol], [])
            for text in symbol.definition.bases:
                self._add_base(symbol, text, known)
        return known

    def _add_base(
        self, symbol: ClassSymbol, text: str, known: tuple[list[ClassSymbol], list[str]]
    ) -> None:
        inside, outside = known
        meanings = options(self._world.deeply(symbol.scope, text))
        # ``class Admin(Admin)`` derives from what the name meant before.
        base = either(value for value in meanings if value != ClassValue(symbol))
        if isinstance(base, ClassValue):
            more, paths = self._ancestry(base.symbol)
            inside += [other for other in more if other not in inside]
            outside += paths
        elif isinstance(base, (External, Made)):
            outside.append(base.path)
        elif text:
            outside.append(text)

    def method(self, symbol: ClassSymbol, name: str) -> FunctionSymbol | None:
        """The method that ``instance.name`` finds, inside the project."""
        for ancestor in self.line(symbol):
            if name in ancestor.methods:
                return ancestor.methods[name]
        return None

    def variable(self, symbol: ClassSymbol, name: str) -> Value | None:
        """What is stored as ``instance.name``, by the class body or by any method."""
        values: list[Value] = []
        is_left_open = True
        for ancestor in self.line(symbol):
            self._world.memo.needs(("attribute", ancestor, name))
            assigned = self._attributes.get(ancestor, {}).get(name, ())
            values += assigned
            is_left_open = is_left_open and not assigned
            inner = ancestor.classes.get(name)
            if inner is not None:
                values.append(ClassValue(inner))
            stated = self._stated(ancestor, name)
            if stated is not None:
                values.append(stated)
        # None alone is a place that a subclass, or whoever uses the instance, fills.
        if is_left_open and all(value == Literal(None) for value in values):
            return None
        return either(values) if values else None

    def bound(self, symbol: ClassSymbol, name: str) -> Value | None:
        """The same, opening whatever modules it takes; only where a class body binds it."""
        line = self.line(symbol)
        if not any(name in each.names for ancestor in line for each in ancestor.statements):
            return None
        with self._world.looking_deep():
            return self.variable(symbol, name)

    def _stated(self, symbol: ClassSymbol, name: str) -> Value | None:
        if not any(name in definition.names for definition in symbol.statements):
            return None
        key = ("stated", symbol, name, self._world.is_looking_deep)
        return self._world.memo.ask(key, partial(self._evaluated, symbol, name), None)

    def _evaluated(self, symbol: ClassSymbol, name: str) -> Value | None:
        scope = symbol.scope
        frame = Frame(self._world, scope)
        wanted = [each for each in symbol.statements if name in each.names]
        mentioned = {word for each in wanted for word in scope.source.words(each)}
        for definition in symbol.statements:  # ``ALL = (DONE, FAILED)`` reads what is above
            is_wanted = not mentioned.isdisjoint(definition.names)
            if is_wanted and self._world.may_look_up(scope, definition):
                self._world.calls.run_statements(frame, scope.source.code(definition))
        value = frame.state.names.get(name, UNKNOWN)
        return None if value == UNKNOWN else value

    def note(self, symbol: ClassSymbol, name: str, value: Value) -> None:
        """``instance.name = value`` was seen."""
        known = self._attributes.setdefault(symbol, {}).setdefault(name, {})
        if value not in known:
            known[value] = None
            self._world.memo.changed(("attribute", symbol, name))
            if any(True for _ in keys_in(value)):
                self._world.memo.changed(("handle keys", symbol))

    def handle_keys(self, symbol: ClassSymbol) -> set[Key]:
        """The keys of the handles that attributes of the class were seen to hold."""
        line = self.line(symbol)
        for ancestor in line:
            self._world.memo.needs(("handle keys", ancestor))
        return {
            key
            for ancestor in line
            for values in self._attributes.get(ancestor, {}).values()
            for value in values
            for key in keys_in(value)
        }

    def noted(self) -> list[tuple[ClassSymbol, str, Value]]:
        """All attributes that were seen to be assigned."""
        return [
            (symbol, name, value)
            for symbol, named in self._attributes.items()
            for name, values in named.items()
            for value in values
        ]

    def is_task(self, symbol: ClassSymbol) -> bool:
        """Whether it derives from Celery's Task."""
        return any(
            celery_words.celery_word(path).endswith("Task")
            for path in self.outside_bases(symbol)
        )

    def is_app(self, symbol: ClassSymbol) -> bool:
        """Whether it derives from Celery's app class."""
        return any(
            celery_words.celery_word(path) == "Celery"
            for path in self.outside_bases(symbol)
        )

    def is_enum(self, symbol: ClassSymbol) -> bool:
        """Whether it derives from one of the classes of ``enum``."""
        return any(path.startswith("enum.") for path in self.outside_bases(symbol))

    def is_handle(self, symbol: ClassSymbol) -> bool:
        """Whether it derives from Celery's ``AsyncResult``."""
        return self.derives_from(symbol, "celery.result.AsyncResult")

    def derives_from(self, symbol: ClassSymbol, path: str) -> bool:
        """Whether ``path`` is among the bases outside the project."""
        return path in self.outside_bases(symbol)
