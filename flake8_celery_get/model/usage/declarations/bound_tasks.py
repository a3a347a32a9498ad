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
    from flake8_celery_get.model.values.definitions import FunctionSymbol

_OF_TASK = re.compile(
    r"\bself\.(?:retry|request|update_state|replace|add_to_chord|max_retries|"
    r"default_retry_delay|AsyncResult|apply_async|delay|signature|si?|name|app|backend)\b"
)
"""What a task is asked for in its own function."""

_HANDED_ON = re.compile(r"\b\w*task\w*=self\b|\bProgressRecorder\(self\b")
"""How a function hands on the task that it takes ``self`` for."""

_CALLED = r"(?<!def )(?:(?<![\w.])|\btasks\.)%s\(\s*(?:self|task|\w+_task|self=\w+)\s*[,)]"
_SENT = r"\b%s\.(?:apply|apply_async|delay|signature|subtask|si?|chunks|map|starmap)\b"


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
            if used and not bases.changes(task, RUNS) and not _is_function(world, symbol):
                yield NotBound(*place, symbol.name, used)


def _is_function(world: Surroundings, symbol: FunctionSymbol) -> bool:
    """Whether other tasks call it with themselves, as a plain function, and nothing sends it."""
    name = re.escape(symbol.name)
    texts = [
        world.project.consult(path).text
        for path in world.project.mentioning({symbol.name})
        if not world.is_test(path)
    ]
    is_called = any(re.search(_CALLED % name, text) for text in texts)
    return is_called and not any(re.search(_SENT % name, text) for text in texts)


def _unused_self(text: str) -> str:
    """``self`` where a function takes it and does nothing with it; else nothing."""
    return "self" if len(re.findall(r"\bself\b", text)) == 1 else ""


def _takes_nothing(task: Defined) -> bool:
    """Whether no argument can be given to the function without its name."""
    return all(each.kind in ("keyword", "**") for each in task.symbol.definition.parameters)
