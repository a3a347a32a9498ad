"""What a call gives, and which waits it leads to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flake8_celery_get.model import celery_words
from flake8_celery_get.model.arguments import Given
from flake8_celery_get.model.attributes import (
    ALWAYS_EAGER,
)
from flake8_celery_get.model.containers import container_method
from flake8_celery_get.model.external_calls import external_called, unknown_called
from flake8_celery_get.model.frameworks import registers, registers_by_name
from flake8_celery_get.model.handle_calls import handle_method
from flake8_celery_get.model.sending import (
    app_method,
    rebuilt,
    sent,
    signature_called,
    signature_method,
    site_of,
    task_method,
)
from flake8_celery_get.model.values import (
    UNKNOWN,
    AppValue,
    ClassValue,
    Closure,
    External,
    FunctionValue,
    Handle,
    Instance,
    Items,
    Literal,
    Method,
    Parameter,
    Signature,
    TaskValue,
    Value,
    options,
    together,
)
from flake8_celery_get.model.waits import Read
from flake8_celery_get.source import code

if TYPE_CHECKING:
    from flake8_celery_get.model.frame import Frame


_EAGER_NAMES = frozenset(map(Literal, celery_words.EAGER_SETTINGS))


def call(frame: Frame, node: code.Call) -> Value:
    """The value of a call; what it leads to is noted in ``frame``."""
    function = frame.evaluate(node.function)
    given = tuple(
        Given(argument.name, frame.evaluate(argument.value), argument.value)
        for argument in node.arguments
    )
    if code.last_name(node.function) == "sleep":
        for loop in frame.loops:
            loop.sleeps = True
    if given and given[0].value in _EAGER_NAMES:
        return ALWAYS_EAGER
    _note_views(frame, function, given, code.last_name(node.function))
    return together(called(frame, option, given, node) for option in options(function))


def called(
    frame: Frame, function: Value, given: tuple[Given, ...], node: code.Call
) -> Value:
    """What calling one value gives."""
    if isinstance(function, Method):
        return _method_called(frame, function, given, node)
    if isinstance(function, (FunctionValue, Closure)):
        return frame.world.calls.run(frame, function, given, node.at)
    if isinstance(function, ClassValue):
        return _class_called(frame, function, given, node)
    if isinstance(function, TaskValue):
        return frame.world.calls.run(frame, function.body, given, node.at)
    if isinstance(function, Signature):
        return signature_called(frame, function, given, node)
    if isinstance(function, External):
        return external_called(frame, function.path, given, node)
    if isinstance(function, Instance):
        return _instance_called(frame, function, given, node)
    if isinstance(function, AppValue):
        return function
    if function == UNKNOWN:
        return unknown_called(frame, code.last_name(node.function), given, node)
    return UNKNOWN


def _method_called(
    frame: Frame, method: Method, given: tuple[Given, ...], node: code.Call
) -> Value:
    owner, name = method.owner, method.name
    if isinstance(owner, Handle):
        return handle_method(frame, owner, name, given, node)
    if isinstance(owner, TaskValue):
        return task_method(frame, owner, name, given, node)
    if isinstance(owner, Signature):
        return signature_method(frame, owner, name, node)
    if isinstance(owner, AppValue):
        return app_method(frame, name, given, node)
    if isinstance(owner, Items):
        return container_method(frame, owner, name, given, node)
    if isinstance(owner, Parameter) and name in celery_words.SENDERS:
        return frame.started(Handle("AsyncResult", site_of(frame, node), supposed=True))
    if isinstance(owner, Parameter):
        return unknown_called(frame, name, given, node)
    return UNKNOWN


def _class_called(
    frame: Frame, function: ClassValue, given: tuple[Given, ...], node: code.Call
) -> Value:
    instance = Instance(function.symbol)
    classes = frame.world.classes
    start = classes.method(function.symbol, "__init__")
    if start is not None:
        frame.world.calls.run(frame, FunctionValue(start, instance), given, node.at)
    if classes.is_app(function.symbol):
        return AppValue(function.symbol.name)
    if classes.derives_from(function.symbol, "celery.result.AsyncResult"):
        return rebuilt(frame, "AsyncResult", given, node)
    return instance


def _instance_called(
    frame: Frame, function: Instance, given: tuple[Given, ...], node: code.Call
) -> Value:
    method = frame.world.classes.method(function.symbol, "__call__")
    if method is None and frame.world.classes.is_task(function.symbol):
        method = frame.world.classes.method(function.symbol, "run")
    if method is None:
        return UNKNOWN
    return frame.world.calls.run(frame, FunctionValue(method, function), given, node.at)


def invert(frame: Frame, value: Value, node: code.Invert) -> Value:
    """``~signature`` sends it and waits for it."""
    for option in options(value):
        if isinstance(option, Signature):
            handle = sent(frame, option, node)
            frame.read(Read(frame.scope.path, node.at, "~", handle))
    return UNKNOWN


def _note_views(frame: Frame, function: Value, given: tuple[Given, ...], name: str) -> None:
    if (isinstance(function, External) and registers(function.path)) or (
        function == UNKNOWN and registers_by_name(name)
    ):
        for argument in given:
            frame.world.note_view(argument.value)
