"""Tasks, signatures and apps: what sends, what rebuilds a handle from an id."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flake8_celery_get.model import celery_words
from flake8_celery_get.model.arguments import Given
from flake8_celery_get.model.attributes import (
    class_of,
    task_of_class,
)
from flake8_celery_get.model.values import (
    UNKNOWN,
    Closure,
    External,
    FunctionValue,
    Handle,
    Instance,
    Key,
    Literal,
    Parameter,
    Signature,
    TaskValue,
    Value,
    elements,
    first_handle,
)
from flake8_celery_get.source import code

if TYPE_CHECKING:
    from flake8_celery_get.model.frame import Frame


def task_method(
    frame: Frame, task: TaskValue, name: str, given: tuple[Given, ...], node: code.Call
) -> Value:
    """What a method of a task gives."""
    if name in celery_words.SENDERS:
        ignored = _ignored(task, given)
        site = site_of(frame, node)
        return frame.started(Handle("AsyncResult", site, task=task.name, ignored=ignored))
    if name == "apply":
        frame.world.calls.run(frame, task.body, (), node.at, applied=True)
        return frame.started(
            Handle("EagerResult", site_of(frame, node), "applied", task.name)
        )
    if name in celery_words.SIGNATURES:
        return Signature("task", task.name, task.body)
    if name in {"map", "starmap", "chunks"}:
        return Signature("chunks" if name == "chunks" else "map", task.name)
    if name == "AsyncResult":
        return rebuilt(frame, "AsyncResult", given, node)
    if name in {"run", "__call__"}:
        return frame.world.calls.run(frame, task.body, given, node.at)
    return UNKNOWN


def _ignored(task: TaskValue, given: tuple[Given, ...]) -> bool:
    for argument in given:
        if argument.name == "ignore_result" and isinstance(argument.value, Literal):
            return bool(argument.value.value)
    return task.ignores_result


def signature_method(frame: Frame, owner: Signature, name: str, node: code.Call) -> Value:
    """What a method of a signature gives."""
    if name in {*celery_words.SENDERS, "freeze"}:
        return sent(frame, owner, node)
    if name == "apply":
        kind = "GroupResult" if owner.kind == "group" else "EagerResult"
        return frame.started(Handle(kind, site_of(frame, node), "applied", owner.name))
    if name in {"link", "link_error", "get", "pop", "keys", "items"}:
        return UNKNOWN
    if name == "group":
        return Signature("group", owner.name)
    return owner


def signature_called(
    frame: Frame, signature: Signature, given: tuple[Given, ...], node: code.Call
) -> Value:
    """A canvas that is called is sent; a plain signature runs its task here."""
    if signature.is_canvas:
        return sent(frame, signature, node)
    return frame.world.calls.run(frame, signature.body, given, node.at)


def app_method(frame: Frame, name: str, given: tuple[Given, ...], node: code.Call) -> Value:
    """What a method of an app gives."""
    if name == "send_task":
        task = given[0].value if given else UNKNOWN
        named = str(task.value) if isinstance(task, Literal) else ""
        return frame.started(Handle("AsyncResult", site_of(frame, node), task=named))
    if name in celery_words.HANDLES:
        return rebuilt(frame, name, given, node)
    if name in celery_words.CANVAS:
        return Signature(celery_words.CANVAS[name])
    if name in celery_words.TASK_DECORATORS:
        return decorated_task(frame, given)
    if name == "register_task" and given:
        symbol = class_of(given[0].value)
        if symbol is not None:
            run = frame.world.classes.method(symbol, "run")
            return task_of_class(run, Instance(symbol))
        return given[0].value
    return UNKNOWN


def decorated_task(frame: Frame, given: tuple[Given, ...]) -> Value:
    """``app.task(function)`` makes a task; ``app.task(bind=True)`` a decorator."""
    first = given[0].value if given and not given[0].name else None
    if isinstance(first, Parameter):  # in a decorator of the project's own
        return TaskValue(first.name)
    if isinstance(first, (FunctionValue, Closure)):
        frame.world.note_task(first)
        return TaskValue(_name_of(first), first)
    return External("celery.shared_task")


def _name_of(function: FunctionValue | Closure) -> str:
    if isinstance(function, FunctionValue):
        return function.symbol.name
    return function.code.name if isinstance(function.code, code.Function) else "lambda"


def sent(frame: Frame, signature: Signature, node: code.Call | code.Invert) -> Handle:
    """The handle that sending a signature gives."""
    kind = "GroupResult" if signature.kind in {"group", "chunks"} else "AsyncResult"
    return frame.started(Handle(kind, site_of(frame, node), task=signature.name))


def rebuilt(frame: Frame, kind: str, given: tuple[Given, ...], node: code.Call) -> Value:
    """A handle that is made from an id, or from other handles."""
    if kind == "ResultSet":
        return Handle(kind, _key_of_members(frame, given, node), "sent")
    if not given:
        return Handle(kind, site_of(frame, node), "rebuilt")
    text = code.describe(given[0].node)
    if not text:
        return frame.started(Handle(kind, site_of(frame, node), "rebuilt"))
    key: Key = ("id", text, code.names_in(given[0].node))
    for loop in frame.loops:
        loop.rebuilt[key] = code.names_in(given[0].node)
    return Handle(kind, key, "rebuilt")


def _key_of_members(frame: Frame, given: tuple[Given, ...], node: code.Call) -> Key:
    member = first_handle(elements(given[0].value)) if given else None
    return member.key if member is not None else site_of(frame, node)


def site_of(frame: Frame, node: code.Call | code.Invert) -> Key:
    """What identifies a handle that comes into being here."""
    return (frame.scope.path, *node.at[:2])
