"""What a decorator of the project makes of the handle that a function returns.

The function is called as it is written. What it returns goes through its decorators, which
may wait for it or return something else. A decorator that is not read changes nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from flake8_celery_get.model.flow.frame import Frame
from flake8_celery_get.model.values.arguments import Given
from flake8_celery_get.model.values.lasting import carries
from flake8_celery_get.model.values.values import (
    Callee,
    Closure,
    FunctionValue,
    Returning,
    Value,
)
from flake8_celery_get.source import code

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flake8_celery_get.model.values.definitions import FunctionSymbol


def as_decorated(
    frame: Frame, function: Value, value: Value, given: tuple[Given, ...], node: code.Call
) -> Value:
    """What a call gives that gives ``value`` without the function's decorators."""
    if not isinstance(function, FunctionValue) or not carries(value):
        return value
    for decorator in _own_decorators(frame, function.symbol):
        function_itself = Given("", Returning(value), node)
        made = frame.called(decorator, (function_itself,), node)
        if isinstance(made, Closure):
            value = frame.world.calls.run(frame, made, given, node)
    return value


def implementations(function: Callee) -> Iterator[Callee]:
    """The function, and those that ``functools.singledispatch`` runs in its place."""
    yield function
    if isinstance(function, FunctionValue) and function.symbol.is_decorated(
        "singledispatch"
    ):
        register = f"{function.symbol.name}.register"
        for other in function.symbol.scope.registered:
            if register in other.definition.decorators and other is not function.symbol:
                yield FunctionValue(other)


def _own_decorators(frame: Frame, symbol: FunctionSymbol) -> Iterator[Value]:
    """The project's own functions among the decorators, the innermost first."""
    if not any(symbol.definition.decorators):
        return
    around = Frame(frame.world, symbol.scope)
    for decorator in reversed(frame.world.calls.decorators_of(symbol)):
        with frame.world.looking_deep():
            value = around.evaluate(decorator)
        if isinstance(value, (Closure, FunctionValue)):
            yield value
