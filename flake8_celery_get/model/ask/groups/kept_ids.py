"""Ids of tasks that are kept under a name, and looked up by it somewhere else."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from flake8_celery_get.model.ask.groups.saved_groups import is_of_no_group
from flake8_celery_get.model.noticed.notes import KeptId, Rebuilt

if TYPE_CHECKING:
    from flake8_celery_get.model.flow.surroundings import Surroundings
    from flake8_celery_get.model.values.values import Handle

_FOR_ANYTHING = frozenset({"id", "key", "name", "pk", "result", "uuid", "value"})
"""Names that too many things have."""

_EMPTY = re.compile(
    r"""\s*(?:None\b|["']{2}(?!["'])|(?:\w+\.)*\w*(?:Field|[cC]olumn|String|Text)\()"""
)
"""What keeps no id: nothing, and the declaration of a field."""

_SEEKS = re.compile(
    r"\b(?:filter|get|exclude|filter_by|Q|get_or_404|get_object_or_404|first)\([^()\n]*$"
)
"""A call in which a name stands for what is sought."""


class KeptIds:
    """Tells whose ids code keeps under a name, where all that does so agrees."""

    def __init__(self, world: Surroundings) -> None:
        self._world = world
        self._known: dict[str, Handle | None] = {}

    def source(self, note: Rebuilt) -> Handle | None:
        """The handle that an id was taken from, also where it was kept under a name."""
        if note.source is not None or not note.kept_as:
            return note.source
        name = note.kept_as
        if name not in self._known:
            self._known[name] = self._found(name)
        return self._known[name]

    def _found(self, name: str) -> Handle | None:
        notes = [each for each in self._world.notes.of(KeptId) if each.name == name]
        seen = {(note.path, note.at[0]) for note in notes}
        if not notes or name in _FOR_ANYTHING or not seen.issuperset(self._written(name)):
            return None
        sources = sorted((note.source for note in notes), key=repr)
        kinds = {(source.is_group, is_of_no_group(source)) for source in sources}
        return sources[0] if len(kinds) == 1 else None

    def _written(self, name: str) -> Iterator[tuple[str, int]]:
        """The lines in which code outside of tests gives something to the name."""
        for path in self._world.project.mentioning({name}):
            if not self._world.is_test(path):
                text = self._world.project.consult(path).text
                yield from ((path, line) for line in _lines(name, text))


def _lines(name: str, text: str) -> Iterator[int]:
    quoted = rf"""["']{re.escape(name)}["']"""
    writes = re.compile(
        rf"""(?<!\w){re.escape(name)}[ \t]*(?::[^=\n]+)?=(?!=)|{quoted}\s*(?:\]\s*=(?!=)|:)"""
        rf"""|\b(?:set\w*|put|add|update)\([^()\n]*{quoted}\s*,"""
    )
    for found in writes.finditer(text):
        before = text[text.rfind("\n", 0, found.start()) + 1 : found.start()]
        is_comment = before.lstrip().startswith("#")
        if not (is_comment or _SEEKS.search(before) or _EMPTY.match(text, found.end())):
            yield text.count("\n", 0, found.start()) + 1
