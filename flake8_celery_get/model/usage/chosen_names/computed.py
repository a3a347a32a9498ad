"""Names of tasks that functions make, and of classes, as far as code writes them down.

https://docs.celeryq.dev/en/stable/userguide/tasks.html#names
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from flake8_celery_get.model.flow.frame import Frame
from flake8_celery_get.model.known.celery_words import TASK_DECORATORS
from flake8_celery_get.model.values.values import UNKNOWN, Literal, Text, Value
from flake8_celery_get.source import code

if TYPE_CHECKING:
    from flake8_celery_get.model.flow.surroundings import Surroundings
    from flake8_celery_get.model.values.definitions import FunctionSymbol

_MAKES = re.compile(r"(?:task\(|class \w+\([^)]*Task\b)[\s\S]*?\bname\s*=")
_WORTH_READING = re.compile(r"task\(|class \w+\([^)]*Task\b")
_OF_CLASS = re.compile(r"""\n[ \t]+name\s*(?::[^=\n]+)?=\s*[fF]["']([^"'{\n]*)""")


@dataclass(frozen=True, slots=True)
class ComputedName:
    """A name, or what it begins with, of a task in a module; not ``whole`` where more follows."""

    path: str
    start: str
    whole: bool


def computed_names(world: Surroundings) -> Iterator[ComputedName]:
    """The names of tasks that are made in functions, and computed ones of classes."""
    for path in world.project.mentioning({"task", "shared_task", "Task"}):
        if world.is_test(path) or not world.project.source(path).holds(_WORTH_READING):
            continue
        scope = world.scope(path)
        for symbol in scope.all_functions():
            if scope.source.says(symbol.definition, _may_make):
                yield from _made_in(world, symbol)
        for kind in scope.all_classes():
            if world.classes.is_task(kind):
                text = kind.definition.text(scope.source.lines)
                yield from (ComputedName(path, s, False) for s in _OF_CLASS.findall(text))


def _may_make(text: str) -> bool:
    return _MAKES.search(text) is not None


def _made_in(world: Surroundings, symbol: FunctionSymbol) -> Iterator[ComputedName]:
    function = world.calls.function_code(symbol)
    if function is None:
        return
    frame = Frame(world, symbol.scope)
    frame.state.names |= _local_names(frame, function)
    for statement in function.body:
        for part in code.walk(statement):
            for node in _names_given(part):
                yield _computed(symbol.scope.path, _value(frame, node))


def _local_names(frame: Frame, function: code.Function) -> dict[str, Value]:
    """What the variables of a function hold that are bound once; nothing is known of others."""
    bound: dict[str, list[code.Expression | None]] = {}
    for part in code.walk(function):
        if isinstance(part, code.Function):
            for parameter in part.parameters:
                bound.setdefault(parameter.name, []).append(None)
        for target in _targets(part):
            value = part.value if isinstance(part, code.Assign) else None
            for name in code.names_in(target):
                bound.setdefault(name, []).append(value)
    frame.state.names |= dict.fromkeys(bound, UNKNOWN)
    return {
        name: _value(frame, values[0]) if len(values) == 1 and values[0] else UNKNOWN
        for name, values in bound.items()
    }


def _targets(part: code.Node) -> list[code.Expression]:
    if isinstance(part, code.Assign):
        return part.targets
    return [part.target] if isinstance(part, (code.For, code.Walrus)) else []


def _value(frame: Frame, node: code.Expression) -> Value:
    with frame.world.looking_deep():
        return frame.evaluate(node)


def _names_given(part: code.Node) -> Iterator[code.Expression]:
    """What a decorator, or a class inside of the function, gives a task for its name."""
    if isinstance(part, code.Call) and code.last_name(part.function) in TASK_DECORATORS:
        yield from (each.value for each in part.arguments if each.name == "name")
    elif isinstance(part, code.Class) and any(
        code.last_name(base).endswith("Task") for base in part.bases
    ):
        for statement in part.body:
            if isinstance(statement, code.Assign) and statement.value is not None:
                names = map(code.dotted, statement.targets)
                yield from [statement.value] if "name" in names else ()


def _computed(path: str, value: Value) -> ComputedName:
    if isinstance(value, Literal) and isinstance(value.value, str):
        return ComputedName(path, value.value, True)
    return ComputedName(path, value.start if isinstance(value, Text) else "", False)
