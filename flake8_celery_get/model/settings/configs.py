"""What ``config_from_object`` is given, and where that leads."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from flake8_celery_get.model.flow.constants import resolved
from flake8_celery_get.model.settings.answers import Answer, CantTell, SetTo, any_of
from flake8_celery_get.model.settings.django import OfDjango
from flake8_celery_get.model.settings.flask import OfFlask, flask_key
from flake8_celery_get.model.settings.mentions import named_object
from flake8_celery_get.model.settings.modules import OfClass, OfModule
from flake8_celery_get.model.settings.sources import Said, Source, Unreadable
from flake8_celery_get.model.values.mappings import entries_of, unpacked
from flake8_celery_get.model.values.parts import options
from flake8_celery_get.model.values.values import (
    UNKNOWN,
    ClassValue,
    External,
    FromEnvironment,
    Instance,
    Literal,
    ModuleValue,
    Place,
    Value,
)
from flake8_celery_get.source import code

if TYPE_CHECKING:
    from flake8_celery_get.model.flow.frame import Frame
    from flake8_celery_get.model.flow.surroundings import Surroundings
    from flake8_celery_get.model.values.arguments import Given

_DJANGO = frozenset({"django.conf:settings", "django.conf.settings"})


def source_of(value: Value, namespace: str | None, path: str) -> Source:
    """The settings in an object that the file at ``path`` names.

    Without a ``namespace`` nobody can tell their names; an empty one is none.
    """
    if namespace is None:
        return Unreadable(path)
    if isinstance(value, ModuleValue):
        return OfModule(value.path, namespace)
    if isinstance(value, (ClassValue, Instance)):
        return OfClass(value.symbol, namespace)
    entries = entries_of(value)
    if entries is not None:
        return Said(entries, namespace)
    if isinstance(value, External) and value.path in _DJANGO:
        return OfDjango(path, namespace)
    if isinstance(value, Literal) and isinstance(value.value, str):
        if value.value in _DJANGO:
            return OfDjango(path, namespace)
        return OfName(value.value, namespace, path)
    if isinstance(value, FromEnvironment) and value.default != UNKNOWN:
        return OfDefault(source_of(value.default, namespace, path), path)
    return Unreadable(path)


@dataclass(frozen=True, slots=True)
class OfName:
    """A module or an object in it by its name: ``proj.config``, ``proj.config:Live``."""

    name: str
    namespace: str
    importer: str

    def find(self, world: Surroundings, setting: str) -> Answer:
        """What the named object says."""
        return self.source(world).find(world, setting)

    def source(self, world: Surroundings) -> Source:
        """What the name means."""
        value = named_object(world, self.name, self.importer)
        source = source_of(value, self.namespace, self.importer)
        return Unreadable(self.importer) if isinstance(source, OfName) else source


@dataclass(frozen=True, slots=True)
class OfDefault:
    """An object that the environment can choose, and that of its default."""

    default: Source
    importer: str

    def find(self, world: Surroundings, setting: str) -> Answer:
        """What the default sets; another object may set whatever it doesn't."""
        answer = self.default.find(world, setting)
        if isinstance(answer, SetTo):
            return replace(answer, may_differ=True)
        return CantTell(frozenset({self.importer}))


@dataclass(frozen=True, slots=True)
class OfChoice:
    """One of several sources, chosen by a name that nobody can tell: ``config[name]``."""

    sources: tuple[Source, ...]

    def find(self, world: Surroundings, setting: str) -> Answer:
        """What all of them agree on."""
        return any_of(source.find(world, setting) for source in self.sources)


def chosen_source(frame: Frame, argument: Given, here: Place) -> Source:
    """The settings of a mapping, or of each of those that a name chooses among."""
    ways = _ways(frame, argument)
    if len(ways) == 1:
        return Said(unpacked(ways[0], here))
    return OfChoice(tuple(Said(unpacked(way, here)) for way in ways))


def made_source(frame: Frame, argument: Given, here: Place) -> Source:
    """The same for ``conf.update(make_config())``, too: nothing else opens such a function."""
    if isinstance(argument.node, code.Call) and argument.value == UNKNOWN:
        with frame.world.aside():
            made = frame.evaluate(argument.node)
        return Said(unpacked(made, here))
    return chosen_source(frame, argument, here)


def _ways(frame: Frame, argument: Given) -> list[Value]:
    """What ``config[name]`` may be; what is chosen in another way may be changed first."""
    is_chosen = any(isinstance(part, code.Subscript) for part in code.walk(argument.node))
    if not is_chosen and not _is_chosen_above(frame, argument.node):
        return [argument.value]
    return list(options(resolved(frame, argument.node, argument.value)))


def _is_chosen_above(frame: Frame, node: code.Expression) -> bool:
    """Whether a name is bound once, at the top of the module, to ``config[name]``."""
    bound = frame.scope.bound_once(node)
    return bound is not node and isinstance(bound, code.Subscript)


def given_source(frame: Frame, argument: Given, namespace: str | None, path: str) -> Source:
    """The settings in an argument, which may be Flask's configuration."""
    source = source_of(argument.value, namespace, path)
    if not isinstance(source, Unreadable) or namespace is None:
        return source
    key = flask_key(argument.node)
    if key is not None:
        return OfFlask(key, path, namespace)
    return OfChoice(
        tuple(source_of(way, namespace, path) for way in _ways(frame, argument))
    )
