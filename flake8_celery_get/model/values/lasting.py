"""Values that are worth following into whatever holds them, and out of it again."""

from __future__ import annotations

from collections.abc import Iterable

from flake8_celery_get.model.values.values import (
    UNKNOWN,
    Either,
    Items,
    Method,
    Signature,
    TaskValue,
    Value,
    carries,
    either,
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
    values = [*(value.values if isinstance(value, Items) else ())]
    values += [each for part in parts for each in part.values]
    return Items(tuple(dict.fromkeys(values)), first.kind)
