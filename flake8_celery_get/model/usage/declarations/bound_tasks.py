"""Tasks that take themselves as an argument without saying so, or say so and don't.

https://docs.celeryq.dev/en/stable/userguide/tasks.html#bound-tasks
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from flake8_celery_get.model.noticed.notes import Note
from flake8_celery_get.model.usage.declarations.base_classes import RUNS
from flake8_celery_get.model.usage.tasks import place_of_name

if TYPE_CHECKING:
    from flake8_celery_get.model.flow.surroundings import Surroundings
    from flake8_celery_get.model.usage.declarations.base_classes import BaseClasses
    from flake8_celery_get.model.usage.tasks import Defined

_OF_TASK = re.compile(
    r"\bself\.(?:retry|request|update_state|replace|add_to_chord|max_retries|"
    r"default_retry_delay|AsyncResult|apply_async|delay|signature|si?|name|app|backend)\b"
)
"""What a task is asked for in its own function."""

_HANDED_ON = re.compile(r"\b\w*task\w*=self\b|\bProgressRecorder\(self\b")
"""How a function hands on the task that it takes ``self`` for."""


@dataclass(frozen=True, slots=True)
class NotTaken(Note):
    """A task with ``bind=True`` whose function takes no argument for the task."""

    task: str


@dataclass(frozen=True, slots=True)
class NotBound(Note):
    """A task without ``bind`` whose function uses ``self`` as the task: ``used`` names how.

    It is ``"self"`` alone where the function takes it and never looks at it.
    """

    task: str
    used: str


def binding_mistakes(
    world: Surroundings, tasks: Iterable[Defined], bases: BaseClasses
) -> Iterator[NotTaken | NotBound]:
    """The tasks whose function and whose ``bind`` don't fit each other."""
    for task in filter(lambda task: task.is_plain, tasks):
        symbol = task.symbol
        place = symbol.scope.path, place_of_name(symbol), symbol
        if task.says("bind"):
            if _takes_nothing(task) and not bases.changes(task, RUNS):
                yield NotTaken(*place, symbol.name)
        elif symbol.definition.positional[:1] == ("self",) and task.leaves("bind"):
            text = symbol.definition.text(symbol.scope.source.lines)
            found = _OF_TASK.search(text) or _HANDED_ON.search(text)
            used = found[0] if found else _unused_self(text)
            if used and not bases.changes(task, RUNS):
                yield NotBound(*place, symbol.name, used)


def _unused_self(text: str) -> str:
    """``self`` where a function takes it and does nothing with it; else nothing."""
    return "self" if len(re.findall(r"\bself\b", text)) == 1 else ""


def _takes_nothing(task: Defined) -> bool:
    """Whether no argument can be given to the function without its name."""
    return all(each.kind in ("keyword", "**") for each in task.symbol.definition.parameters)
