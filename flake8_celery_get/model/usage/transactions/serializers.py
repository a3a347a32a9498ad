"""Serializers of Django REST Framework: ``save()`` runs their ``create()`` or ``update()``.

https://www.django-rest-framework.org/api-guide/serializers/#saving-instances
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from flake8_celery_get.model.values.parts import options
from flake8_celery_get.model.values.values import ClassValue
from flake8_celery_get.source import code

if TYPE_CHECKING:
    from flake8_celery_get.model.flow.surroundings import Lines, Surroundings
    from flake8_celery_get.model.values.definitions import ClassSymbol, FunctionSymbol

Saves: TypeAlias = "FunctionSymbol | ClassSymbol | None"
"""The method that ``save()`` runs, or the model whose row it saves without one."""

SAVE = "save"
SERIALIZER = "Serializer"
"""How the names of all their classes end."""
_RUN = frozenset({"create", "update"})
HOOKS = {"perform_create": "create", "perform_update": "update"}
"""Methods of a view that get a serializer, and what its ``save()`` runs there."""


def is_run_by_save(classes: Lines, symbol: FunctionSymbol) -> bool:
    """Whether a function is a method that ``serializer.save()`` runs."""
    owner = symbol.owner
    return owner is not None and symbol.name in _RUN and _is_serializer(classes, owner)


def _is_serializer(classes: Lines, symbol: ClassSymbol) -> bool:
    return any(base.endswith(SERIALIZER) for base in classes.outside_bases(symbol))


class Serializers:
    """Tells which method ``save()`` of a serializer runs, if it is one of the project."""

    def __init__(self, world: Surroundings) -> None:
        self._world = world

    def made_by(self, symbol: FunctionSymbol, node: code.Node) -> Saves:
        """What is run for what a call makes: ``self.get_serializer()``, or a class."""
        if not isinstance(node, code.Call):
            return None
        has_row = any(each.name in {"", "instance"} for each in node.arguments)
        method = "update" if has_row else "create"
        text = code.dotted(node.function)
        if text == "self.get_serializer":
            return self._of_view(symbol, method)
        value = self._world.deeply(symbol.scope, text) if text else None
        return self._method(value.symbol, method) if isinstance(value, ClassValue) else None

    def given(self, symbol: FunctionSymbol, function: code.Function) -> dict[str, Saves]:
        """The same for the serializer that a hook of a view is given, by its name."""
        method = HOOKS.get(symbol.name, "")
        found = self._of_view(symbol, method) if method else None
        names = [each.name for each in function.parameters][1:2]
        return dict.fromkeys(names, found) if found is not None else {}

    def _of_view(self, symbol: FunctionSymbol, method: str) -> Saves:
        classes, view = self._world.classes, symbol.owner
        if view is None or classes.method(view, "get_serializer_class") is not None:
            return None
        said = classes.bound(view, "serializer_class")
        found = options(said) if said is not None else ()
        first = found[0] if len(found) == 1 else None
        return self._method(first.symbol, method) if isinstance(first, ClassValue) else None

    def model_of(self, symbol: ClassSymbol | None) -> ClassSymbol | None:
        """The model that ``class Meta`` of a serializer names."""
        classes = self._world.classes
        if symbol is None or not _is_serializer(classes, symbol):
            return None
        metas = (each.classes.get("Meta") for each in classes.line(symbol))
        meta = next((each for each in metas if each is not None), None)
        said = classes.bound(meta, "model") if meta is not None else None
        return said.symbol if isinstance(said, ClassValue) else None

    def _method(self, symbol: ClassSymbol, name: str) -> Saves:
        classes = self._world.classes
        if not _is_serializer(classes, symbol):
            return None
        return classes.method(symbol, name) or self.model_of(symbol)
