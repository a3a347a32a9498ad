"""What a settings module, or a class of settings, binds: only needed names are read."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from flake8_celery_get.model.flow.frame import Frame
from flake8_celery_get.model.settings.answers import (
    Answer,
    CantTell,
    NotSet,
    answer_of,
    any_of,
)
from flake8_celery_get.model.settings.names import names_of
from flake8_celery_get.model.values.parts import either, options
from flake8_celery_get.model.values.values import UNKNOWN, FromEnvironment, Place, Value
from flake8_celery_get.source.code import NOWHERE, Imported
from flake8_celery_get.source.outline import Definition

if TYPE_CHECKING:
    from flake8_celery_get.model.flow.surroundings import Surroundings
    from flake8_celery_get.model.values.definitions import ClassSymbol, Scope


@dataclass(frozen=True, slots=True)
class Absent(Value):
    """No value: the name is not bound on this way."""


ABSENT = Absent()

Binding: TypeAlias = "tuple[Value, Place]"
_Step: TypeAlias = "Callable[[Binding], Binding]"

_SETS_ANYTHING = re.compile(
    r"(?<!\bin )(?<!\*\*)(?<!% )\b(?:globals|locals|vars)\("
    r"(?!\)\.(?:get|keys|copy)\(|\)\[[^\]\n]*\](?!\s*[|+]?=(?!=)))"
    r"|\bexec\(|\bsetattr\(|__dict__|__getattr__|sys\.modules\["
    r"|^[ \t]*(?:from|import)[ \t][^\n#]*\b(?:dynaconf|split_settings)\b",
    re.MULTILINE,
)
"""Ways in which a module gets names that its text does not show."""

_CONFIGURATIONS = re.compile(r"^[ \t]*(?:from|import)[ \t][^\n#]*\bconfigurations\b", re.M)
"""Text of settings that django-configurations takes from a class."""

_PLAIN_BASES = frozenset(
    {
        "builtins.object", "configurations.Configuration",
        "configurations.base.Configuration", "flask.Config", "flask.config.Config", "object",
    }
)  # fmt: skip
"""Base classes outside the project that bind no setting of Celery."""

_PLAIN_STARS = ("celery", "django", "django.conf.global_settings", "kombu")
"""Modules outside the project that bind no setting of Celery."""


@dataclass(frozen=True, slots=True)
class OfModule:
    """A module of the project."""

    path: str
    namespace: str = ""

    def find(self, world: Surroundings, setting: str) -> Answer:
        """What the module binds the setting's names to."""
        names = sorted(names_of(setting, self.namespace))
        with world.aside():
            return _settled(bound(world, self.path, name) for name in names)


@dataclass(frozen=True, slots=True)
class OfClass:
    """A class of the project, or an instance of it."""

    symbol: ClassSymbol
    namespace: str = ""

    def find(self, world: Surroundings, setting: str) -> Answer:
        """What the class, or one that it derives from, binds the setting's names to."""
        names = sorted(names_of(setting, self.namespace))
        with world.aside():
            return _settled(bound_by_class(world, self.symbol, name) for name in names)


def _settled(found: Iterable[Binding]) -> Answer:
    answers = [_answer(*binding) for binding in found]
    told = [answer for answer in answers if not isinstance(answer, NotSet)]
    return any_of(told) if told else NotSet()


def _answer(value: Value, place: Place) -> Answer:
    if value == ABSENT:
        return NotSet()
    if ABSENT in options(value):
        return CantTell(frozenset({place[0]}))
    return answer_of(value, place)


def bound(world: Surroundings, path: str, name: str, seen: tuple[str, ...] = ()) -> Binding:
    """What a name is at the end of a module, and where it got that."""
    binding: Binding = ABSENT, (path, NOWHERE)
    if path in seen:
        return binding
    scope = world.scope(path)
    for _, step in sorted(_steps(world, scope, name, seen), key=lambda pair: pair[0]):
        binding = step(binding)
    if binding[0] == ABSENT and scope.source.holds(_SETS_ANYTHING):
        return UNKNOWN, binding[1]
    if binding[0] == ABSENT and _is_for_classes(world, scope):
        return _bound_by_configurations(world, scope, name)
    return binding


def _is_for_classes(world: Surroundings, scope: Scope) -> bool:
    """Whether django-configurations, or a package like it, takes the settings of a class."""
    return scope.source.holds(_CONFIGURATIONS) or any(_configurations(world, scope))


def _configurations(world: Surroundings, scope: Scope) -> Iterator[ClassSymbol]:
    for symbol in scope.classes.values():
        bases = world.classes.outside_bases(symbol)
        if any(base.endswith("Configuration") for base in bases):
            yield symbol


def _bound_by_configurations(world: Surroundings, scope: Scope, name: str) -> Binding:
    """What all of the classes agree on: the environment chooses one of them."""
    found = [
        bound_by_class(world, symbol, name) for symbol in _configurations(world, scope)
    ]
    if not found:
        return UNKNOWN, (scope.path, NOWHERE)
    return either([value for value, _ in found]), found[0][1]


def _steps(
    world: Surroundings, scope: Scope, name: str, seen: tuple[str, ...]
) -> Iterator[tuple[int, _Step]]:
    """What binds the name, by lines."""
    inner = (*seen, scope.path)
    for definition in scope.variables.get(name, ()):
        yield definition.line, _assignment(world, scope, definition, name)
    for imported in (*scope.stars, *_imports(scope, name)):
        yield imported.line, _import(world, scope, imported, name, inner)
    for symbol in (scope.functions.get(name), scope.classes.get(name)):
        if symbol is not None:
            place = scope.path, _span(symbol.definition)
            yield symbol.definition.line, lambda _, place=place: (UNKNOWN, place)  # type: ignore[misc]


def _imports(scope: Scope, name: str) -> tuple[Imported, ...]:
    imported = scope.imports.get(name)
    return () if imported is None else (imported,)


def _assignment(
    world: Surroundings, scope: Scope, definition: Definition, name: str
) -> _Step:
    def assign(before: Binding) -> Binding:
        frame = Frame(world, scope)
        frame.state.names[name] = before[0]
        world.calls.run_statements(frame, scope.source.code(definition))
        value = frame.state.names.get(name, UNKNOWN)
        if definition.is_conditional:
            value = either([before[0], value])
        return value, (scope.path, _span(definition))

    return assign


def _import(
    world: Surroundings, scope: Scope, imported: Imported, name: str, seen: tuple[str, ...]
) -> _Step:
    is_star = imported.name == "*"

    def bring(before: Binding) -> Binding:
        path = world.module_of(scope, imported)
        if path is None:
            if is_star and imported.module in _PLAIN_STARS:
                return before
            place = scope.path, (imported.line, 0, imported.line, 0)
            return (FromEnvironment(before[0]) if is_star else UNKNOWN), place
        value, place = bound(world, path, name if is_star else imported.name, seen)
        if value == ABSENT:
            return before if is_star else (UNKNOWN, place)
        if imported.may_fail or ABSENT in options(value):
            brought = [option for option in options(value) if option != ABSENT]
            return either([before[0], *brought]), place
        return value, place

    return bring


def with_stars(world: Surroundings, path: str) -> frozenset[str]:
    """A file, and those that it takes all names from."""
    seen: set[str] = set()
    waiting = [path]
    while waiting:
        path = waiting.pop()
        if path not in seen:
            seen.add(path)
            scope = world.scope(path)
            waiting += filter(None, (world.module_of(scope, star) for star in scope.stars))
    return frozenset(seen)


def bound_by_class(world: Surroundings, symbol: ClassSymbol, name: str) -> Binding:
    """What a name is in a class, or in the nearest one that it derives from."""
    for ancestor in world.classes.line(symbol):
        binding: Binding = ABSENT, (ancestor.scope.path, NOWHERE)
        for definition in ancestor.statements:
            if name in definition.names:
                binding = _assignment(world, ancestor.scope, definition, name)(binding)
        lines = ancestor.scope.source.lines
        methods = ancestor.methods.values()
        if name in ancestor.classes or any(
            name in method.definition.text(lines) for method in methods
        ):
            return UNKNOWN, binding[1]
        if binding[0] != ABSENT:
            return binding
    place = symbol.scope.path, NOWHERE
    is_plain = _PLAIN_BASES.issuperset(world.classes.outside_bases(symbol))
    return (ABSENT if is_plain else UNKNOWN), place


def _span(definition: Definition) -> tuple[int, int, int, int]:
    return (
        definition.line,
        definition.column,
        definition.end_line,
        definition.end_column,
    )
