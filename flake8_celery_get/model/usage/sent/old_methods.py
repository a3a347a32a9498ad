"""Signatures that a task makes by the name that the method had before Celery 3.1."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from flake8_celery_get.model.flow.notes import Note

if TYPE_CHECKING:
    from flake8_celery_get.model.usage.sent.sends import Sends

_RENAMED = {"subtask": "signature"}


@dataclass(frozen=True, slots=True)
class OldMethod(Note):
    """A call of a task's method by its old name, and what the method is called now."""

    name: str
    new: str


def old_methods(sends: Sends) -> Iterator[OldMethod]:
    """The calls where nothing but a task's method can be meant."""
    for sent, *others in sends.certain():
        new = _RENAMED.get(sent.way)
        if new and all(each.task and each.way == sent.way for each in (sent, *others)):
            yield OldMethod(sent.path, sent.at, None, sent.way, new)
