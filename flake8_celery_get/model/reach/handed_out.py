"""Tasks that hand themselves to code outside the project, which may store any state."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from flake8_celery_get.model.known.packages import STATES_OF_PACKAGES
from flake8_celery_get.model.values.values import ClassValue, External, FunctionValue, Value
from flake8_celery_get.source import code

if TYPE_CHECKING:
    from flake8_celery_get.model.evaluate.world import World
    from flake8_celery_get.model.values.definitions import FunctionSymbol, Scope


def hands_tasks_out(world: World) -> bool:
    """Whether some task of the project is an argument of a call that can't be looked into."""
    paths = [path for path, record in world.project.records.items() if record.celery]
    return any(
        _hands_itself_out(world, symbol)
        for path in paths
        for symbol in _bound_bodies(world, world.scope(path))
    )


def _bound_bodies(world: World, scope: Scope) -> Iterator[FunctionSymbol]:
    """The functions whose first parameter is a task."""
    for symbol in scope.functions.values():
        if "bind" in symbol.definition.keywords.on and world.is_task(symbol):
            yield symbol
    for owner in scope.classes.values():
        if world.classes.is_task(owner):
            yield from owner.methods.values()


def _hands_itself_out(world: World, symbol: FunctionSymbol) -> bool:
    itself = (symbol.definition.positional or ("",))[0]
    function = world.calls.function_code(symbol)
    if function is None:
        return _is_handed_on(symbol, itself)
    calls = (part for part in code.walk(function) if isinstance(part, code.Call))
    return any(
        isinstance(argument.value, code.Name) and argument.value.id == itself
        for call in calls
        for argument in call.arguments
        if not _is_known(world, world.deeply(symbol.scope, code.dotted(call.function)))
    )


def _is_handed_on(symbol: FunctionSymbol, itself: str) -> bool:
    """Whether a name stands among arguments in code that is too long to be read.

    The first place is the parameter itself.
    """
    text = symbol.definition.text(symbol.scope.source.lines)
    return len(re.findall(rf"[(,=]\s*{re.escape(itself)}\s*[,)]", text)) > 1


def _is_known(world: World, callee: Value) -> bool:
    if isinstance(callee, External):
        package = callee.path.partition(".")[0]
        return package in {"builtins", "celery"} or package in STATES_OF_PACKAGES
    if isinstance(callee, ClassValue):
        return not world.classes.outside_bases(callee.symbol)
    return isinstance(callee, FunctionValue)
