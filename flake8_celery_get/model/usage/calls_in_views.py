"""Tasks that a view calls as plain functions."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from flake8_celery_get.model.flow.listener import Listener
from flake8_celery_get.model.noticed.notes import Note
from flake8_celery_get.model.reach.entries import VIEW, Entries
from flake8_celery_get.model.settings.mentions import run_mentions
from flake8_celery_get.model.usage.listening import listen
from flake8_celery_get.model.values.definitions import FunctionSymbol
from flake8_celery_get.model.values.parts import options
from flake8_celery_get.model.values.values import Closure, TaskValue, Value
from flake8_celery_get.source import code

if TYPE_CHECKING:
    from flake8_celery_get.model.evaluate.world import World
    from flake8_celery_get.model.flow.frame import Frame
    from flake8_celery_get.model.usage.tasks import Defined
    from flake8_celery_get.model.values.arguments import Given

_REGISTERS = re.compile(r"\burlpatterns\b|\.(?:add_\w+|register\w*|route)\(|\bRoute\(")
"""What hands views to a framework, far from where they stand."""


@dataclass(frozen=True, slots=True)
class CalledInView(Note):
    """``task(…)`` in the body of a view."""

    task: str


class _Calls(Listener):
    """Hears of each call, and keeps those of tasks with the function around each."""

    def __init__(self) -> None:
        self.around: dict[CalledInView, FunctionSymbol | Closure] = {}

    def called(
        self, frame: Frame, function: Value, given: tuple[Given, ...], node: code.Call
    ) -> None:
        """A call was evaluated."""
        around = _function_around(frame)
        for option in options(function):
            if isinstance(option, TaskValue) and around is not None:
                note = CalledInView(frame.scope.path, node.at, frame.within, option.name)
                self.around[note] = around


def _function_around(frame: Frame) -> FunctionSymbol | Closure | None:
    if frame.symbol is not None:
        return frame.symbol
    if isinstance(frame.within, code.Function) and frame.parent is not None:
        return Closure(frame.within, frame.parent)
    return None


def calls_in_views(world: World, tasks: Iterable[Defined]) -> Iterator[CalledInView]:
    """The calls of tasks that stand in what answers web requests."""
    names = {task.symbol.name for task in tasks}
    world.forget()
    heard = _Calls()
    for path in _mentioning(world, names, _words(names) + r"(?:\(|\s+as\b)"):
        scope = world.scope(path)
        aliases = {alias for alias, each in scope.imports.items() if each.name in names}
        listen(world, heard, scope, re.compile(_words(names | aliases) + r"\("))
    _register_views(world, heard.around.values())
    kinds = Entries(world)
    for note, function in heard.around.items():
        if kinds.kind_of_any(function) == VIEW:
            yield note


def _mentioning(world: World, names: set[str], pattern: str) -> Iterator[str]:
    """The files outside tests that name one of these, and hold the pattern."""
    searched = re.compile(pattern)
    for path in world.project.mentioning(names) if names else ():
        if not world.is_test(path) and world.project.source(path).holds(searched):
            yield path


def _register_views(world: World, functions: Iterable[FunctionSymbol | Closure]) -> None:
    """Evaluate what may make a view of one of the functions."""
    symbols = [each for each in functions if isinstance(each, FunctionSymbol)]
    names = {(symbol.owner or symbol).name for symbol in symbols}
    for path in _mentioning(world, names, _REGISTERS.pattern):
        run_mentions(world, world.scope(path), re.compile(_words(names)))


def _words(names: Iterable[str]) -> str:
    return rf"\b(?:{'|'.join(map(re.escape, sorted(names)))})\b"
