"""Flask's configuration: what is put under one key, anywhere in the project."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from flake8_celery_get.model.flow.constants import resolved
from flake8_celery_get.model.settings.answers import (
    Answer,
    CantTell,
    NotSet,
    SetTo,
    answer_of,
    any_of,
)
from flake8_celery_get.model.settings.given import mapping
from flake8_celery_get.model.settings.mentions import named_object, run_mentions
from flake8_celery_get.model.settings.modules import (
    ABSENT,
    OfClass,
    OfModule,
    bound,
    bound_by_class,
)
from flake8_celery_get.model.settings.names import names_of
from flake8_celery_get.model.settings.sources import Said, Source
from flake8_celery_get.model.values.mappings import Entry, entries_of
from flake8_celery_get.model.values.parts import options
from flake8_celery_get.model.values.values import (
    UNKNOWN,
    ClassValue,
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

_ELSEWHERE = {"from_prefixed_env", "from_pyfile", "from_envvar", "from_file", "from_json"}
"""Who calls one of these takes settings from outside the code."""


def flask_key(node: code.Expression) -> str | None:
    """``KEY`` of ``app.config["KEY"]``, empty for ``app.config``; None for anything else."""
    if isinstance(node, code.Subscript) and isinstance(node.index, code.Constant):
        key = node.index.value
        return key if is_config(node.value) and isinstance(key, str) else None
    if isinstance(node, code.Call) and isinstance(node.function, code.Attribute):
        first = node.arguments[0].value if node.arguments else None
        if node.function.name == "get" and isinstance(first, code.Constant):
            return str(first.value) if is_config(node.function.value) else None
    return "" if is_config(node) else None


def is_config(node: code.Expression) -> bool:
    """Whether the expression is ``something.config``."""
    return isinstance(node, code.Attribute) and node.name == "config"


def _configures(function: code.Attribute) -> bool:
    """Whether it is a method of ``app.config``, or of a ``flask.Config`` that one is made of."""
    if function.name == "from_object" and isinstance(function.value, code.Name):
        return function.value.id.endswith("config")
    return is_config(function.value)


_PUTS = r"\.config\b|config\.from_object\b"
"""Text that configures a web app."""


class Configured:
    """What was put into some Flask app's configuration, as evaluation comes by."""

    def __init__(self) -> None:
        self.entries: list[Entry] = []
        self.choices: list[list[tuple[Value, str]]] = []

    @property
    def objects(self) -> list[tuple[Value, str]]:
        """Every object that is one of a choice, or the only one."""
        return [each for choice in self.choices for each in choice]

    def called(
        self, frame: Frame, function: code.Expression, given: tuple[Given, ...], here: Place
    ) -> None:
        """``app.config.method(…)`` was called."""
        if not isinstance(function, code.Attribute) or not _configures(function):
            return
        if function.name in {"from_mapping", "update"}:
            self.entries += mapping(given, here)
        elif function.name == "setdefault" and len(given) == 2:
            self.entries.append(Entry(given[0].value, given[1].value, here))
        elif function.name == "from_object" and given:
            value = resolved(frame, given[0].node, given[0].value)
            self.choices.append([(option, here[0]) for option in options(value)])

    def assigned(self, owner: code.Expression, entry: Entry) -> None:
        """``owner[key] = value`` was run."""
        if is_config(owner):
            self.entries.append(entry)


@dataclass(frozen=True, slots=True)
class OfFlask:
    """``app.config[key]``, or all of ``app.config`` where the key is empty."""

    key: str
    importer: str
    namespace: str = ""

    def find(self, world: Surroundings, setting: str) -> Answer:
        """What the values under the key agree on."""
        if self.key:
            answers = [
                _in_mapping(value, place, self.namespace, setting, world)
                for value, place in values_of(world, self.key)
            ]
        else:
            answers = [
                answer_of(value, place)
                for name in sorted(names_of(setting, self.namespace))
                for value, place in values_of(world, name)
            ]
        if not answers and not self.key and _is_written_out(world):
            return NotSet()
        answer = any_of(answers) if answers else CantTell(frozenset({self.importer}))
        if isinstance(answer, NotSet) and any(world.project.mentioning(_ELSEWHERE)):
            return CantTell(frozenset({self.importer}))
        return answer


@dataclass(frozen=True, slots=True)
class OfFlaskKey:
    """``backend=app.config[key]``: one setting, by the name that the project gives it."""

    setting: str
    key: str
    importer: str

    def find(self, world: Surroundings, setting: str) -> Answer:
        """What the values under the key agree on; what isn't in the code may say otherwise."""
        if setting != self.setting:
            return NotSet()
        answers = [answer_of(*each) for each in values_of(world, self.key)]
        answer = any_of(answers) if answers else NotSet()
        is_told = isinstance(answer, SetTo) and answer.value is not None
        if is_told and not any(world.project.mentioning(_ELSEWHERE)):
            return answer
        return CantTell(frozenset({self.importer}))


@dataclass(frozen=True, slots=True)
class SaidWithFlask(Said):
    """What a constructor is given: some of it may be under keys of Flask's configuration."""

    of_flask: tuple[OfFlaskKey, ...] = ()

    def find(self, world: Surroundings, setting: str) -> Answer:
        """What is written out, or what the web app says."""
        for each in self.of_flask:
            if each.setting == setting:
                return each.find(world, setting)
        return Said.find(self, world, setting)


def _in_mapping(
    value: Value, place: Place, namespace: str, setting: str, world: Surroundings
) -> Answer:
    entries = entries_of(value)
    if entries is None:
        return CantTell(frozenset({place[0]}))
    return Said(entries, namespace).find(world, setting)


def values_of(world: Surroundings, key: str) -> list[tuple[Value, Place]]:
    """Every value that the project puts under a key of Flask's configuration."""
    known = world.acts.flask_values
    if key not in known:
        known[key] = _values_of(world, key)
    return known[key]


def _values_of(world: Surroundings, key: str) -> list[tuple[Value, Place]]:
    configured = _configured(world, key)
    found = [(e.value, e.place) for e in configured.entries if e.name == key]
    for choice in configured.choices:
        found += _of_choice([_bound_by(world, value, key, path) for value, path in choice])
    return list(dict.fromkeys(found))


def _of_choice(bindings: list[tuple[Value, Place]]) -> list[tuple[Value, Place]]:
    """What the objects bind of which one is chosen: perhaps not this, if not all of them do."""
    said = [binding for binding in bindings if binding[0] != ABSENT]
    if len(said) == len(bindings):
        return said
    return [(FromEnvironment(value), place) for value, place in said]


def whole_configuration(world: Surroundings, namespace: str) -> Iterator[Source]:
    """All that the code puts into Flask's configuration, as far as it is written out."""
    configured = _configured(world, "config", _PUTS)
    yield Said(tuple(entry for entry in configured.entries if not entry.is_open), namespace)
    for value, path in configured.objects:
        if isinstance(value, Literal) and isinstance(value.value, str):
            value = named_object(world, value.value, path)
        if isinstance(value, ModuleValue):
            yield OfModule(value.path, namespace)
        elif isinstance(value, (ClassValue, Instance)):
            yield OfClass(value.symbol, namespace)


def _is_written_out(world: Surroundings) -> bool:
    """Whether every key that some web app's configuration gets is known, and there are some."""
    if any(world.project.mentioning(_ELSEWHERE)):
        return False
    configured = _configured(world, "config", _PUTS)
    puts = [*configured.entries, *configured.objects]
    return (
        bool(puts)
        and not any(entry.is_open for entry in configured.entries)
        and all(
            isinstance(value, (ModuleValue, ClassValue, Instance))
            or _is_named(world, value, path)
            for value, path in configured.objects
        )
    )


def _is_named(world: Surroundings, value: Value, path: str) -> bool:
    return isinstance(value, Literal) and (
        named_object(world, str(value.value), path) != UNKNOWN
    )


def _configured(world: Surroundings, key: str, puts: str = "") -> Configured:
    """Evaluate what names the key, or configures a Flask app by an object."""
    words = re.compile(puts or rf"\b(?:{re.escape(key)}|from_object)\b")
    configured = Configured()
    with world.aside(deep=False):
        world.acts.flask = configured
        for path in list(world.project.mentioning({key, "from_object"})):
            if not world.is_test(path):
                run_mentions(world, world.scope(path), words)
        world.acts.flask = None
    return configured


def _bound_by(
    world: Surroundings, value: Value, key: str, path: str
) -> tuple[Value, Place]:
    if isinstance(value, Literal) and isinstance(value.value, str):
        value = named_object(world, value.value, path)
    with world.aside():
        if isinstance(value, ModuleValue):
            return bound(world, value.path, key)
        if isinstance(value, (ClassValue, Instance)):
            return bound_by_class(world, value.symbol, key)
    return UNKNOWN, (path, code.NOWHERE)
