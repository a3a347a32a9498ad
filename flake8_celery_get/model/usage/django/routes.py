"""Functions that lists of URLs name as views.

https://docs.djangoproject.com/en/stable/topics/http/urls/
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from flake8_celery_get.model.values.values import FunctionValue

if TYPE_CHECKING:
    from flake8_celery_get.model.flow.surroundings import Surroundings
    from flake8_celery_get.model.values.definitions import FunctionSymbol

_ROUTE = re.compile(r"\b(?:path|re_path|url)\(\s*[^,()\n]*,\s*([\w.]+)\s*[,)]")


class Routes:
    """Tells which functions are views."""

    def __init__(self, world: Surroundings) -> None:
        self._world = world

    def lead_to(self, symbol: FunctionSymbol) -> bool:
        """Whether a list of URLs names a function."""
        if symbol.owner is not None or not symbol.definition.positional:
            return False
        for path in sorted(self._world.project.mentioning({symbol.name})):
            text = self._world.project.consult(path).text
            for name in _ROUTE.findall(text) if "urlpatterns" in text else ():
                is_same = name.rpartition(".")[2] == symbol.name
                if is_same and self._means(path, name, symbol):
                    return True
        return False

    def _means(self, path: str, name: str, symbol: FunctionSymbol) -> bool:
        return self._world.deeply(self._world.scope(path), name) == FunctionValue(symbol)
