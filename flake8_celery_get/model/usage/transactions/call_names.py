"""Which names the text of a function calls, and how functions are called."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Set

    from flake8_celery_get.model.values.definitions import FunctionSymbol

_CALLED = re.compile(r"(\bself\.|\.)?\b(\w+)\(")


def calls_one_of(symbol: FunctionSymbol, names: Set[str]) -> bool:
    """Whether a function calls one of ``names``, which are written as `names_of` does."""
    source = symbol.scope.source
    # Taking a text apart costs ten times as much, and most functions call none of them.
    if not may_call(symbol.definition.text(source.lines), names):
        return False
    return not names.isdisjoint(source.says(symbol.definition, _called))


def may_call(text: str, names: Set[str]) -> bool:
    """Whether a call of a function or method that is called so stands somewhere in a text."""
    return any(f"{name.rpartition('.')[2]}(" in text for name in names)


def _called(text: str) -> frozenset[str]:
    """``name`` for each function, ``.name`` for a method, ``self.name`` for one of its own."""
    return frozenset(own + name for own, name in _CALLED.findall(text))


def names_of(symbol: FunctionSymbol) -> set[str]:
    """How a function is called: one of a module by its module, too, a method by ``self``."""
    if symbol.owner is None:
        return {symbol.name, f".{symbol.name}"}
    return {f".{symbol.name}", f"self.{symbol.name}"}
