"""Functions that Django's signals call while a transaction of Django's own is open.

https://docs.djangoproject.com/en/stable/ref/signals/
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cached_property
from typing import TYPE_CHECKING

from flake8_celery_get.model.usage.transactions.models.saving import SENDER, listed
from flake8_celery_get.model.usage.transactions.models.sent_by_hand import SentByHand
from flake8_celery_get.model.values.definitions import FunctionSymbol
from flake8_celery_get.model.values.parts import options
from flake8_celery_get.model.values.values import FunctionValue
from flake8_celery_get.source import code

if TYPE_CHECKING:
    from flake8_celery_get.model.flow.surroundings import Surroundings

SIGNALS = frozenset({"m2m_changed", "post_delete", "pre_delete"})
"""Signals that Django sends inside a transaction of its own."""

_CONNECTED = re.compile(
    r"\b(m2m_changed|post_delete|pre_delete)\.connect\(\s*([\w.]+)([^()]*)"
)


class Receivers:
    """Tells which functions of a project are connected to such a signal."""

    def __init__(self, world: Surroundings) -> None:
        self._world = world
        self._by_hand = SentByHand(world)

    def is_one(self, symbol: FunctionSymbol, function: code.Function) -> bool:
        """Whether a decorator, or a call of ``connect``, connects a function."""
        return symbol in self.connected or any(
            self._gets_a_signal(symbol, node) and self._is_connector(symbol, node)
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
            found = _CONNECTED.findall(self._world.project.consult(path).text)
            if not found or self._world.is_test(path):
                continue
            scope = self._world.scope(path)
            for signal, name, rest in found:
                if self._by_hand.may_be(signal, scope, SENDER.findall(rest)):
                    continue
                for value in options(self._world.deeply(scope, name)):
                    if isinstance(value, FunctionValue):
                        yield value.symbol

    def _gets_a_signal(self, symbol: FunctionSymbol, node: code.Expression) -> bool:
        """Whether a decorator names a signal that Django, and nobody else, sends."""
        values = (
            [each.value for each in node.arguments] if isinstance(node, code.Call) else []
        )
        first = [part for value in values[:1] for part in listed(value)]
        senders = list(filter(None, map(code.dotted, values[1:])))
        return any(
            not self._by_hand.may_be(signal, symbol.scope, senders)
            for signal in SIGNALS.intersection(map(code.last_name, first))
        )

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
