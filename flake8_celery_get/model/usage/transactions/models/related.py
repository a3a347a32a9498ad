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
        self._found: dict[str, list[tuple[ClassSymbol, str]]] = {}

    def has_many(self, kind: ClassSymbol, name: str) -> bool:
        """Whether an attribute of a model is a many-to-many field of it."""
        return any(_MANY.search(text) for text in self._texts(kind, name))

    def target(self, kind: ClassSymbol, name: str) -> str:
        """What a foreign key of a model leads to, as it is written; empty for no such key."""
        links = (LINK.search(text) for text in self._texts(kind, name))
        return next((link[1] for link in links if link is not None), "")

    def behind(self, owner: str, name: str) -> ClassSymbol | None:
        """The model of the rows in ``user.orders``: only one links there by that name."""
        found = self._found.get(name)
        if found is None:
            found = self._found[name] = list(self._leading_back(name))
        if len(found) != 1:
            return None
        model, target = found[0]
        return model if owner.rpartition(".")[2].lower() == target else None

    def _leading_back(self, name: str) -> Iterator[tuple[ClassSymbol, str]]:
        """The models that a name leads back to, each with the one that it links to."""
        for path in self._naming.get(name, ()):
            for kind in self._world.scope(path).all_classes():
                for text in self._texts(kind):
                    link, back = LINK.search(text), _BACK.search(text)
                    if link is not None and back is not None and back[1] == name:
                        target = link[1].rpartition(".")[2]
                        yield kind, _USERS.get(target, target.lower())

    @cached_property
    def _naming(self) -> dict[str, list[str]]:
        """The files in which a foreign key gives the way back a name, by these names.

        A migration repeats what the model says.
        """
        naming: dict[str, list[str]] = {}
        project = self._world.project
        for path in project.mentioning({"related_name"}):
            if "/migrations/" in project.relative(path):
                continue
            for name in set(_BACK.findall(project.consult(path).text)):
                naming.setdefault(name, []).append(path)
        return naming

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
