"""Every ``crontab(…)`` of a project.

https://docs.celeryq.dev/en/stable/userguide/periodic-tasks.html#crontab-schedules
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from flake8_celery_get.model.flow.listener import Listener
from flake8_celery_get.model.known import celery_words
from flake8_celery_get.model.noticed.notes import Note
from flake8_celery_get.model.usage.listening import listen, world_for
from flake8_celery_get.model.values.arguments import with_unpacked
from flake8_celery_get.model.values.parts import options
from flake8_celery_get.model.values.values import External, Literal, Value

if TYPE_CHECKING:
    from flake8_celery_get.model.flow.frame import Frame
    from flake8_celery_get.model.flow.surroundings import Surroundings
    from flake8_celery_get.model.values.arguments import Given
    from flake8_celery_get.model.values.definitions import Scope
    from flake8_celery_get.project.project import Project
    from flake8_celery_get.source import code

NAME = "crontab"
FIELDS = ("minute", "hour", "day_of_week", "day_of_month", "month_of_year")
"""The parameters of Celery's ``crontab`` in order; each is ``"*"`` where it is not given."""

_OPEN = frozenset({"*", "**"})


@dataclass(frozen=True, slots=True)
class Crontab(Note):
    """A ``crontab(…)`` whose arguments are all written out: the fields that it is given.

    ``hour`` is that of a schedule for one hour of the day.
    """

    fields: frozenset[str]
    hour: int | None = None


class Crontabs(Listener):
    """Keeps the schedules among the calls that it hears of."""

    def __init__(self) -> None:
        self.found: dict[Crontab, None] = {}

    def called(
        self, frame: Frame, function: Value, given: tuple[Given, ...], node: code.Call
    ) -> None:
        """A call was evaluated."""
        given = tuple(with_unpacked(given, frame.scope.path))
        names = {argument.name for argument in given}
        if all(map(_is_crontab, options(function))) and not names & _OPEN:
            by_place = [argument for argument in given if not argument.name]
            fields = frozenset({*names, *FIELDS[: len(by_place)]} & {*FIELDS})
            found = Crontab(frame.scope.path, node.at, frame.within, fields, _hour(given))
            self.found[found] = None


def crontabs(project: Project) -> Iterator[Crontab]:
    """Every schedule of a project that speaks of Celery, its test code left out."""
    if not project.celery_files():
        return
    world, heard = world_for(project), Crontabs()
    for path in project.mentioning({NAME}):
        if not world.is_test(path):
            scope = world.scope(path)
            listen(world, heard, scope, _names(world, scope))
    yield from heard.found


def _is_crontab(value: Value) -> bool:
    return isinstance(value, External) and celery_words.celery_word(value.path) == NAME


def _hour(given: tuple[Given, ...]) -> int | None:
    values = [argument.value for argument in given if argument.name == "hour"]
    if len(values) != 1 or not isinstance(values[0], Literal):
        return None
    text = str(values[0].value)
    return int(text) if text.isascii() and text.isdigit() and int(text) < 24 else None


def _names(world: Surroundings, scope: Scope) -> re.Pattern[str]:
    """The names that mean it in a module."""
    lines = scope.source.lines
    names = [alias for alias, imported in scope.imports.items() if imported.name == NAME]
    names += [
        name
        for name, definitions in scope.variables.items()
        if any(NAME in each.text(lines) for each in definitions)
        and _is_crontab(world.names.member(scope, name))
    ]
    return re.compile(rf"\b(?:{'|'.join(map(re.escape, sorted({NAME, *names})))})\b")
