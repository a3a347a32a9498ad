"""Where settings come from: each source answers for one setting at a time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from flake8_celery_get.model.settings.answers import Answer, CantTell, NotSet, answer_of
from flake8_celery_get.model.settings.names import names_of
from flake8_celery_get.model.values.mappings import Entry

if TYPE_CHECKING:
    from flake8_celery_get.model.flow.surroundings import Surroundings


class Source(Protocol):
    """Something that can set settings."""

    def find(self, world: Surroundings, setting: str) -> Answer:
        """What it says of a setting."""
        ...


@dataclass(frozen=True, slots=True)
class Unreadable:
    """Something in the file at ``path`` that may set anything."""

    path: str

    def find(self, _world: Surroundings, _setting: str) -> Answer:
        """Nobody can tell."""
        return CantTell(frozenset({self.path}))


@dataclass(frozen=True, slots=True)
class Said:
    """Keys and values that are written out; the last one of a name holds."""

    entries: tuple[Entry, ...]
    namespace: str = ""

    def find(self, _world: Surroundings, setting: str) -> Answer:
        """The value of the last entry with one of the setting's names."""
        names = names_of(setting, self.namespace)
        for entry in reversed(self.entries):
            if entry.is_open:
                return CantTell(frozenset({entry.place[0]}))
            if entry.name in names:
                return answer_of(entry.value, entry.place)
        return NotSet()
