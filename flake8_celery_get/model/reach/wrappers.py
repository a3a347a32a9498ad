"""What the project's own decorators put around tasks and views: it runs where they do."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from flake8_celery_get.model.classes import decorators
from flake8_celery_get.model.flow.frame import Frame
from flake8_celery_get.model.known.web.frameworks import CHECKS, registers
from flake8_celery_get.model.values.values import (
    ClassValue,
    Closure,
    External,
    FunctionValue,
    Instance,
    Value,
)
from flake8_celery_get.source import code

if TYPE_CHECKING:
    from flake8_celery_get.model.evaluate.world import World
    from flake8_celery_get.model.values.definitions import FunctionSymbol, Scope


def wrapped(world: World, scope: Scope) -> Iterator[FunctionSymbol]:
    """The functions of a module that are under a decorator which leads to a wait."""
    for symbol in scope.all_functions():
        names = symbol.definition.decorators
        if any(world.relevance.knows(name.rpartition(".")[2]) for name in names):
            yield symbol


def wrappers(world: World, symbol: FunctionSymbol) -> Iterator[code.Function]:
    """The inner functions that are called in place of a task or a view, the innermost first."""
    frame = Frame(world, symbol.scope)
    for node in reversed(world.calls.decorators_of(symbol)):
        text, value = world.decorator(frame, node)
        if decorators.makes_task(world, symbol.scope, text, value):
            return
        if decorators.makes_view(world, node, text, value):
            return
        made = _made_by(world, value, is_called=isinstance(node, code.Call))
        inner = made.code if isinstance(made, Closure) else None
        if isinstance(inner, code.Function) and not inner.is_async:
            yield inner


def note_checks(world: World, scopes: Iterable[Scope]) -> None:
    """Count as views what decorators run before or after one: ``@user_passes_test(may_buy)``."""
    for scope in scopes:
        for symbol in scope.all_functions():
            if symbol.is_decorated(*CHECKS):
                _note_checks(world, symbol)


def _note_checks(world: World, symbol: FunctionSymbol) -> None:
    frame = Frame(world, symbol.scope)
    for node in world.calls.decorators_of(symbol):
        value = world.decorator(frame, node)[1]
        if isinstance(value, External) and registers(value.path):
            with world.looking_deep():
                frame.evaluate(node)


def _made_by(world: World, decorator: Value, *, is_called: bool) -> Value:
    """What a decorator makes of a function; one with arguments makes the decorator first."""
    if isinstance(decorator, ClassValue):
        method = world.classes.method(decorator.symbol, "__call__")
        if method is None or not is_called:
            return decorator
        decorator, is_called = FunctionValue(method, Instance(decorator.symbol)), False
    for _ in range(2 if is_called else 1):
        if not isinstance(decorator, (FunctionValue, Closure)):
            return decorator
        decorator = world.calls.outcome(decorator).value
    return decorator
