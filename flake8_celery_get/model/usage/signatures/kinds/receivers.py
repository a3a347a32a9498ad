"""Functions that signals of Django call, each with a row as ``instance``.

https://docs.djangoproject.com/en/stable/ref/signals/
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cached_property
from typing import TYPE_CHECKING

from flake8_celery_get.model.usage.signatures.kinds.held import asks_type
from flake8_celery_get.model.values.definitions import FunctionSymbol
from flake8_celery_get.model.values.parts import options
from flake8_celery_get.model.values.values import External, FunctionValue
from flake8_celery_get.source import code

if TYPE_CHECKING:
    from flake8_celery_get.model.flow.surroundings import Surroundings
    from flake8_celery_get.model.usage.sent.sends import Sent
    from flake8_celery_get.model.usage.signatures.kinds.held import HeldNames

_SIGNALS = frozenset(
    {
        "m2m_changed", "post_delete", "post_init", "post_save", "pre_delete", "pre_init",
        "pre_save",
    }
)  # fmt: skip
"""Signals of Django whose receivers get a row as ``instance``."""
_CONNECTED = re.compile(
    rf"\b((?:\w+\.)*(?:{'|'.join(sorted(_SIGNALS))}))\.connect\(\s*([\w.]+)"
)


class Receivers:
    """Tells where ``instance`` is a row."""

    def __init__(self, world: Surroundings, held: HeldNames) -> None:
        self._world = world
        self._held = held

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
        paths = sorted(self._world.project.mentioning({symbol.name}))
        texts = (self._world.project.consult(path).text for path in paths)
        return any(call.search(text) for text in texts)

    def _connects(self, symbol: FunctionSymbol, node: code.Expression) -> bool:
        """Whether a decorator is ``receiver`` with nothing but signals of rows."""
        if not isinstance(node, code.Call) or not node.arguments:
            return False
        found = self._world.deeply(symbol.scope, code.dotted(node.function))
        if found != External("django.dispatch.receiver"):
            return False
        first = node.arguments[0].value
        signals = first.items if isinstance(first, code.Display) else [first]
        return all(
            self._is_signal(symbol.scope.path, code.dotted(each)) for each in signals
        )

    def _is_signal(self, path: str, text: str) -> bool:
        value = self._world.deeply(self._world.scope(path), text) if text else None
        if not isinstance(value, External):
            return False
        module, _, name = value.path.rpartition(".")
        return name in _SIGNALS and module.startswith("django.db.models")

    @cached_property
    def _connected(self) -> frozenset[FunctionSymbol]:
        return frozenset(self._found_connected())

    def _found_connected(self) -> Iterator[FunctionSymbol]:
        for path in sorted(self._world.project.mentioning(set(_SIGNALS))):
            for signal, name in _CONNECTED.findall(self._world.project.consult(path).text):
                if not self._is_signal(path, signal):
                    continue
                for value in options(self._world.deeply(self._world.scope(path), name)):
                    if isinstance(value, FunctionValue):
                        yield value.symbol
