"""Which names the text of a function calls."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING

from flake8_celery_get.model.usage.transactions.serializers import (
    HOOKS,
    SAVE,
    is_run_by_save,
)

if TYPE_CHECKING:
    from flake8_celery_get.model.flow.surroundings import Lines
    from flake8_celery_get.model.values.definitions import FunctionSymbol

_CALLED = re.compile(r"\b(self\.)?(\w+)\(")


def names_called(symbol: FunctionSymbol) -> frozenset[str]:
    """``name`` for each call in a function, ``self.name`` for one of a method of its own."""
    return symbol.scope.source.says(symbol.definition, _called)


def _called(text: str) -> frozenset[str]:
    return frozenset(own + name for own, name in _CALLED.findall(text))


def names_of(classes: Lines, symbols: Iterable[FunctionSymbol]) -> set[str]:
    """How functions are called."""
    return set().union(*(_names_of(classes, symbol) for symbol in symbols))


def _names_of(classes: Lines, symbol: FunctionSymbol) -> set[str]:
    """How a function is called: a method by ``self``, one of a serializer by ``save()``, too."""
    own = symbol.name if symbol.owner is None else f"self.{symbol.name}"
    if not is_run_by_save(classes, symbol):
        return {own}
    return {own, SAVE, *(f"self.{hook}" for hook in HOOKS)}
