"""Looks through the files that make apps or configure them, and tells what happens there."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING

from flake8_celery_get.model.settings.constructor import CONFIGURES
from flake8_celery_get.model.settings.mentions import run_mentions
from flake8_celery_get.model.values.parts import options
from flake8_celery_get.model.values.values import AppValue, Value

if TYPE_CHECKING:
    from flake8_celery_get.model.settings.acts import ConfiguredWorld
    from flake8_celery_get.model.values.definitions import FunctionSymbol, Scope

MAKES = (b"Celery(", b"(Celery)", b"(Celery,")
CONFIGURES_BYTES = (
    b".conf.",
    b".conf[",
    b"config_from_",
    b"add_defaults",
    b".conf,",
    b".conf)",
)


def survey(world: ConfiguredWorld) -> None:
    """Fill ``world.acts``; nothing else of the world changes for those who ask later."""
    project = world.project
    makers = _outside_tests(world, project.celery_files(*MAKES))
    if not makers:
        return
    with world.aside(deep=False):
        world.acts.listening = True
        survey = _Survey(world)
        survey.read(makers, CONFIGURES)
        subclasses = survey.subclasses()
        if subclasses:
            users = list(project.mentioning(subclasses))
            survey.read(_outside_tests(world, users), _words(subclasses))
        survey.read(
            _outside_tests(world, project.celery_files(*CONFIGURES_BYTES)), CONFIGURES
        )
        survey.follow_configurations()
        survey.follow_apps()
        world.acts.settle()
        world.acts.listening = False


def _outside_tests(world: ConfiguredWorld, paths: list[str]) -> list[str]:
    return [path for path in paths if not world.is_test(path)]


class _Survey:
    def __init__(self, world: ConfiguredWorld) -> None:
        self._world = world
        self._scopes: dict[str, Scope] = {}

    def read(self, paths: list[str], words: re.Pattern[str]) -> None:
        """Evaluate what holds one of ``words`` in these files."""
        for path in paths:
            if path not in self._scopes:
                self._scopes[path] = self._world.scope(path)
                self._world.names.forget(self._scopes[path])
            run_mentions(self._world, self._scopes[path], words)

    def follow_apps(self) -> None:
        """Evaluate what hands apps on, in files that make or import them."""
        by_path = {path: self.apps_of(scope) for path, scope in self._scopes.items()}
        for path, names in by_path.items():
            if names:
                self.read([path], _handing_over(names))
        every = {name for names in by_path.values() for name in names}
        for path in _outside_tests(self._world, self._importers(every)):
            if path not in by_path:
                self.read([path], _handing_over(every))

    def follow_configurations(self) -> None:
        """Evaluate what calls the functions that take the configuration of an app."""
        for symbol in self._world.acts.handed.functions:
            paths = self._world.project.mentioning({symbol.name})
            for path in _outside_tests(self._world, list(paths)):
                names = self._names_for(symbol, path)
                self.read([path], re.compile(rf"\b(?:{'|'.join(map(re.escape, names))})\("))

    def _names_for(self, symbol: FunctionSymbol, path: str) -> list[str]:
        imports = self._world.scope(path).imports.items()
        return [
            symbol.name,
            *(alias for alias, each in imports if each.name == symbol.name),
        ]

    def apps_of(self, scope: Scope) -> list[str]:
        """The names at the top of a module that stand for an app."""
        names = [
            name
            for name, definitions in scope.variables.items()
            if any(scope.source.has(each, CONFIGURES) for each in definitions)
        ]
        names += [
            name
            for name, imported in scope.imports.items()
            if self._world.module_of(scope, imported) in self._scopes
        ]
        return [name for name in names if _is_app(self._world.names.member(scope, name))]

    def subclasses(self) -> set[str]:
        """The names of the classes derived from ``Celery``."""
        return {
            symbol.name
            for scope in self._scopes.values()
            for symbol in scope.classes.values()
            if self._world.classes.is_app(symbol)
        }

    def _importers(self, names: set[str]) -> list[str]:
        """The files that import an app by its name and hand it on."""
        if not names:
            return []
        either = "|".join(map(re.escape, sorted(names))).encode()
        pattern = re.compile(
            rb"import[^\n]*\b(?:%b)\b(?s:.*)[(\[{,=:]\s*(?:%b)\s*[,)\]}]" % (either, either)
        )
        return self._world.project.celery_files(pattern)


def _is_app(value: Value) -> bool:
    return any(isinstance(option, AppValue) for option in options(value))


def _words(names: Iterable[str]) -> re.Pattern[str]:
    return re.compile(rf"\b(?:{'|'.join(map(re.escape, sorted(names)))})\b")


def _handing_over(names: Iterable[str]) -> re.Pattern[str]:
    either = "|".join(map(re.escape, sorted(names)))
    return re.compile(
        rf"[(\[{{,=:]\s*(?:\w+\.)?(?:{either})\s*(?:\.conf\s*)?[,)\]}}]|{CONFIGURES.pattern}"
    )
