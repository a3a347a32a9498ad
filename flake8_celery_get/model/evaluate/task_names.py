"""Which code hands tasks on without a word of Celery: a dict of tasks, what returns one."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING

from flake8_celery_get.model.flow.constants import resolved
from flake8_celery_get.model.values.lasting import holds_task
from flake8_celery_get.model.values.parts import elements
from flake8_celery_get.model.values.values import (
    UNKNOWN,
    FunctionValue,
    Instance,
    Parameter,
    Value,
)
from flake8_celery_get.source import code, words

if TYPE_CHECKING:
    from flake8_celery_get.model.flow.frame import Frame
    from flake8_celery_get.model.flow.surroundings import Surroundings
    from flake8_celery_get.model.values.definitions import FunctionSymbol, Scope
    from flake8_celery_get.source.outline import Definition

_NAMES = re.compile(r"(?<![.\w])[A-Za-z_]\w*(?:\.\w+)*")
_ITEM = r"\[[^\]\n]*\]"
_HANDS_ON = re.compile(
    rf"^[ \t]*(?:return\b|self\.\w+(?:(?:{_ITEM})?[ \t]*=(?!=)|{words.GROWS}))(.*)$",
    re.MULTILINE,
)
_FILLS = re.compile(
    rf"^[ \t]*(\w+)(?:{_ITEM}[ \t]*=(?!=)|{words.GROWS})(.*)$", re.MULTILINE
)


class TaskNames:
    """Tells of definitions whether they name a task, each once."""

    def __init__(self, world: Surroundings) -> None:
        self._world = world

    def are_in(self, scope: Scope, definition: Definition) -> bool:
        """Whether a statement names a task, or a function hands one on.

        A function does so by its ``return``, by an attribute of ``self``, or by a container of
        the module; a statement also by calling such a function.
        """
        key = ("names a task", scope, definition.line, definition.column)
        return self._world.memo.ask(key, partial(self._any_of, scope, definition), False)

    def _any_of(self, scope: Scope, definition: Definition) -> bool:
        names = _names_in(scope, definition)
        return any(
            holds_task(self._world.names.dotted(scope, part))
            for each in names
            for part in _parts(each)
        ) or any(
            self.are_in(scope, function.definition)
            for function in _called(scope, definition)
        )


def _called(scope: Scope, definition: Definition) -> list[FunctionSymbol]:
    return [] if definition.kind == "function" else scope.called_by(definition)


def _names_in(scope: Scope, definition: Definition) -> set[str]:
    says = scope.source.says
    if definition.kind == "function":
        filling = says(definition, _filling)
        fills = (named for name, named in filling if name in scope.variables)
        found = says(definition, _handed_on).union(*fills)
    else:
        found = says(definition, _named)
    names = found.difference(definition.names)
    return {name for name in names if scope.binds(name.partition(".")[0])}


def _filling(text: str) -> list[tuple[str, frozenset[str]]]:
    """The names of what a function puts into each container that is not its object's."""
    return [(name, _named(rest)) for name, rest in _FILLS.findall(text)]


def _named(text: str) -> frozenset[str]:
    return frozenset(_NAMES.findall(text))


def _handed_on(text: str) -> frozenset[str]:
    """The names in what a function returns, or gives an attribute of ``self``."""
    return _named("\n".join(_HANDS_ON.findall(text)))


def _parts(name: str) -> Iterator[str]:
    """``a``, ``a.b`` and ``a.b.c`` for ``a.b.c``."""
    names = name.split(".")
    return (".".join(names[:count]) for count in range(1, len(names) + 1))


def task_elsewhere(frame: Frame, node: code.Expression) -> Value:
    """The task that an expression stands for, in modules that nothing else speaks for."""
    if isinstance(node, code.Call):
        value = _returned(frame, node)
    else:
        value = resolved(frame, node, UNKNOWN)
    return value if holds_task(value) else _given_attribute(frame, node)


def _given_attribute(frame: Frame, node: code.Expression) -> Value:
    """A parameter, perhaps a task, that a method keeps as an attribute of its object."""
    if not isinstance(node, code.Attribute):
        return UNKNOWN
    owner = frame.evaluate(node.value)
    if not isinstance(owner, Instance):
        return UNKNOWN
    keeps = re.compile(rf"\bself\.{node.name}\s*=\s*(\w+)\s*$", re.MULTILINE)
    for symbol in frame.world.classes.line(owner.symbol):
        if node.name in symbol.fields:
            return Parameter(node.name)
        for method in symbol.methods.values():
            kept = keeps.findall(method.definition.text(method.scope.source.lines))
            if any(parameter.name in kept for parameter in method.definition.parameters):
                return Parameter(node.name)
    return UNKNOWN


def _returned(frame: Frame, node: code.Call) -> Value:
    function = resolved(frame, node.function, UNKNOWN)
    if isinstance(function, FunctionValue):
        return frame.world.calls.deep_outcome(function).value
    if isinstance(node.function, code.Attribute) and node.function.name == "get":
        return elements(resolved(frame, node.function.value, UNKNOWN))
    return UNKNOWN
