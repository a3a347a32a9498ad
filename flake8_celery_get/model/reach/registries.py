"""What a module hands to a function of the project, which may keep it for others.

``registry.add(task)``; ``@register("name")`` above a task, or what leads to a wait.
"""

from __future__ import annotations

import re
from copy import copy
from functools import partial
from typing import TYPE_CHECKING

from flake8_celery_get.model.classes import decorators
from flake8_celery_get.model.evaluate.parameters import bind, skips_first
from flake8_celery_get.model.flow.frame import Frame
from flake8_celery_get.model.values.arguments import Given
from flake8_celery_get.model.values.definitions import FunctionSymbol
from flake8_celery_get.model.values.values import (
    ClassValue,
    Closure,
    FunctionValue,
    Items,
    Literal,
    Parameter,
    Returning,
    Value,
)
from flake8_celery_get.source import code, words

if TYPE_CHECKING:
    from flake8_celery_get.model.evaluate.world import World
    from flake8_celery_get.model.values.definitions import ClassSymbol, Scope
    from flake8_celery_get.project.project import Project
    from flake8_celery_get.source.outline import Definition

SUBCLASSES = "__subclasses__"
_ON_SUBCLASS = "__init_subclass__"

_CALLS = re.compile(r"\s*(?:for\s|[A-Za-z_][\w.]*\()")
_GIVEN = re.compile(r"[(,=]\s*(?:\w+\.)*(\w+)\s*(?=[,)])")
_KEPT = re.compile(
    rf"\w\[[^\]\n]+\][ \t]*=[ \t]*(\w+)[ \t]*$|{words.GROWS}(?:[^\n]*,)?[ \t]*(\w+)\)",
    re.MULTILINE,
)
_FIRST_PARAMETER = re.compile(r"\bdef\s+\w+\(\s*(?:self\s*,\s*|cls\s*,\s*)?(\w+)")
_DEFINES_TASKS = re.compile(rb"(?m)^@(?:[\w.]+\.)?(?:shared_task|task)\b")
_HANDS_ON = re.compile(
    rb"(?m)^(?!if\b|while\b|print\b|with\b)[A-Za-z_][\w.]*\([^\n)]"
    rb"|^@(?![\w.]*task\b)[^\n]+\n(?:@[^\n]+\n)*@[\w.]*task\b"
)
"""A call at the top of a module with an argument; a decorator above that of a task."""


def handing_files(project: Project) -> list[str]:
    """The files of tasks that may hand them to someone."""
    defining = set(project.celery_files(_DEFINES_TASKS))
    return [path for path in project.celery_files(_HANDS_ON) if path in defining]


def hand_tasks_on(world: World, scope: Scope) -> None:
    """Run what hands a task on at the top of a module, once."""
    if world.project.records[scope.path].celery:
        world.memo.ask(("hands tasks on", scope), partial(_hand_on, world, scope), None)


def _hand_on(world: World, scope: Scope) -> None:
    for definition in scope.statements:
        if _hands_task_on(world, scope, definition):
            _run_deep(world, scope, definition)
    for symbol in scope.functions.values():
        if len(symbol.definition.decorators) > 1 and world.is_task(symbol):
            _decorate(world, symbol)


def _hands_task_on(world: World, scope: Scope, definition: Definition) -> bool:
    return bool(
        scope.source.says(definition, _calls)
        and not world.relevance.wants(scope, definition)
        and world.task_names.are_in(scope, definition)
    )


def _calls(text: str) -> bool:
    return _CALLS.match(text) is not None


def _decorate(world: World, symbol: FunctionSymbol) -> None:
    """Give the task to the project's own decorators that stand above Celery's."""
    scope = symbol.scope
    frame = Frame(world, scope)
    for node in world.calls.decorators_of(symbol):
        text, value = world.decorator(frame, node)
        if decorators.makes_task(world, scope, text, value):
            return
        if isinstance(value, FunctionValue):
            with world.looking_deep():
                _give(frame, node, world.names.member(scope, symbol.name), value)


def hand_on(world: World, symbol: FunctionSymbol | ClassSymbol) -> None:
    """Give what leads to a wait to the project's own decorators above it, once."""
    if any(symbol.definition.decorators):
        world.memo.ask(("handed on", symbol), partial(_give_to_all, world, symbol), None)


def register_subclass(world: World, symbol: ClassSymbol) -> None:
    """Let the bases of a class that leads to a wait know it: they may be asked for it."""
    if not world.is_test(symbol.scope.path):
        world.memo.ask(("registered", symbol), partial(_register, world, symbol), None)


def _register(world: World, symbol: ClassSymbol) -> None:
    for ancestor in world.classes.line(symbol)[1:]:
        if ancestor.methods.get(_ON_SUBCLASS) is not None:
            with world.looking_deep():
                method = FunctionValue(ancestor.methods[_ON_SUBCLASS], ClassValue(symbol))
                world.calls.outcome(method)
    if any(world.project.mentioning({SUBCLASSES})):
        for base in _direct_bases(world, symbol):
            value = Returning(Items((ClassValue(symbol),)))
            world.note_attribute(ClassValue(base), SUBCLASSES, value)
            world.relevance.add_member(base, SUBCLASSES)


def _direct_bases(world: World, symbol: ClassSymbol) -> list[ClassSymbol]:
    named = {base.rpartition(".")[2] for base in symbol.definition.bases}
    return [base for base in world.classes.line(symbol)[1:] if base.name in named]


def hand_on_by_call(world: World, scope: Scope, definition: Definition) -> None:
    """Run ``bus.register("add", add)`` at the top of a module where ``add`` leads to a wait."""
    given = {
        name
        for name in scope.source.says(definition, _given)
        if world.relevance.knows(name)
    }
    if given:
        key = ("handed on", scope, definition.line, *sorted(given))
        world.memo.ask(key, partial(_run_deep, world, scope, definition), None)


def _run_deep(world: World, scope: Scope, definition: Definition) -> None:
    with world.looking_deep():
        frame = Frame(world, scope)
        world.calls.run_statements(frame, scope.source.code(definition))


def _given(text: str) -> list[str]:
    """The names that a call of a method gets as they are."""
    return _GIVEN.findall(text) if _CALLS.match(text) else []


def _give_to_all(world: World, symbol: FunctionSymbol | ClassSymbol) -> None:
    frame = Frame(world, symbol.scope)
    given = (
        FunctionValue(symbol) if isinstance(symbol, FunctionSymbol) else ClassValue(symbol)
    )
    for node in symbol.scope.source.decorators(symbol.definition):
        value = world.decorator(frame, node)[1]
        if isinstance(value, FunctionValue) and _keeps(value.symbol):
            with world.looking_deep():
                _give(frame, node, given, value)


def _keeps(decorator: FunctionSymbol) -> bool:
    """Whether a decorator puts what it gets into a container, as it is."""
    return decorator.scope.source.says(decorator.definition, _keeps_argument)


def _keeps_argument(text: str) -> bool:
    kept = (name for pair in _KEPT.findall(text) for name in pair)
    return not set(_FIRST_PARAMETER.findall(text)).isdisjoint(filter(None, kept))


def _give(
    frame: Frame, node: code.Expression, task: Value, function: FunctionValue
) -> None:
    decorator = frame.evaluate(node)
    if isinstance(decorator, Closure) and isinstance(node, code.Call):
        decorator = _knowing_texts(frame, decorator, node, function)
    if isinstance(decorator, (FunctionValue, Closure)):
        given = Given("", task, code.Name("task"))
        frame.world.calls.run(frame, decorator, (given,), node)


def _knowing_texts(
    frame: Frame, made: Closure, call: code.Call, function: FunctionValue
) -> Closure:
    """What ``register("slow")`` gives, with that text: it may be the key in a registry."""
    node = frame.world.calls.function_code(function.symbol)
    if node is None or not isinstance(made.frame, Frame):
        return made
    given = [
        Given(each.name, frame.evaluate(each.value), each.value) for each in call.arguments
    ]
    inside = copy(made.frame)
    inside.state = inside.state.copy()
    for name, value in bind(node, given, skips_first(function, node)).items():
        if isinstance(value, Literal) and inside.state.names.get(name) == Parameter(name):
            inside.state.names[name] = value
    return Closure(made.code, inside)
