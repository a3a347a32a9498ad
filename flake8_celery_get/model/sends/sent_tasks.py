"""Which tasks a value means: a signature with its members, a name, a task itself."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from flake8_celery_get.model.values.values import (
    Closure,
    Either,
    FunctionValue,
    Instance,
    Items,
    Literal,
    Method,
    Signature,
    TaskValue,
    Value,
)

if TYPE_CHECKING:
    from flake8_celery_get.model.values.definitions import FunctionSymbol


def with_own_body(around: FunctionSymbol | None, task: TaskValue) -> TaskValue:
    """The task with its body, where it is ``self`` inside a bound task."""
    if around is not None and task == TaskValue(around.name):
        return replace(task, body=FunctionValue(around))
    return task


def tasks_in(value: Value, *, bare: bool = True) -> Iterator[TaskValue]:
    """The tasks of all signatures in a value; ``bare`` tasks count too."""
    if isinstance(value, Signature):
        yield from value.members
    elif isinstance(value, (Items, Either)):
        for part in value.parts:
            yield from tasks_in(part, bare=bare)
    elif isinstance(value, TaskValue) and bare:
        yield value


def named_task(value: Value) -> Iterator[TaskValue]:
    """The task that a name means: a text, or ``task.name``."""
    if isinstance(value, Literal) and isinstance(value.value, str):
        yield TaskValue(value.value)
    elif isinstance(value, Method) and isinstance(value.owner, TaskValue):
        yield value.owner
    elif not isinstance(value, Signature):
        yield TaskValue("")


def definition_of(task: TaskValue) -> object:
    """The symbol or code that makes the task; None where only its name is known."""
    body = task.body
    if isinstance(body, Closure):
        return body.code
    if not isinstance(body, FunctionValue):
        return None
    if isinstance(body.owner, Instance) and body.symbol.name in {"run", "__call__"}:
        return body.owner.symbol
    return body.symbol
