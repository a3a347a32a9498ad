"""What Python calls by itself: ``__enter__``, ``__iter__``, ``__len__`` of an object."""

from __future__ import annotations

from flake8_celery_get.model.flow.frame import Frame
from flake8_celery_get.model.values.arguments import Given
from flake8_celery_get.model.values.lasting import is_telling
from flake8_celery_get.model.values.parts import either, elements, looped, options
from flake8_celery_get.model.values.values import FunctionValue, Instance, Items, Value
from flake8_celery_get.source import code

FOLLOWED = frozenset(
    {
        "__aenter__", "__aexit__", "__bool__", "__call__", "__contains__", "__enter__",
        "__exit__", "__float__", "__getitem__", "__int__", "__iter__", "__len__",
        "__next__", "__repr__", "__str__",
    }
)  # fmt: skip
"""The special methods whose calls evaluation sees, as it does those of other methods."""


def entered(frame: Frame, manager: Value, node: code.Expression) -> Value:
    """What ``with manager as target`` binds: what ``__enter__`` gives, or a generator yields."""
    return either(_entered(frame, option, node) for option in options(manager))


def _entered(frame: Frame, manager: Value, node: code.Expression) -> Value:
    if isinstance(manager, Items):
        return elements(manager)
    for name in ("__enter__", "__aenter__"):
        found = called(frame, manager, name, node)
        if found is not None:
            return found if is_telling(found) else manager
    return manager


def left(frame: Frame, manager: Value, node: code.Expression) -> None:
    """The end of ``with manager``, however its body ends: ``__exit__`` runs."""
    before = frame.state
    if not before.reached:
        frame.state = before.copy()
        frame.state.reached = True
    for option in options(manager):
        for name in ("__exit__", "__aexit__"):
            called(frame, option, name, node)
    if not before.reached:
        frame.state = before


def iterated(frame: Frame, value: Value, node: code.Expression) -> Value:
    """What a loop over a value gives, an object with ``__iter__`` included."""
    return looped(asked(frame, value, "__iter__", node))


def asked(frame: Frame, value: Value, name: str, node: code.Expression) -> Value:
    """What a special method gives where objects have it; else the value as it is."""
    if not any(isinstance(option, Instance) for option in options(value)):
        return value
    ways = [(option, called(frame, option, name, node)) for option in options(value)]
    return either(option if found is None else found for option, found in ways)


def ask_truth(frame: Frame, value: Value, node: code.Expression) -> None:
    """``if value:`` runs ``__bool__`` of an object, or else ``__len__``."""
    for option in options(value):
        if called(frame, option, "__bool__", node) is None:
            called(frame, option, "__len__", node)


def called(
    frame: Frame, value: Value, name: str, node: code.Expression, *given: Given
) -> Value | None:
    """What ``value.name(…)`` gives, where a class of the project defines it."""
    if not isinstance(value, Instance):
        return None
    method = frame.world.classes.method(value.symbol, name)
    if method is None:
        return None
    return frame.world.calls.run(frame, FunctionValue(method, value), given, node)


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
