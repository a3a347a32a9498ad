"""What names mean in a function that has import statements of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flake8_celery_get.model.usage.django.named_models import NamedModels
from flake8_celery_get.model.values.values import (
    UNKNOWN,
    ClassValue,
    FunctionValue,
    ModuleValue,
    Value,
)
from flake8_celery_get.source import code

if TYPE_CHECKING:
    from flake8_celery_get.model.flow.surroundings import Surroundings
    from flake8_celery_get.model.values.definitions import FunctionSymbol, Scope


class InnerImports:
    """Resolves dotted names: by the imports of a function, then by those of its module."""

    def __init__(self, world: Surroundings) -> None:
        self._world = world
        self._imports: dict[FunctionSymbol, dict[str, code.Imported]] = {}
        self._models = NamedModels(world)

    def resolved(self, symbol: FunctionSymbol, text: str) -> Value:
        """What a dotted name means in a function."""
        found = self._models.bound(symbol, text) or self._models.said(text)
        return found or self._models.meant(self._named(symbol, text))

    def at_top(self, scope: Scope, text: str) -> Value:
        """The same in a module."""
        found = self._models.said(text)
        return found or self._models.meant(self._world.deeply(scope, text))

    def _named(self, symbol: FunctionSymbol, text: str) -> Value:
        first, _, rest = text.partition(".")
        item = self._of(symbol).get(first) if text else None
        if item is None:
            return self._world.deeply(symbol.scope, text) if text else UNKNOWN
        with self._world.looking_deep():
            value = self._world.imported(symbol.scope, item)
        return self._member(value, rest) if rest else value

    def _member(self, value: Value, rest: str) -> Value:
        if isinstance(value, ModuleValue):
            return self._world.deeply(self._world.scope(value.path), rest)
        if isinstance(value, ClassValue):
            method = self._world.classes.method(value.symbol, rest)
            return FunctionValue(method, value) if method is not None else UNKNOWN
        return UNKNOWN

    def _of(self, symbol: FunctionSymbol) -> dict[str, code.Imported]:
        if symbol not in self._imports:
            imports = symbol.scope.source.says(symbol.definition, _imports)
            function = self._world.calls.function_code(symbol) if imports else None
            self._imports[symbol] = {
                item.alias: item
                for node in (code.walk(function) if function is not None else ())
                if isinstance(node, code.Import)
                for item in node.names
            }
        return self._imports[symbol]


def _imports(text: str) -> bool:
    return "import " in text
