"""Rows that forms and serializers save: ``form.save()``, ``serializer.instance``.

https://docs.djangoproject.com/en/stable/topics/forms/modelforms/
https://www.django-rest-framework.org/api-guide/serializers/#saving-instances
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from flake8_celery_get.model.values.values import ClassValue, Value
from flake8_celery_get.source import code

if TYPE_CHECKING:
    from flake8_celery_get.model.flow.surroundings import Surroundings
    from flake8_celery_get.model.usage.sent.sends import Sent
    from flake8_celery_get.model.usage.signatures.kinds.held import HeldNames
    from flake8_celery_get.model.values.definitions import ClassSymbol

_SAVES_ROW = ("ModelForm", "ModelSerializer")
_GIVEN_BY_VIEW = {
    "form_valid": "form_class",
    "perform_create": "serializer_class",
    "perform_update": "serializer_class",
}
"""Methods that a view calls with a form or a serializer, and where it names the class."""


class SavedRows:
    """Tells what is a row that a form or a serializer has saved."""

    def __init__(self, world: Surroundings, held: HeldNames) -> None:
        self._world = world
        self._held = held

    def is_row(self, node: code.Expression, sent: Sent) -> bool:
        """Whether it is ``form.save(…)`` or ``form.instance``, of a form that has a model."""
        member = "instance"
        if isinstance(node, code.Call):
            node, member = node.function, "save"
        if not isinstance(node, code.Attribute) or node.name != member:
            return False
        return self._saves(node.value, sent)

    def _saves(self, node: code.Expression, sent: Sent) -> bool:
        """Whether a variable is a form or a serializer whose class saves rows."""
        if not isinstance(node, code.Name):
            return False
        symbol = self._class_of(node.id, sent)
        if symbol is None or self._world.classes.method(symbol, "save") is not None:
            return False
        bases = self._world.classes.outside_bases(symbol)
        return any(base.endswith(_SAVES_ROW) for base in bases)

    def _class_of(self, name: str, sent: Sent) -> ClassSymbol | None:
        held = self._held.of(name, sent)
        if held is not None and held.how == "is" and isinstance(held.node, code.Call):
            scope = self._world.scope(sent.path)
            made = self._world.deeply(scope, code.dotted(held.node.function))
            return made.symbol if isinstance(made, ClassValue) else None
        given = self._given_by_view(name, sent)
        return given.symbol if isinstance(given, ClassValue) else None

    def _given_by_view(self, name: str, sent: Sent) -> Value | None:
        """What ``perform_create(self, serializer)`` of a view gets an instance of."""
        symbol = self._held.symbol_around(sent)
        if symbol is None or symbol.owner is None or symbol.name not in _GIVEN_BY_VIEW:
            return None
        if self._held.parameter(name, sent) is None:
            return None
        variable = _GIVEN_BY_VIEW[symbol.name]
        if self._world.classes.method(symbol.owner, f"get_{variable}") is not None:
            return None
        return self._world.classes.bound(symbol.owner, variable)
