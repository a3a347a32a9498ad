"""Evaluates what mentions some word, and lets someone hear of each call in it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from flake8_celery_get.model.evaluate.world import World
from flake8_celery_get.model.flow.frame import Frame
from flake8_celery_get.model.settings.mentions import run_mentions
from flake8_celery_get.source.words import canvas_aliases, celery_aliases

if TYPE_CHECKING:
    from flake8_celery_get.model.flow.listener import Listener
    from flake8_celery_get.model.values.definitions import FunctionSymbol, Scope
    from flake8_celery_get.project.project import Project


def world_for(project: Project) -> World:
    """A world of its own, which opens whatever modules it takes to know what a name means."""
    world = World(project)
    world.acts.listening = True
    return world


def listen(world: World, listener: Listener, scope: Scope, words: re.Pattern[str]) -> None:
    """Tell of the calls in all that holds one of ``words`` in a module, decorators included."""
    world.listener = listener
    run_mentions(world, scope, words)
    for symbol in scope.all_functions():
        definition = symbol.definition
        mentions = definition.decorators and scope.source.has(definition, words)
        if mentions and words.search(definition.head(scope.source.lines)):
            _run_decorators(world, symbol)
    world.listener = None


def words_in(world: World, path: str, words: re.Pattern[str]) -> re.Pattern[str]:
    """The words with what else a file calls ``celery.canvas`` and what that builds."""
    source = world.project.source(path)
    canvas, rooms = source.tells(canvas_aliases), source.tells(celery_aliases)
    if not canvas and not rooms:
        return words
    names, owners = "|".join(sorted(canvas)) or "(?!)", "|".join(sorted(rooms)) or "(?!)"
    built = r"(?:chain|chord|group|[sS]ignature|subtask)"
    aliased = rf"(?<![\w.])(?:{names}|(?:{owners})\.(?:canvas\.)?{built})\("
    return re.compile(f"{words.pattern}|{aliased}")


def _run_decorators(world: World, symbol: FunctionSymbol) -> None:
    frame = Frame(world, symbol.scope)
    for decorator in world.calls.decorators_of(symbol):
        frame.evaluate(decorator)
