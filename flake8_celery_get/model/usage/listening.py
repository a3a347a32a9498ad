"""Evaluates what mentions some word, and lets someone hear of each call in it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from flake8_celery_get.model.evaluate.world import World
from flake8_celery_get.model.flow.frame import Frame
from flake8_celery_get.model.settings.mentions import run_mentions

if TYPE_CHECKING:
    from flake8_celery_get.model.evaluate.scope import Scope
    from flake8_celery_get.model.flow.listener import Listener
    from flake8_celery_get.model.values.definitions import FunctionSymbol
    from flake8_celery_get.project.project import Project


def world_for(project: Project) -> World:
    """A world of its own, which opens whatever modules it takes to know what a name means."""
    world = World(project)
    world.acts.listening = True
    return world


def listen(listener: Listener, scope: Scope, words: re.Pattern[str]) -> None:
    """Tell of the calls in all that holds one of ``words`` in a module, decorators included."""
    world = scope.world
    world.listener = listener
    run_mentions(world, scope, words)
    for symbol in scope.all_functions():
        definition = symbol.definition
        mentions = definition.decorators and scope.source.has(definition, words)
        if mentions and words.search(head(symbol)):
            _run_decorators(symbol)
    world.listener = None


def head(symbol: FunctionSymbol) -> str:
    """What stands before the function's name."""
    text = symbol.definition.text(symbol.scope.source.lines)
    return re.split(rf"\bdef\s+{re.escape(symbol.name)}\b", text, maxsplit=1)[0]


def _run_decorators(symbol: FunctionSymbol) -> None:
    function = symbol.scope.world.calls.function_code(symbol)
    frame = Frame(symbol.scope.world, symbol.scope)
    for decorator in function.decorators if function is not None else ():
        frame.evaluate(decorator)
