"""What Python calls by itself: ``__enter__``, ``__iter__``, ``__getattr__`` of an object."""

from __future__ import annotations

from flake8_celery_get.model.flow.frame import Frame
from flake8_celery_get.model.values.lasting import is_telling
from flake8_celery_get.model.values.parts import either, elements, looped, options
from flake8_celery_get.model.values.values import FunctionValue, Instance, Items, Value
from flake8_celery_get.source import code


def entered(frame: Frame, manager: Value, node: code.Expression) -> Value:
    """What ``with manager as target`` binds: what ``__enter__`` gives, or a generator yields."""
    return either(_entered(frame, option, node) for option in options(manager))


def _entered(frame: Frame, manager: Value, node: code.Expression) -> Value:
    if isinstance(manager, Items):
        return elements(manager)
    if isinstance(manager, Instance):
        for name in ("__enter__", "__aenter__"):
            method = frame.world.classes.method(manager.symbol, name)
            if method is not None:
                enter = FunctionValue(method, manager)
                found = frame.world.calls.run(frame, enter, (), node)
                return found if is_telling(found) else manager
    return manager


def iterated(frame: Frame, value: Value, node: code.Expression) -> Value:
    """What a loop over a value gives, an object with ``__iter__`` included."""
    if not any(isinstance(option, Instance) for option in options(value)):
        return looped(value)
    return either(looped(_iterator(frame, option, node)) for option in options(value))


def _iterator(frame: Frame, value: Value, node: code.Expression) -> Value:
    if isinstance(value, Instance):
        method = frame.world.classes.method(value.symbol, "__iter__")
        if method is not None:
            return frame.world.calls.run(frame, FunctionValue(method, value), (), node)
    return value


def stood_in_for(frame: Frame, value: Instance) -> Value | None:
    """The object that a proxy hands all attributes on to; None where it does not.

    Its ``__getattr__(self, name)`` returns ``getattr(self._result, name)``.
    """
    method = frame.world.classes.method(value.symbol, "__getattr__")
    function = frame.world.calls.function_code(method) if method is not None else None
    if method is None or function is None or len(function.parameters) != 2:
        return None
    myself, name = (parameter.name for parameter in function.parameters)
    target = _handed_on(function, name)
    if target is None:
        return None
    inner = Frame(frame.world, method.scope, None, value, method)
    inner.state.names[myself] = value
    return inner.evaluate(target)


def _handed_on(function: code.Function, name: str) -> code.Expression | None:
    """``value`` in ``return getattr(value, name)``, the last statement of a function."""
    last = function.body[-1] if function.body else None
    call = last.value if isinstance(last, code.Return) else None
    if not isinstance(call, code.Call) or code.dotted(call.function) != "getattr":
        return None
    arguments = [argument.value for argument in call.arguments]
    is_whole = len(arguments) == 2 and code.dotted(arguments[1]) == name
    return arguments[0] if is_whole else None
