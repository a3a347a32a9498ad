"""What a task says of its results, read from its decorator or its class."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import TYPE_CHECKING

from flake8_celery_get.model.known import celery_words
from flake8_celery_get.model.values.parts import options
from flake8_celery_get.model.values.values import (
    AS_APP,
    ELSEWHERE,
    NO,
    NOTHING_KNOWN,
    UNSURE,
    YES,
    AppValue,
    ClassValue,
    Closure,
    External,
    FunctionValue,
    Key,
    Literal,
    Made,
    Method,
    TaskOptions,
    Value,
)
from flake8_celery_get.source import code
from flake8_celery_get.source.declared import Keywords, keywords_of

if TYPE_CHECKING:
    from flake8_celery_get.model.flow.surroundings import Surroundings
    from flake8_celery_get.model.values.arguments import Given
    from flake8_celery_get.model.values.definitions import ClassSymbol, FunctionSymbol


def of_decorator(value: Value, keywords: Keywords) -> TaskOptions:
    """The options of a task whose decorator is ``value``, given what it sets."""
    if any(map(is_of_project, options(value))):
        return NOTHING_KNOWN
    return _of_keywords(keywords, app_of(value))


def is_of_project(decorator: Value) -> bool:
    """Whether a decorator is the project's own: it may pass any option on.

    ``partial(shared_task, …)`` is one, too.
    """
    if isinstance(decorator, Method):
        return decorator.filled
    if isinstance(decorator, Made):
        return "(" not in decorator.path
    return isinstance(decorator, (FunctionValue, Closure))


_ANY_APP = ("celery.shared_task", "celery.task", "celery.decorators", "celery.app")
"""Celery's own decorators, for the tasks of whatever app there is."""


def of_call(value: Value, node: code.Expression) -> TaskOptions:
    """The same for a decorator whose code was read."""
    given = _keywords(node) if isinstance(node, code.Call) else Keywords()
    return of_decorator(value, given)


def of_arguments(given: Iterable[Given], app: Key) -> TaskOptions:
    """The options of ``app.task(function, …)``."""
    return _of_keywords(keywords_of(_named(each.name, each.value) for each in given), app)


def of_class(world: Surroundings, symbol: ClassSymbol) -> TaskOptions:
    """The options of a class that derives from Celery's Task."""
    with world.looking_deep():
        found = [world.classes.variable(symbol, name) for name in _DECIDED_BY]
        own = world.classes.variable(symbol, "backend")
    said = [AS_APP if value is None else _said(value) for value in found]
    return TaskOptions(said[0], said[1], ELSEWHERE if own else (), said[2])


def with_base(
    world: Surroundings, symbol: FunctionSymbol, says: TaskOptions
) -> TaskOptions:
    """``says`` of a decorator with ``base=``, completed by what the project's class says."""
    base_class = base_of(world, symbol)
    if base_class is None:
        return says
    outside = world.classes.outside_bases(base_class)
    if not all(celery_words.celery_word(path).endswith("Task") for path in outside):
        return says
    if world.classes.method(base_class, "__call__") is not None:
        return says  # it may change what the task returns
    base = of_class(world, base_class)
    return replace(
        says,
        ignores=base.ignores if says.ignores == UNSURE else says.ignores,
        tracks=base.tracks if says.tracks == UNSURE else says.tracks,
        keeps_errors=base.keeps_errors
        if says.keeps_errors == UNSURE
        else says.keeps_errors,
    )


def base_of(world: Surroundings, symbol: FunctionSymbol) -> ClassSymbol | None:
    """The project's class that a decorator names with ``base=``."""
    if "base" not in symbol.definition.keywords.others:
        return None
    bases = [
        world.deeply(symbol.scope, code.dotted(argument.value))
        for node in world.calls.decorators_of(symbol)
        for argument in (node.arguments if isinstance(node, code.Call) else ())
        if argument.name == "base"
    ]
    base = bases[0] if len(bases) == 1 else None
    return base.symbol if isinstance(base, ClassValue) else None


def _of_keywords(given: Keywords, app: Key) -> TaskOptions:
    ignores, tracks, keeps_errors = (_choice(given, name) for name in _DECIDED_BY)
    if given.more or not {"backend", "base"}.isdisjoint(given.others):
        app = ELSEWHERE  # a backend of its own, or what else a base class brings
    return TaskOptions(ignores, tracks, app, keeps_errors, _choice(given, "expires"))


_DECIDED_BY = ("ignore_result", "track_started", "store_errors_even_if_ignored")


def _choice(given: Keywords, name: str) -> str:
    if name in given.on:
        return YES
    if name in given.off:
        return NO
    is_unsure = given.more or not {name, "base"}.isdisjoint(given.others)
    return UNSURE if is_unsure else AS_APP


def _keywords(node: code.Call) -> Keywords:
    """As the outline has them."""
    given = ((each.name, each.value) for each in node.arguments)
    return keywords_of(
        _named(name, Literal(value.value) if isinstance(value, code.Constant) else value)
        for name, value in given
    )


def _named(name: str, value: object) -> tuple[str, object]:
    return "" if name == "**" else name, value.value if isinstance(value, Literal) else None


def _said(value: Value) -> str:
    if isinstance(value, Literal) and value.value is not None:
        return YES if value.value else NO
    return UNSURE


def app_of(value: Value) -> Key:
    """The app whose decorator a value is."""
    sites = {_site(option) for option in options(value)}
    return sites.pop() if len(sites) == 1 else ELSEWHERE


def _site(value: Value) -> Key:
    if isinstance(value, Method) and isinstance(value.owner, AppValue):
        return value.owner.site
    is_shared = isinstance(value, External) and value.path.startswith(_ANY_APP)
    return () if is_shared else ELSEWHERE
