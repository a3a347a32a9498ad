"""What functions of the project do with rows for those that call them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flake8_celery_get.model.usage.django.named_models import spelled
from flake8_celery_get.model.usage.transactions.models.kinds import Kinds
from flake8_celery_get.model.usage.transactions.models.rows import (
    CREATES,
    WRITES,
    is_super,
    returns_row,
    saved_parameters,
)
from flake8_celery_get.model.values.parts import options
from flake8_celery_get.model.values.values import FunctionValue, Instance
from flake8_celery_get.source import code

if TYPE_CHECKING:
    from flake8_celery_get.model.flow.surroundings import Surroundings
    from flake8_celery_get.model.usage.transactions.models.kinds import Known
    from flake8_celery_get.model.values.definitions import ClassSymbol, FunctionSymbol


class Helpers:
    """Functions that write and return a row, or save the one that they are given."""

    def __init__(self, world: Surroundings) -> None:
        self._world = world
        self.kinds = Kinds(world)
        self._returning: dict[FunctionSymbol, bool] = {}
        self._saving: dict[FunctionSymbol, set[str]] = {}

    def callee(
        self, symbol: FunctionSymbol, node: code.Expression, known: Known
    ) -> FunctionSymbol | None:
        """The function of the project that a call means."""
        if isinstance(node, code.Attribute):
            line = self._line_of(symbol, node.value, known)
            if line is not None:
                return next(
                    (each.methods[node.name] for each in line if node.name in each.methods),
                    None,
                )
        text = code.dotted(node)
        found = options(self.kinds.names.resolved(symbol, text))
        first = found[0] if len(found) == 1 else None
        return first.symbol if isinstance(first, FunctionValue) else None

    def _line_of(
        self, symbol: FunctionSymbol, node: code.Expression, known: Known
    ) -> list[ClassSymbol] | None:
        """Where the methods of an object come from, nearest first."""
        classes, owner = self._world.classes, symbol.owner
        kind = self.kinds.of(symbol, node, known)
        if owner is not None and is_super(node):
            line = classes.line(known.get("self", owner))
            return line[line.index(owner) + 1 :] if owner in line else []
        if kind is None and owner is not None and code.dotted(node) in {"self", "cls"}:
            kind = owner
        if kind is None:
            kind = self._manager(symbol, spelled(node))
        return classes.line(kind) if kind is not None else None

    def _manager(self, symbol: FunctionSymbol, text: str) -> ClassSymbol | None:
        """The class of ``Order.objects``, if it is one of the project."""
        managed = self.kinds.managed(symbol, text)
        if managed is None:
            return None
        found = self._world.classes.bound(*managed)
        return found.symbol if isinstance(found, Instance) else None

    def creates(self, symbol: FunctionSymbol, node: code.Expression) -> bool:
        """Whether it is ``self.create(…)`` in a manager, or ``user.orders.create(…)``."""
        if not isinstance(node, code.Call):
            return False
        owner, _, name = code.dotted(node.function).rpartition(".")
        if name in CREATES and self.kinds.related.behind(*owner.rpartition(".")[::2]):
            return True
        if symbol.owner is None:
            return False
        is_own = owner == "self" and name in CREATES
        return is_own and self.kinds.is_manager(symbol.owner)

    def returns_row(
        self, symbol: FunctionSymbol, node: code.Expression, known: Known
    ) -> bool:
        """Whether a call is one of a function that writes a row and returns it."""
        callee = (
            self.callee(symbol, node.function, known)
            if isinstance(node, code.Call)
            else None
        )
        if callee is None:
            return False
        if callee not in self._returning:
            writes = callee.scope.source.has(callee.definition, WRITES)
            function = self._world.calls.function_code(callee) if writes else None
            self._returning[callee] = function is not None and returns_row(function)
        return self._returning[callee]

    def saved(self, symbol: FunctionSymbol, node: code.Call, known: Known) -> set[str]:
        """The names that a call gives to a function which saves them."""
        given = [(each.name, code.dotted(each.value)) for each in node.arguments]
        owner = code.dotted(node.function).rpartition(".")[0]
        if not owner and not any(text for _, text in given):
            return set()
        callee = self.callee(symbol, node.function, known)
        if callee is None:
            return set()
        saved = self._saved_parameters(callee)
        positions = list(callee.definition.positional)
        if callee.owner is not None and positions[:1] in (["self"], ["cls"]):
            given.insert(0, ("", owner))
        found = {text for name, text in given if name in saved}
        found |= {
            text
            for (name, text), parameter in zip(given, positions, strict=False)
            if not name and parameter in saved
        }
        return found - {""}

    def _saved_parameters(self, callee: FunctionSymbol) -> set[str]:
        if callee not in self._saving:
            saves = callee.scope.source.says(callee.definition, _saves)
            function = self._world.calls.function_code(callee) if saves else None
            self._saving[callee] = saved_parameters(function) if function else set()
        return self._saving[callee]


def _saves(text: str) -> bool:
    return ".save(" in text
