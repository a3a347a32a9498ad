"""Functions that Django's signals call while a transaction of Django's own is open.

https://docs.djangoproject.com/en/stable/ref/signals/
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cached_property
from typing import TYPE_CHECKING

from flake8_celery_get.model.values.definitions import FunctionSymbol
from flake8_celery_get.model.values.values import FunctionValue, options
from flake8_celery_get.source import code

if TYPE_CHECKING:
    from flake8_celery_get.model.flow.surroundings import Surroundings

SIGNALS = frozenset({"m2m_changed", "post_delete", "pre_delete"})
"""Signals that Django sends inside a transaction of its own."""

_CONNECTED = re.compile(r"\b(?:m2m_changed|post_delete|pre_delete)\.connect\(\s*([\w.]+)")


class Receivers:
    """Tells which functions of a project are connected to such a signal."""

    def __init__(self, world: Surroundings) -> None:
        self._world = world

    def is_one(self, symbol: FunctionSymbol, function: code.Function) -> bool:
        """Whether a decorator, or a call of ``connect``, connects a function."""
        return symbol in self.connected or any(
            self._names_a_signal(node) and self._is_connector(symbol, node)
            for node in function.decorators
        )

    def gives_row(self, symbol: FunctionSymbol, function: code.Function) -> bool:
        """Whether a function is given the row of any signal of Django."""
        return symbol in self.connected or any(
            self._is_connector(symbol, node) for node in function.decorators
        )

    @cached_property
    def connected(self) -> frozenset[FunctionSymbol]:
        """The functions that are given to ``connect``."""
        return frozenset(self._connected())

    def _connected(self) -> Iterator[FunctionSymbol]:
        for path in sorted(self._world.project.mentioning(set(SIGNALS))):
            names = _CONNECTED.findall(self._world.project.consult(path).text)
            if not names or self._world.is_test(path):
                continue
            scope = self._world.scope(path)
            for name in names:
                for value in options(self._world.deeply(scope, name)):
                    if isinstance(value, FunctionValue):
                        yield value.symbol

    def _names_a_signal(self, node: code.Expression) -> bool:
        arguments = node.arguments if isinstance(node, code.Call) else ()
        first = arguments[0].value if arguments else None
        listed = first.items if isinstance(first, code.Display) else [first]
        return any(each is not None and code.last_name(each) in SIGNALS for each in listed)

    def _is_connector(self, symbol: FunctionSymbol, node: code.Expression) -> bool:
        """Whether a decorator is ``receiver``, or one of the project that connects."""
        if not isinstance(node, code.Call) or not node.arguments:
            return False
        if code.last_name(node.function) == "receiver":
            return True
        text = code.dotted(node.function)
        found = options(self._world.deeply(symbol.scope, text)) if text else ()
        return bool(found) and all(
            isinstance(value, FunctionValue) and _connects_any(value.symbol)
            for value in found
        )


def _connects_any(symbol: FunctionSymbol) -> bool:
    return symbol.scope.source.says(symbol.definition, _connects)


def _connects(text: str) -> bool:
    return ".connect(" in text and "on_commit" not in text
