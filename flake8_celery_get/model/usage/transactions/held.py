"""What names stand for at one point of a function: rows that were written, and their classes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from flake8_celery_get.model.usage.transactions.fixed import text_of
from flake8_celery_get.model.usage.transactions.models.kinds import EACH
from flake8_celery_get.model.usage.transactions.rows import (
    is_super,
    mentions,
    passes_row,
    row_of,
)
from flake8_celery_get.source import code

if TYPE_CHECKING:
    from flake8_celery_get.model.usage.transactions.helpers import Helpers
    from flake8_celery_get.model.usage.transactions.models.serializers import (
        Saved,
        Serializers,
    )
    from flake8_celery_get.model.values.definitions import ClassSymbol, FunctionSymbol


@dataclass(frozen=True, slots=True)
class Passed:
    """What a function is given, by the names that it has there.

    ``is_saved``: it runs while a row is saved. ``is_new``: the row was not there before; None
    where nobody can tell. ``given``: the parameters that have an argument; None if any may have.
    """

    rows: frozenset[str] = frozenset()
    kinds: frozenset[tuple[str, ClassSymbol]] = frozenset()
    is_new: bool | None = None
    is_saved: bool = False
    given: frozenset[str] | None = None
    fixed: frozenset[tuple[str, str]] = frozenset()


@dataclass(slots=True, eq=False)
class Held:
    """Dotted names: of rows, of objects whose class is known, and whether they are new rows.

    ``serializers`` are names, each with what their ``save()`` runs. ``fixed`` are parameters
    that are constants in this call.
    """

    helpers: Helpers
    makers: Serializers
    symbol: FunctionSymbol
    rows: set[str] = field(default_factory=set)
    kinds: dict[str, ClassSymbol] = field(default_factory=dict)
    new: dict[str, bool] = field(default_factory=dict)
    serializers: dict[str, Saved] = field(default_factory=dict)
    fixed: dict[str, str] = field(default_factory=dict)

    def assign(self, node: code.Assign, *, is_open: bool) -> None:
        """``name = value``, in a transaction or not."""
        if node.value is None:
            return
        helpers, symbol = self.helpers, self.symbol
        is_row = row_of(node.value) or mentions(node.value, self.rows)
        if is_open and not is_row:
            is_row = helpers.returns_row(symbol, node.value, self.kinds)
        kind = helpers.kinds.of(symbol, node.value, self.kinds)
        each = helpers.kinds.each_of(symbol, node.value, self.kinds)
        made = self.makers.made_by(symbol, node.value)
        is_new = helpers.kinds.makes(node.value) if kind is not None else None
        for target in node.targets:
            first = target.items[0] if isinstance(target, code.Display) else target
            name = code.dotted(first)
            if not name:
                continue
            if not (is_row and is_open):
                self.forget(frozenset({name}))
            self._bind(name, kind, each)
            self.serializers.pop(name, None)
            if made is not None:
                self.serializers[name] = made
            if is_row and is_open:
                self.rows.add(name)
            if is_new is not None:
                self.new[name] = is_new

    def loop(self, target: code.Expression, iterable: code.Expression) -> None:
        """``for target in iterable``."""
        names = code.names_in(target)
        self.forget(names)
        if mentions(iterable, self.rows):
            self.rows |= names  # ``for row in written_rows:``
        name = code.dotted(target)
        each = self.helpers.kinds.each_of(self.symbol, iterable, self.kinds)
        if name:
            self._bind(name, each, None)

    def _bind(self, name: str, kind: ClassSymbol | None, each: ClassSymbol | None) -> None:
        self.fixed.pop(name, None)
        for key, value in ((name, kind), (f"{name}{EACH}", each)):
            self.kinds.pop(key, None)
            if value is not None:
                self.kinds[key] = value

    def forget(self, names: frozenset[str]) -> None:
        """These names stand for something else from here on."""

        def is_gone(text: str) -> bool:
            return any(text == name or text.startswith(f"{name}.") for name in names)

        self.rows = {row for row in self.rows if not is_gone(row)}
        self.new = {row: is_new for row, is_new in self.new.items() if not is_gone(row)}
        self.kinds = {each: kind for each, kind in self.kinds.items() if not is_gone(each)}
        self.fixed = {each: text for each, text in self.fixed.items() if not is_gone(each)}

    def passed(self, callee: FunctionSymbol, node: code.Call) -> Passed:
        """What a call gives a function of the project."""
        parameters = list(callee.definition.positional)
        rows: set[str] = set()
        kinds: dict[str, ClassSymbol] = {}
        if callee.owner is not None and parameters[:1] in (["self"], ["cls"]):
            parameters = parameters[1:]
            self._pass_self(node, rows, kinds)
        given = list(_given(parameters, node))
        for name, value in given:
            if name not in callee.definition.positional and name not in parameters:
                continue
            if passes_row(value, self.rows):
                rows.add(name)
            kind = self.helpers.kinds.of(self.symbol, value, self.kinds)
            if kind is not None:
                kinds[name] = kind
        return self._passed(rows, kinds, dict(given))

    def _passed(
        self,
        rows: set[str],
        kinds: dict[str, ClassSymbol],
        given: dict[str, code.Expression],
    ) -> Passed:
        """The same, with the parameters that the call fixes."""
        found = Passed(frozenset(rows), frozenset(kinds.items()))
        if not given.keys().isdisjoint({"*", "**"}):
            return found
        texts = {name: text_of(value, self.fixed) for name, value in given.items()}
        fixed = frozenset((name, text) for name, text in texts.items() if text)
        return replace(found, given=frozenset(given), fixed=fixed)

    def _pass_self(
        self, node: code.Call, rows: set[str], kinds: dict[str, ClassSymbol]
    ) -> None:
        """The object whose method is called, with what is known of its attributes."""
        value = node.function.value if isinstance(node.function, code.Attribute) else None
        owner = code.dotted(value) if value is not None else ""
        if owner in {"self", "cls"} or (value is not None and is_super(value)):
            rows |= {row for row in self.rows if row.partition(".")[0] == "self"}
            kinds |= {n: kind for n, kind in self.kinds.items() if n.startswith("self")}
        elif owner in self.rows:
            rows.add("self")
        kind = self.helpers.kinds.of(self.symbol, value, self.kinds) if value else None
        if kind is not None:
            kinds["self"] = kind


def _given(parameters: list[str], node: code.Call) -> Iterator[tuple[str, code.Expression]]:
    """The arguments of a call, each with its parameter."""
    positional = [each.value for each in node.arguments if not each.name]
    yield from zip(parameters, positional, strict=False)
    yield from ((each.name, each.value) for each in node.arguments if each.name)
