"""Classes of tasks, and whatever else of a project, that send on commit by themselves."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, TypeAlias

from flake8_celery_get.model.usage.declarations.base_classes import SENDS, BaseClasses
from flake8_celery_get.model.values.values import FunctionValue
from flake8_celery_get.source import code

if TYPE_CHECKING:
    from flake8_celery_get.model.flow.surroundings import Surroundings
    from flake8_celery_get.model.usage.sent.sends import Sent
    from flake8_celery_get.model.values.definitions import FunctionSymbol
    from flake8_celery_get.model.values.values import Place

Found: TypeAlias = "dict[Place, list[Sent | None]]"

_DEFERS = re.compile(r"\bdef (?:apply_async|delay|send_task)\b[\s\S]{0,1500}\bon_commit\b")
"""A task class, or an app, that sends on commit by itself."""
_ON_COMMIT = re.compile(r"\bon_commit\(")
_DECORATORS = frozenset(
    {"on_commit", "run_on_commit", "after_commit", "on_transaction_commit"}
)
"""Decorators of packages that run a function on commit."""
_SENDERS = frozenset({"apply_async", "delay", "send_task"})
_METHODS = re.compile(r"\bdef (?:apply_async|delay|send_task)\b")


def not_deferred(world: Surroundings, known: Found) -> Found:
    """Those of the sends that no class of the project may hand to ``on_commit``."""
    paths = list(_deferring(world))
    if not paths:
        return known
    bases = BaseClasses(world)
    if bases.has_own_app or not all(_is_of_classes(world, path) for path in paths):
        return {}
    return {
        place: found
        for place, found in known.items()
        if all(
            sent is not None
            and sent.task is not None
            and not bases.changes(sent.task, SENDS)
            for sent in found
        )
    }


def _deferring(world: Surroundings) -> Iterator[str]:
    """The files with a method, or a function, that sends on commit."""
    for path in world.project.matching({"on_commit"}, _DEFERS):
        if not world.is_test(path):
            yield path


def _is_of_classes(world: Surroundings, path: str) -> bool:
    """Whether all that sends on commit in a file is a method of a task's class."""
    scope = world.scope(path)
    methods = [
        name
        for symbol in scope.all_classes()
        if world.classes.is_task(symbol)
        for name in symbol.methods.keys() & _SENDERS
    ]
    return len(methods) == len(_METHODS.findall(scope.source.text))


def without_deferred(
    world: Surroundings, senders: Iterable[FunctionSymbol]
) -> set[FunctionSymbol]:
    """The functions that run where they are called: no decorator hands them to ``on_commit``."""
    return {
        symbol
        for symbol in senders
        if not any(_defers(world, symbol, text) for text in symbol.definition.decorators)
    }


def _defers(world: Surroundings, symbol: FunctionSymbol, decorator: str) -> bool:
    """Whether a decorator of the project's, or of a package by its name, runs it on commit."""
    value = world.deeply(symbol.scope, decorator)
    if isinstance(value, FunctionValue):
        definition, source = value.symbol.definition, value.symbol.scope.source
        is_worth_reading = source.has(definition, _ON_COMMIT)
        function = world.calls.function_code(value.symbol) if is_worth_reading else None
        return function is not None and _hands_its_function(function)
    return decorator.rpartition(".")[2] in _DECORATORS


def _hands_its_function(decorator: code.Function) -> bool:
    """Whether a hook calls what one of the functions in a decorator was given."""
    functions = [each for each in code.walk(decorator) if isinstance(each, code.Function)]
    given = {parameter.name for each in functions for parameter in each.parameters}
    bodies = {each.name: each for each in functions}
    return any(
        not given.isdisjoint(_called_by(call.arguments[0].value, bodies))
        for call in code.walk(decorator)
        if isinstance(call, code.Call)
        and code.last_name(call.function) == "on_commit"
        and call.arguments
    )


def _called_by(hook: code.Expression, bodies: dict[str, code.Function]) -> Iterator[str]:
    """The names that a hook calls: a function, a lambda, or a ``partial``."""
    if isinstance(hook, code.Name):
        yield hook.id
    inside = bodies.get(code.dotted(hook), hook)
    for call in code.walk(inside):
        if isinstance(call, code.Call):
            yield code.dotted(call.function)
            if code.last_name(call.function) == "partial" and call.arguments:
                yield code.dotted(call.arguments[0].value)
