"""What links models to each other: foreign keys, the managers behind them, many-to-many fields.

https://docs.djangoproject.com/en/stable/ref/models/relations/
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flake8_celery_get.model.flow.surroundings import Surroundings
    from flake8_celery_get.model.values.definitions import ClassSymbol

LINK = re.compile(r"(?:ForeignKey|OneToOneField)\(\s*(?:to\s*=\s*)?[\"']?([\w.]+)")
_MANY = re.compile(r"\bManyToManyField\(")
_BACK = re.compile(r"""\brelated_name\s*=\s*["'](\w+)["']""")
_USERS = {"AUTH_USER_MODEL": "user", "get_user_model": "user"}


class Related:
    """Tells how the models of a project are linked."""

    def __init__(self, world: Surroundings) -> None:
        self._world = world

    def has_many(self, kind: ClassSymbol, name: str) -> bool:
        """Whether an attribute of a model is a many-to-many field of it."""
        return any(_MANY.search(text) for text in self._texts(kind, name))

    def target(self, kind: ClassSymbol, name: str) -> str:
        """What a foreign key of a model leads to, as it is written; empty for no such key."""
        links = (LINK.search(text) for text in self._texts(kind, name))
        return next((link[1] for link in links if link is not None), "")

    def behind(self, owner: str, name: str) -> ClassSymbol | None:
        """The model of the rows in ``user.orders``: only one links there by that name."""
        found = self._behind.get(name, [])
        if len(found) != 1:
            return None
        model, target = found[0]
        return model if owner.rpartition(".")[2].lower() == target else None

    @cached_property
    def _behind(self) -> dict[str, list[tuple[ClassSymbol, str]]]:
        """The models by the names that lead back to them, each with the one it links to."""
        found: dict[str, list[tuple[ClassSymbol, str]]] = {}
        for path in self._world.project.mentioning({"related_name"}):
            for kind in self._world.scope(path).all_classes():
                for text in self._texts(kind):
                    link, back = LINK.search(text), _BACK.search(text)
                    if link is not None and back is not None:
                        target = link[1].rpartition(".")[2]
                        target = _USERS.get(target, target.lower())
                        found.setdefault(back[1], []).append((kind, target))
        return found

    def names_back(self, models: Iterable[ClassSymbol]) -> set[str]:
        """The names by which other models lead to rows of these."""
        texts = (text for kind in models for text in self._texts(kind))
        return {back[1] for text in texts if (back := _BACK.search(text)) is not None}

    def _texts(self, kind: ClassSymbol, name: str = "") -> Iterator[str]:
        """The statements of a model that set an attribute; all if none is named."""
        for ancestor in self._world.classes.line(kind):
            for each in ancestor.statements:
                if not name or name in each.names:
                    yield each.text(ancestor.scope.source.lines)
