"""Functions that Django's signals call while a transaction of Django's own is open."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from flake8_celery_get.model.usage.transactions.models.sent_by_hand import SentByHand

if TYPE_CHECKING:
    from flake8_celery_get.model.flow.surroundings import Surroundings
    from flake8_celery_get.model.usage.django.signals import Connection, Signals
    from flake8_celery_get.model.values.definitions import FunctionSymbol
    from flake8_celery_get.source import code

SIGNALS = frozenset({"m2m_changed", "post_delete", "pre_delete"})
"""Signals that Django sends inside a transaction of its own."""


class Receivers:
    """Tells which functions of a project are connected to such a signal."""

    def __init__(self, world: Surroundings, signals: Signals) -> None:
        self._signals = signals
        self._by_hand = SentByHand(world)

    def is_one(self, symbol: FunctionSymbol, function: code.Function) -> bool:
        """Whether a decorator, or a call of ``connect``, connects a function."""
        return symbol in self.connected or any(
            map(self._is_within, self._signals.decorated(symbol, function.decorators))
        )

    def gives_row(self, symbol: FunctionSymbol, function: code.Function) -> bool:
        """Whether a function is given the row of any signal of Django."""
        return symbol in self.connected or any(
            self._signals.decorated(symbol, function.decorators)
        )

    @cached_property
    def connected(self) -> frozenset[FunctionSymbol]:
        """The functions that are given to ``connect``."""
        return frozenset(
            each.receiver for each in self._signals.connected if self._is_within(each)
        )

    def _is_within(self, each: Connection) -> bool:
        """Whether Django, and nobody else, sends the signal."""
        return each.signal in SIGNALS and not self._by_hand.may_be(
            each.signal, each.scope, each.senders
        )
