"""Every name under which a project sets something for one of its apps."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from flake8_celery_get.model.known import spelling
from flake8_celery_get.model.settings.configs import OfChoice, OfName
from flake8_celery_get.model.settings.constructor import CONFIG
from flake8_celery_get.model.settings.django import OfDjango, settings_modules
from flake8_celery_get.model.settings.flask import OfFlask, values_of, whole_configuration
from flake8_celery_get.model.settings.modules import OfClass, OfModule
from flake8_celery_get.model.settings.sources import Said, Source
from flake8_celery_get.model.usage.written.unread import is_read_as_key
from flake8_celery_get.model.values.mappings import Entry, entries_of
from flake8_celery_get.model.values.values import Place

if TYPE_CHECKING:
    from flake8_celery_get.model.flow.surroundings import Surroundings
    from flake8_celery_get.model.settings.apps.apps import App, Apps
    from flake8_celery_get.source.outline import Definition

_SETTINGS_FILE = re.compile(r"(?:^|/)settings(?:/[^/]+|/[^/]+/[^/]+|_\w+|)\.py$")
"""Files of Django's settings that no code names: an environment chooses them."""

_OF_CONSTRUCTOR = frozenset({"backend", "broker"})
"""Arguments of ``Celery(…)`` that are settings under other names only."""

_GETS_ALL = re.compile(rb"Celery\w*\([^()]*\*\*")
"""Text that makes an app with arguments from a dict."""

_CELERYS = re.compile(r"(?m)^[ \t]*CELERY\w*[ \t]*[:=]")

_ASSIGNED = re.compile(r"[ \t]*(\w+)[ \t]*(?::[^=]*)?=(?!=)")


@dataclass(frozen=True, slots=True)
class Written:
    """A setting's name, for an app with this ``namespace``; the place is that of the name.

    ``in_django``: all names are upper case there, as in the objects that configure Flask.
    ``is_variable``: other code can read it by its bare name; else it is a key. ``is_shared``:
    the same place says it for another app, too, by another way of naming settings.
    ``in_flask``: it is among all that configures Flask.
    """

    name: str
    place: Place
    namespace: str
    in_django: bool = False
    is_variable: bool = False
    is_shared: bool = False
    in_flask: bool = False


def written_settings(apps: Apps) -> Iterator[Written]:
    """The names outside of test code, each place once."""
    listed = _Listed(apps.world)
    for app in apps:
        for layer, source in app.sources:
            if layer == CONFIG:
                listed.add(source, "")
            elif app.has_known_namespace:
                listed.add(source, app.namespace)
        listed.add_other_settings(app)
    yield from listed.found.values()


_PREFIXES = ("CELERY_", "CELERYD_", "CELERYBEAT_")
_READ_BY_PACKAGES = frozenset({"CELERY_BROKER_URL"})
"""What extensions of Flask pass to the app that they make."""


def _is_celerys(name: str, namespace: str) -> bool:
    """Whether a name among those of a framework is meant for Celery."""
    if spelling.is_known(name, namespace):
        return True
    is_ours = name.startswith(_PREFIXES) and name not in _READ_BY_PACKAGES
    return is_ours and bool(spelling.meant_by(name, namespace))


class _Listed:
    def __init__(self, world: Surroundings) -> None:
        self._world = world
        self._namespaces: set[str] = set()
        self._modules: set[tuple[str, str]] = set()
        self._in_django = False
        self._only_known = False
        self.found: dict[Place, Written] = {}

    def add(self, source: Source, namespace: str) -> None:
        """The names in one source."""
        if isinstance(source, OfName):
            source = source.source(self._world)
        if isinstance(source, OfChoice):
            for each in source.sources:
                self.add(each, namespace)
        elif isinstance(source, (OfDjango, OfFlask)):
            self._of_framework(source)
        else:
            self._own(source, namespace)

    def _own(self, source: Source, namespace: str) -> None:
        if isinstance(source, Said):
            self._entries(source.entries, source.namespace or namespace)
        elif isinstance(source, OfModule):
            self._module(source.path, source.namespace)
        elif isinstance(source, OfClass):
            for ancestor in self._world.classes.line(source.symbol):
                path, statements = ancestor.scope.path, ancestor.statements
                self._statements(path, statements, source.namespace)

    def _of_framework(self, source: OfDjango | OfFlask) -> None:
        if isinstance(source, OfDjango):
            self._django(source)
        elif source.key:
            for value, _ in values_of(self._world, source.key):
                self._entries(entries_of(value) or (), source.namespace)
        else:
            self._whole_flask(source)

    def add_other_settings(self, app: App) -> None:
        """Settings files of Django beside those that some code names."""
        if len(self._namespaces) != 1:
            return
        (namespace,) = self._namespaces
        project = self._world.project
        for path in filter(_SETTINGS_FILE.search, project.records):
            if _CELERYS.search(project.consult(path).text):
                self._module(path, namespace, in_django=True)

    def _whole_flask(self, source: OfFlask) -> None:
        # Most names in there are not Celery's. Of objects, Flask takes upper-case names only.
        self._only_known = True
        for part in whole_configuration(self._world, source.namespace):
            self._in_django = not isinstance(part, Said)
            self.add(part, source.namespace)
        self._only_known = self._in_django = False

    def _django(self, source: OfDjango) -> None:
        self._namespaces.add(source.namespace)
        for path in settings_modules(self._world, source.importer):
            if path is not None:
                self._module(path, source.namespace, in_django=True)

    def _module(self, path: str, namespace: str, *, in_django: bool = False) -> None:
        if (path, namespace) in self._modules:
            return
        self._modules.add((path, namespace))
        scope = self._world.scope(path)
        before, self._in_django = self._in_django, self._in_django or in_django
        self._statements(path, scope.all_statements(), namespace)
        self._in_django = before
        for star in scope.stars:
            other = self._world.module_of(scope, star)
            if other is not None:
                self._module(other, namespace, in_django=in_django)

    def _statements(
        self, path: str, statements: Iterable[Definition], namespace: str
    ) -> None:
        lines = self._world.project.source(path).lines
        for statement in statements:
            for row in range(statement.line, statement.end_line + 1):
                found = _ASSIGNED.match(lines[row - 1])
                if found is not None and found[1] in statement.names:
                    place = path, (row, found.start(1), 0, 0)
                    bare = namespace.rstrip("_")
                    self._name(found[1], place, bare, is_variable=True)

    def _entries(self, entries: Iterable[Entry], namespace: str) -> None:
        for entry in entries:
            if entry.name is not None and entry.place[0]:
                self._name(entry.name, entry.place, namespace.rstrip("_"))

    def _name(
        self, name: str, place: Place, namespace: str, *, is_variable: bool = False
    ) -> None:
        path, (line, column, *_) = place
        if self._world.is_test(path) or ("_" not in name and is_variable):
            return
        if "_" not in name and not self._is_misplaced(name):
            return
        if self._only_known and not _is_celerys(name, namespace):
            return
        lines = self._world.project.source(path).lines
        start = lines[line - 1].find(name, column) if 0 < line <= len(lines) else -1
        if start >= 0:
            here = path, (line, start, line, start + len(name))
            written = Written(
                name,
                here,
                namespace,
                in_django=self._in_django,
                is_variable=is_variable,
                in_flask=self._only_known,
            )
            first = self.found.setdefault(here, written)
            if first != written and not first.is_shared:
                self.found[here] = replace(first, is_shared=True)

    def _is_misplaced(self, name: str) -> bool:
        """Whether it is an argument of apps, and nothing takes arguments from a dict."""
        project = self._world.project
        if name not in _OF_CONSTRUCTOR or is_read_as_key(project, name):
            return False
        return not project.celery_files(_GETS_ALL)
