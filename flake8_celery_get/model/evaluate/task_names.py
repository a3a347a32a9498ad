"""Which code hands tasks on without a word of Celery: a dict of tasks, what returns one."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING

from flake8_celery_get.model.flow.constants import resolved
from flake8_celery_get.model.values.values import (
    UNKNOWN,
    Either,
    FunctionValue,
    Items,
    Method,
    Signature,
    TaskValue,
    Value,
    elements,
)
from flake8_celery_get.source import code

if TYPE_CHECKING:
    from flake8_celery_get.model.evaluate.scope import Scope
    from flake8_celery_get.model.evaluate.world import World
    from flake8_celery_get.model.flow.frame import Frame
    from flake8_celery_get.source.outline import Definition

_NAMES = re.compile(r"(?<![.\w])[A-Za-z_]\w*(?:\.\w+)*")
_HANDS_ON = re.compile(r"^[ \t]*(?:return\b|self\.\w+[ \t]*=)(.*)$", re.MULTILINE)


class TaskNames:
    """Tells of definitions whether they name a task, each once."""

    def __init__(self, world: World) -> None:
        self._world = world

    def are_in(self, scope: Scope, definition: Definition) -> bool:
        """Whether a statement names a task, or a function hands one on.

        A function does so by its ``return`` or by an attribute of ``self``.
        """
        key = ("names a task", scope, definition.line, definition.column)
        return self._world.memo.ask(key, partial(self._any_of, scope, definition), False)

    def _any_of(self, scope: Scope, definition: Definition) -> bool:
        names = _names_in(scope, definition)
        return any(
            holds_task(scope.dotted(part)) for each in names for part in _parts(each)
        )


def _names_in(scope: Scope, definition: Definition) -> set[str]:
    text = definition.text(scope.source.lines)
    if definition.kind == "function":
        text = "\n".join(_HANDS_ON.findall(text))
    names = set(_NAMES.findall(text)) - set(definition.names)
    return {name for name in names if scope.binds(name.partition(".")[0])}


def _parts(name: str) -> Iterator[str]:
    """``a``, ``a.b`` and ``a.b.c`` for ``a.b.c``."""
    names = name.split(".")
    return (".".join(names[:count]) for count in range(1, len(names) + 1))


def holds_task(value: Value) -> bool:
    """Whether it is a task, or holds one."""
    if isinstance(value, (Items, Either)):
        parts = value.values if isinstance(value, Items) else value.options
        return any(map(holds_task, parts))
    if isinstance(value, Method):
        return isinstance(value.owner, TaskValue)
    return isinstance(value, (TaskValue, Signature))


def task_elsewhere(frame: Frame, node: code.Expression) -> Value:
    """The task that an expression stands for, in modules that nothing else speaks for."""
    if isinstance(node, code.Call) and code.last_name(node.function) != "get":
        function = resolved(frame, node.function, UNKNOWN)
        if not isinstance(function, FunctionValue):
            return UNKNOWN
        value = frame.world.calls.outcome(function).value
    elif isinstance(node, code.Call) and isinstance(node.function, code.Attribute):
        value = elements(resolved(frame, node.function.value, UNKNOWN))
    else:
        value = resolved(frame, node, UNKNOWN)
    return value if holds_task(value) else UNKNOWN
