"""Which names the text of a function calls, and how functions are called."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flake8_celery_get.model.values.definitions import FunctionSymbol

_CALLED = re.compile(r"(\bself\.|\.)?\b(\w+)\(")


def names_called(symbol: FunctionSymbol) -> frozenset[str]:
    """``name`` for each function, ``.name`` for a method, ``self.name`` for one of its own."""
    return symbol.scope.source.says(symbol.definition, _called)


def _called(text: str) -> frozenset[str]:
    return frozenset(own + name for own, name in _CALLED.findall(text))


def names_of(symbol: FunctionSymbol) -> set[str]:
    """How a function is called: one of a module by its module, too, a method by ``self``."""
    if symbol.owner is None:
        return {symbol.name, f".{symbol.name}"}
    return {f".{symbol.name}", f"self.{symbol.name}"}
