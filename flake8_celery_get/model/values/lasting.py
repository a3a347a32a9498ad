"""Values that are worth following: into calls, into whatever holds them, and out of it again."""

from __future__ import annotations

from collections.abc import Iterable

from flake8_celery_get.model.known.celery_words import HANDLES, SENDERS, celery_word
from flake8_celery_get.model.values.parts import either
from flake8_celery_get.model.values.values import (
    UNKNOWN,
    AppValue,
    ClassValue,
    Either,
    External,
    FromEnvironment,
    Handle,
    Items,
    Literal,
    Made,
    Method,
    ModuleValue,
    Namespace,
    Parameter,
    Signature,
    StateValue,
    TaskValue,
    Text,
    Unknown,
    Value,
)


def holds_task(value: Value) -> bool:
    """Whether it is a task, or holds one."""
    if isinstance(value, (Items, Either)):
        return any(map(holds_task, value.parts))
    if isinstance(value, Method):
        return isinstance(value.owner, TaskValue)
    return isinstance(value, (TaskValue, Signature))


def lasts(value: Value) -> bool:
    """Whether somebody may wait through it who takes it out of a container later."""
    return carries(value) or holds_task(value)


def filled(value: Value, more: Iterable[Value]) -> Value:
    """A variable with what it is elsewhere; a container with what is put into it there."""
    held = list(more)
    parts = [each for each in held if isinstance(each, Items)]
    others = [each for each in held if not isinstance(each, Items)]
    if others or (parts and value != UNKNOWN and not isinstance(value, Items)):
        return either([value, *held])
    if not parts:
        return value
    first = value if isinstance(value, Items) else parts[0]
    if isinstance(value, Items):
        parts = [value, *parts]
    if all(len(part.keys) == len(part.values) for part in parts):
        keys = tuple(key for part in parts for key in part.keys)
        return Items(
            tuple(each for part in parts for each in part.values), first.kind, keys=keys
        )
    values = [each for part in parts for each in part.values]
    return Items(tuple(dict.fromkeys(values)), first.kind)


def is_telling(value: Value) -> bool:
    """Whether a callee could behave otherwise for knowing this argument."""
    if isinstance(value, Literal):
        return value.value is None or isinstance(value.value, bool)
    if isinstance(value, (Items, Either)):
        parts = (part for part in value.parts if not isinstance(part, Literal))
        return any(map(is_telling, parts))
    if isinstance(value, Method):
        return is_telling(value.owner)
    if isinstance(value, External):
        return makes_handles(value)
    return not isinstance(value, (Unknown, Text, FromEnvironment, Made, *_NAMES))


_NAMES = (ModuleValue, Namespace, ClassValue, Parameter)


def carries(value: Value) -> bool:
    """Whether whoever gets this value may wait for a result through it."""
    if isinstance(value, (Items, Either)):
        return any(map(carries, value.parts))
    if isinstance(value, Method):
        return isinstance(value.owner, (Handle, Signature))
    return isinstance(value, (Handle, Signature, StateValue))


def makes_handles(value: Value) -> bool:
    """Whether calling it gives a handle: an alias of ``AsyncResult``, or of a sender."""
    if isinstance(value, External):
        return celery_word(value.path) in {*HANDLES, "send_task"}
    if not isinstance(value, Method):
        return False
    if isinstance(value.owner, AppValue):
        return value.name in {*HANDLES, "send_task"}
    return isinstance(value.owner, TaskValue) and value.name in {*HANDLES, *SENDERS}
