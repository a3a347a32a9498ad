"""The class that ``AUTH_USER_MODEL`` names, which code asks for by ``get_user_model()``.

https://docs.djangoproject.com/en/stable/topics/auth/customizing/#referencing-the-user-model
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from functools import cached_property
from typing import TYPE_CHECKING

from flake8_celery_get.model.values.values import ClassValue, External, Made, Value
from flake8_celery_get.source import code

if TYPE_CHECKING:
    from flake8_celery_get.model.flow.surroundings import Surroundings
    from flake8_celery_get.model.values.definitions import FunctionSymbol

SETTING = "AUTH_USER_MODEL"
ASKED = "get_user_model()"
_SET = re.compile(rf"""(?m)^{SETTING}\s*(?::[^=\n]+)?=\s*["'](\w+)\.(\w+)["']""")
_BOUND = re.compile(r"\b(\w+)\s*=\s*get_user_model\(\)")
_CALL = "django.contrib.auth.get_user_model()"


def spelled(node: code.Expression) -> str:
    """The dotted text of an expression, which may begin with ``get_user_model()``."""
    if isinstance(node, code.Attribute):
        owner = spelled(node.value)
        return f"{owner}.{node.name}" if owner else ""
    is_asked = isinstance(node, code.Call) and code.last_name(node.function) == ASKED[:-2]
    return ASKED if is_asked else code.dotted(node)


class UserModel:
    """Tells which names stand for the project's own class of users."""

    def __init__(self, world: Surroundings) -> None:
        self._world = world

    @cached_property
    def value(self) -> ClassValue | None:
        """The class; None where the project has none, or several."""
        found = set(self._found())
        return found.pop() if len(found) == 1 else None

    def meant(self, value: Value) -> Value:
        """The same value, or the class of users if it is what code asks for."""
        asks = (
            value.path == _CALL
            if isinstance(value, Made)
            else isinstance(value, External) and value.path.endswith(f"settings.{SETTING}")
        )
        return (self.value or value) if asks else value

    def bound(self, symbol: FunctionSymbol, text: str) -> Value | None:
        """The class, if a function has it under this name, or asks for it on the spot."""
        names = symbol.scope.source.says(symbol.definition, _bound_names)
        return self.value if text in names or text == ASKED else None

    def _found(self) -> Iterator[ClassValue]:
        project = self._world.project
        for path in project.mentioning({SETTING}):
            if not self._world.is_test(path):
                for label, name in _SET.findall(project.consult(path).text):
                    yield from self._classes(label, name)

    def _classes(self, label: str, name: str) -> Iterator[ClassValue]:
        """The classes of that name in the folder of an app."""
        for path in self._world.project.mentioning({name}):
            folders = os.path.dirname(path).split(os.sep)
            if label in folders and not self._world.is_test(path):
                symbol = self._world.scope(path).classes.get(name)
                if symbol is not None:
                    yield ClassValue(symbol)


def _bound_names(text: str) -> frozenset[str]:
    return frozenset(_BOUND.findall(text))
