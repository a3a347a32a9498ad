"""Models that code doesn't import: ``get_user_model()``, and ``"accounts.User"``.

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
_SET = re.compile(rf"""(?m)^{SETTING}\s*(?::[^=\n]+)?=\s*(["']\w+\.\w+["'])""")
_TEXT = re.compile(r"""["'](\w+)\.(\w+)["']""")
_BOUND = re.compile(r"\b(\w+)\s*=\s*get_user_model\(\)")
_CALL = "django.contrib.auth.get_user_model()"


def spelled(node: code.Expression) -> str:
    """The dotted text of an expression, which may begin with ``get_user_model()``.

    The name of a model stays in its quotation marks.
    """
    if isinstance(node, code.Attribute):
        owner = spelled(node.value)
        return f"{owner}.{node.name}" if owner else ""
    if isinstance(node, code.Constant):
        text = repr(node.value)
        return text if _TEXT.fullmatch(text) else ""
    is_asked = isinstance(node, code.Call) and code.last_name(node.function) == ASKED[:-2]
    return ASKED if is_asked else code.dotted(node)


class NamedModels:
    """Tells which classes of the project are meant."""

    def __init__(self, world: Surroundings) -> None:
        self._world = world

    @cached_property
    def user(self) -> ClassValue | None:
        """The class of users; None where the project has none, or several."""
        project = self._world.project
        texts = {
            text
            for path in project.mentioning({SETTING})
            if not self._world.is_test(path)
            for text in _SET.findall(project.consult(path).text)
        }
        return self._named(texts.pop()) if len(texts) == 1 else None

    def said(self, text: str) -> ClassValue | None:
        """The class that a text in quotation marks names, or that is asked for."""
        return self.user if text == ASKED else self._named(text)

    def meant(self, value: Value) -> Value:
        """The same value, or the class of users if it is what code asks for."""
        asks = (
            value.path == _CALL
            if isinstance(value, Made)
            else isinstance(value, External) and value.path.endswith(f"settings.{SETTING}")
        )
        return (self.user or value) if asks else value

    def bound(self, symbol: FunctionSymbol, text: str) -> Value | None:
        """The class of users, if a function has it under this name."""
        names = symbol.scope.source.says(symbol.definition, _bound_names)
        return self.user if text in names else None

    def _named(self, text: str) -> ClassValue | None:
        name = _TEXT.fullmatch(text)
        found = set(self._classes(*name.groups())) if name is not None else set()
        return found.pop() if len(found) == 1 else None

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
