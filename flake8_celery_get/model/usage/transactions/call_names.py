"""Which names the text of a function calls."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flake8_celery_get.model.values.definitions import FunctionSymbol

_CALLED = re.compile(r"\b(self\.)?(\w+)\(")


class CallNames:
    """By which names each function calls others: told once, as text is all it takes."""

    def __init__(self) -> None:
        self._known: dict[FunctionSymbol, frozenset[str]] = {}

    def of(self, symbol: FunctionSymbol) -> frozenset[str]:
        """``name`` for each call, ``self.name`` for one of a method of its own."""
        if symbol not in self._known:
            text = symbol.definition.text(symbol.scope.source.lines)
            found = _CALLED.findall(text)
            self._known[symbol] = frozenset(own + name for own, name in found)
        return self._known[symbol]


def name_of(symbol: FunctionSymbol) -> str:
    """How a function is called: a method by ``self``."""
    return symbol.name if symbol.owner is None else f"self.{symbol.name}"
