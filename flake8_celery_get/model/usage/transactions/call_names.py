"""Which names the text of a function calls."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flake8_celery_get.model.values.definitions import FunctionSymbol

_CALLED = re.compile(r"\b(self\.)?(\w+)\(")


def names_called(symbol: FunctionSymbol) -> frozenset[str]:
    """``name`` for each call in a function, ``self.name`` for one of a method of its own."""
    return symbol.scope.source.says(symbol.definition, _called)


def _called(text: str) -> frozenset[str]:
    return frozenset(own + name for own, name in _CALLED.findall(text))


def name_of(symbol: FunctionSymbol) -> str:
    """How a function is called: a method by ``self``."""
    return symbol.name if symbol.owner is None else f"self.{symbol.name}"
