"""Signatures that a task makes by the name that the method had before Celery 3.1."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from flake8_celery_get.model.flow.listener import Listener
from flake8_celery_get.model.noticed.notes import Note
from flake8_celery_get.model.values.parts import options
from flake8_celery_get.model.values.values import Method, TaskValue, Value
from flake8_celery_get.source import code

if TYPE_CHECKING:
    from flake8_celery_get.model.flow.frame import Frame
    from flake8_celery_get.model.values.arguments import Given

_RENAMED = {"subtask": "signature"}


@dataclass(frozen=True, slots=True)
class OldMethod(Note):
    """A call of a task's method by its old name, and what the method is called now."""

    name: str
    new: str


class OldMethods(Listener):
    """Hears of calls by an old name, also of tasks that a registry holds."""

    def __init__(self) -> None:
        self._found: dict[OldMethod, bool] = {}

    def called(
        self, frame: Frame, function: Value, given: tuple[Given, ...], node: code.Call
    ) -> None:
        """A call was evaluated."""
        name = code.last_name(node.function)
        if name not in _RENAMED:
            return
        note = OldMethod(frame.scope.path, node.at, None, name, _RENAMED[name])
        is_tasks = all(map(_is_of_task, options(function)))
        self._found[note] = self._found.get(note, True) and is_tasks

    def certain(self) -> Iterator[OldMethod]:
        """The calls where nothing but a task's method can be meant."""
        return (note for note, is_tasks in self._found.items() if is_tasks)


def _is_of_task(value: Value) -> bool:
    return isinstance(value, Method) and isinstance(value.owner, TaskValue)
