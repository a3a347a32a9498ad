"""What making an app says of its settings."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from flake8_celery_get.model.settings.configs import source_of
from flake8_celery_get.model.settings.flask import OfFlaskKey, SaidWithFlask, flask_key
from flake8_celery_get.model.settings.given import text
from flake8_celery_get.model.settings.names import (
    CONSTRUCTOR,
    OWN_CONFIGURATION,
    SETTING_OF_PARAMETER,
    names_of,
)
from flake8_celery_get.model.settings.sources import Said, Source
from flake8_celery_get.model.values.mappings import Entry, anything, unpacked
from flake8_celery_get.model.values.values import (
    UNKNOWN,
    ClassValue,
    Literal,
    Place,
    Unknown,
    Value,
)
from flake8_celery_get.source import code

if TYPE_CHECKING:
    from flake8_celery_get.model.values.arguments import Given
    from flake8_celery_get.model.values.definitions import Scope
    from flake8_celery_get.source.outline import Definition

CHANGES, CONFIG, DEFAULTS, ALOUD = range(4)
"""What wins over what: ``conf`` itself, ``config_from_object``, ``add_defaults``.

The last is what a constructor's ``backend=None`` says, which does nothing.
"""

_SAID_OF_BACKEND = names_of("result_backend")
"""Names of the setting, which a constructor takes as keywords, too."""

CONFIGURES = re.compile(
    r"(?<!django)\.conf\b(?!\.urls)|config_from_|add_defaults|setattr\(|Celery[()]"
)
"""Code that makes an app or sets a setting of one."""


def may_tell(scope: Scope, definition: Definition) -> bool:
    """Whether a definition is looked at for what it does to an app."""
    if definition.kind == "statement":
        return True
    return scope.source.has(definition, CONFIGURES)


class Constructor:
    """What ``Celery(…)`` is given."""

    def __init__(self, given: tuple[Given, ...], here: Place) -> None:
        self.name = ""
        self.namespace: str | None = ""
        self._here = here
        self._changes: list[Entry] = []
        self._aloud: list[Entry] = []
        self._of_flask = tuple(_from_flask(given, here[0]))
        self._config: Value | None = None
        position = 0
        for argument in given:
            if _flask_key(argument):
                continue  # the web app says it
            if argument.name == "*":
                self._add(None, UNKNOWN, here)
            elif argument.name == "**":
                for entry in unpacked(argument.value, here):
                    self._add(entry.name, entry.value, entry.place)
            elif argument.name:
                self._add(argument.name, argument.value, (here[0], argument.at))
            elif position < len(CONSTRUCTOR):
                at = code.place(argument.node)
                place = (here[0], at) if any(at) else here
                self._add(CONSTRUCTOR[position], argument.value, place)
                position += 1

    def _add(self, name: str | None, value: Value, place: Place) -> None:
        if name == "main":
            self.name = text(value) or ""
        elif name == "namespace":
            self.namespace = "" if value == Literal(None) else text(value)
        elif name == "config_source":
            self._config = value
        elif name == "changes":
            self._changes += unpacked(value, place) if value != Literal(None) else ()
        elif name in {"loader", "fixups"} and value != Literal(None):
            self._changes.append(anything(place))
        elif name is None or name not in CONSTRUCTOR or name in SETTING_OF_PARAMETER:
            key = Literal(SETTING_OF_PARAMETER.get(name, name)) if name else UNKNOWN
            entry = Entry(key, value, place)
            if value != Literal(None):
                self._changes.append(entry)
            elif name in SETTING_OF_PARAMETER or name in _SAID_OF_BACKEND:
                self._aloud.append(entry)

    def sources(self) -> list[tuple[int, Source]]:
        """What is set, by what wins over what."""
        found: list[tuple[int, Source]] = [
            (CHANGES, SaidWithFlask(tuple(self._changes), of_flask=self._of_flask)),
            (ALOUD, Said(tuple(self._aloud))),
        ]
        if self._config is not None and self._config != Literal(None):
            path = self._here[0]
            found.append((CONFIG, source_of(self._config, self.namespace, path)))
        return found


def _from_flask(given: tuple[Given, ...], path: str) -> Iterator[OfFlaskKey]:
    for argument in given:
        key = _flask_key(argument)
        if key:
            yield OfFlaskKey(SETTING_OF_PARAMETER[argument.name], key, path)


def _flask_key(argument: Given) -> str:
    """``KEY`` of ``backend=app.config["KEY"]``; empty for anything else."""
    is_setting = argument.name in SETTING_OF_PARAMETER
    return (is_setting and flask_key(argument.node)) or ""


def configures_itself(function: Value) -> bool:
    """Whether an app's class decides about settings on its own."""
    if isinstance(function, Unknown):
        return True
    return isinstance(function, ClassValue) and any(
        function.symbol.scope.source.has(member, CONFIGURES)
        or not OWN_CONFIGURATION.isdisjoint(member.names)
        for member in function.symbol.definition.members
    )
