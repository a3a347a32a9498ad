"""Functions that signals of Django call, each with a row as ``instance``.

https://docs.djangoproject.com/en/stable/ref/signals/
"""

from __future__ import annotations

import re
from functools import cached_property
from typing import TYPE_CHECKING

from flake8_celery_get.model.usage.django.signals import Signals, listed
from flake8_celery_get.model.usage.signatures.kinds.held import asks_type
from flake8_celery_get.source import code

if TYPE_CHECKING:
    from flake8_celery_get.model.flow.surroundings import Surroundings
    from flake8_celery_get.model.usage.sent.sends import Sent
    from flake8_celery_get.model.usage.signatures.kinds.held import HeldNames
    from flake8_celery_get.model.values.definitions import FunctionSymbol


class Receivers:
    """Tells where ``instance`` is a row."""

    def __init__(self, world: Surroundings, held: HeldNames) -> None:
        self._world = world
        self._held = held
        self._signals = Signals(world)

    def gets_row(self, sent: Sent) -> bool:
        """Whether ``instance`` is what a signal of Django hands to the function."""
        symbol = self._held.symbol_around(sent)
        function = self._held.function_around(sent)
        if symbol is None or function is None:
            return False
        if self._held.parameter("instance", sent) is None or asks_type(
            function, "instance"
        ):
            return False
        is_connected = symbol in self._connected or any(
            self._connects(symbol, node) for node in function.decorators
        )
        return is_connected and not self._is_called(symbol)

    def _is_called(self, symbol: FunctionSymbol) -> bool:
        """Whether the project calls the function itself, perhaps with something else."""
        call = re.compile(rf"(?<!def )\b{re.escape(symbol.name)}\(")
        return any(self._world.project.matching({symbol.name}, call))

    def _connects(self, symbol: FunctionSymbol, node: code.Expression) -> bool:
        """Whether a decorator is ``receiver`` with nothing but signals of rows."""
        found = list(self._signals.decorated(symbol, [node]))
        named = (
            listed(node.arguments[0].value) if found and isinstance(node, code.Call) else []
        )
        return (
            bool(found)
            and len(found) == len(named)
            and all(each.is_plain for each in found)
        )

    @cached_property
    def _connected(self) -> frozenset[FunctionSymbol]:
        return frozenset(each.receiver for each in self._signals.connected)
