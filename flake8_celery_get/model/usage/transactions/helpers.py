"""What functions of the project do with rows for those that call them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flake8_celery_get.model.usage.transactions.rows import (
    WRITES,
    returns_row,
    saved_parameters,
)
from flake8_celery_get.model.values.parts import options
from flake8_celery_get.model.values.values import FunctionValue
from flake8_celery_get.source import code

if TYPE_CHECKING:
    from flake8_celery_get.model.flow.surroundings import Surroundings
    from flake8_celery_get.model.values.definitions import FunctionSymbol


class Helpers:
    """Functions that write and return a row, or save the one that they are given."""

    def __init__(self, world: Surroundings) -> None:
        self._world = world
        self._returning: dict[FunctionSymbol, bool] = {}
        self._saving: dict[FunctionSymbol, set[str]] = {}

    def callee(
        self, symbol: FunctionSymbol, node: code.Expression
    ) -> FunctionSymbol | None:
        """The function of the project that a call means."""
        text = code.dotted(node)
        if not text:
            return None
        if symbol.owner is not None and text.startswith("self.") and text.count(".") == 1:
            name = text.removeprefix("self.")
            for ancestor in self._world.classes.line(symbol.owner):
                if name in ancestor.methods:
                    return ancestor.methods[name]
            return None
        found = options(self._world.deeply(symbol.scope, text))
        first = found[0] if len(found) == 1 else None
        return first.symbol if isinstance(first, FunctionValue) else None

    def returns_row(self, symbol: FunctionSymbol, node: code.Expression) -> bool:
        """Whether a call is one of a function that writes a row and returns it."""
        callee = self.callee(symbol, node.function) if isinstance(node, code.Call) else None
        if callee is None:
            return False
        if callee not in self._returning:
            writes = callee.scope.source.has(callee.definition, WRITES)
            function = self._world.calls.function_code(callee) if writes else None
            self._returning[callee] = function is not None and returns_row(function)
        return self._returning[callee]

    def saved(self, symbol: FunctionSymbol, node: code.Call) -> set[str]:
        """The names that a call gives to a function which saves them."""
        given = [(each.name, code.dotted(each.value)) for each in node.arguments]
        if not any(text for _, text in given):
            return set()
        callee = self.callee(symbol, node.function)
        if callee is None or callee.owner is not None:
            return set()
        saved = self._saved_parameters(callee)
        positions = callee.definition.positional
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
