"""Serializers of Django REST Framework: ``save()`` runs their ``create()`` or ``update()``.

https://www.django-rest-framework.org/api-guide/serializers/#saving-instances
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from flake8_celery_get.model.usage.transactions.models.serializer_choices import (
    OF_VIEW,
    chosen,
)
from flake8_celery_get.model.values.parts import options
from flake8_celery_get.model.values.values import ClassValue
from flake8_celery_get.source import code

if TYPE_CHECKING:
    from flake8_celery_get.model.flow.surroundings import Lines, Surroundings
    from flake8_celery_get.model.values.definitions import (
        ClassSymbol,
        FunctionSymbol,
        Scope,
    )

SAVE = "save"
SERIALIZER = "Serializer"
"""How the names of all their classes end."""
_RUN = frozenset({"create", "update"})
HOOKS = {"perform_create": "create", "perform_update": "update"}
"""Methods of a view that get a serializer, and what its ``save()`` runs there."""
INHERITED = {
    "create": ("perform_create",),
    "update": ("perform_update",),
    "partial_update": ("update", "perform_update"),
    "destroy": ("perform_destroy",),
    "post": ("form_valid", "create", "perform_create"),
    "put": ("update", "perform_update"),
    "patch": ("partial_update", "update", "perform_update"),
    "delete": ("destroy", "perform_destroy"),
}
"""Methods that views inherit, each with those of the view that it runs, the first that is own."""
_VIEWS = (
    "ViewSet", "ViewSetMixin", "ModelMixin", "APIView", "CreateView", "FormView", "UpdateView",
)  # fmt: skip
ACTIONS = {
    "create": ("ModelViewSet", "CreateModelMixin", "CreateAPIView"),
    "update": ("ModelViewSet", "UpdateModelMixin", "UpdateAPIView", "UpdateDestroyAPIView"),
}
"""What views that have one of these bases do with their serializer by themselves."""


@dataclass(frozen=True, slots=True)
class Saved:
    """What ``save()`` of a serializer runs: a method of its class, by its name."""

    kind: ClassSymbol
    method: str


def is_run_by_save(classes: Lines, symbol: FunctionSymbol) -> bool:
    """Whether a function is a method that ``serializer.save()`` runs."""
    owner = symbol.owner
    return owner is not None and symbol.name in _RUN and _is_serializer(classes, owner)


def is_view(classes: Lines, symbol: ClassSymbol) -> bool:
    """Whether a class is a view of the package, or one of Django's with a form."""
    return any(base.endswith(_VIEWS) for base in classes.outside_bases(symbol))


def _is_serializer(classes: Lines, symbol: ClassSymbol) -> bool:
    return any(base.endswith(SERIALIZER) for base in classes.outside_bases(symbol))


class Serializers:
    """Tells what ``save()`` of a serializer runs, if its class is one of the project."""

    def __init__(self, world: Surroundings) -> None:
        self._world = world

    def made_by(self, symbol: FunctionSymbol, node: code.Node) -> Saved | None:
        """The same for what a call makes: ``self.get_serializer()``, or a class."""
        if not isinstance(node, code.Call):
            return None
        has_row = any(each.name in {"", "instance"} for each in node.arguments)
        method = "update" if has_row else "create"
        text = code.dotted(node.function)
        if text == "self.get_serializer":
            return self.of_view(symbol.owner, method)
        value = self._world.deeply(symbol.scope, text) if text else None
        return self._saved(value.symbol, method) if isinstance(value, ClassValue) else None

    def given(self, symbol: FunctionSymbol, function: code.Function) -> dict[str, Saved]:
        """The same for the serializer that a hook of a view is given, by its name."""
        method = HOOKS.get(symbol.name, "")
        found = self.of_view(symbol.owner, method) if method else None
        names = [each.name for each in function.parameters][1:2]
        return dict.fromkeys(names, found) if found is not None else {}

    def of_view(self, view: ClassSymbol | None, method: str) -> Saved | None:
        """The same for the serializer of a view: one that it chooses, or ``serializer_class``."""
        if view is None:
            return None
        choice = self._world.classes.method(view, "get_serializer_class")
        if choice is None:
            return self._named(view, view.scope, OF_VIEW, method)
        function = self._world.calls.function_code(choice)
        names = chosen(function, method) if function is not None else set()
        found = {self._named(view, choice.scope, name, method) for name in names}
        return found.pop() if len(found) == 1 else None

    def _named(
        self, view: ClassSymbol, scope: Scope, text: str, method: str
    ) -> Saved | None:
        owner, _, name = text.rpartition(".")
        said = (
            self._world.classes.bound(view, name)
            if owner == "self"
            else self._world.deeply(scope, text)
            if text
            else None
        )
        found = options(said) if said is not None else ()
        first = found[0] if len(found) == 1 else None
        return self._saved(first.symbol, method) if isinstance(first, ClassValue) else None

    def unhandled(self, view: ClassSymbol) -> Iterator[Saved]:
        """What a view saves in the methods that it inherits from the package."""
        classes = self._world.classes
        bases = classes.outside_bases(view)
        for hook, method in HOOKS.items():
            is_own = any(classes.method(view, name) for name in (hook, method))
            found = None if is_own else self.of_view(view, method)
            if found is not None and any(base.endswith(ACTIONS[method]) for base in bases):
                yield found

    def _saved(self, kind: ClassSymbol, method: str) -> Saved | None:
        return Saved(kind, method) if _is_serializer(self._world.classes, kind) else None
