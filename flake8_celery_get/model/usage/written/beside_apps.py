"""Constants with names of settings in the module that makes an app, which no app reads."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from flake8_celery_get.model.known import spelling
from flake8_celery_get.model.settings.django import OfDjango, settings_modules
from flake8_celery_get.model.usage.written.unread import unread_of
from flake8_celery_get.model.values.values import Place

if TYPE_CHECKING:
    from flake8_celery_get.model.flow.surroundings import Surroundings
    from flake8_celery_get.model.settings.apps.apps import App, Apps

_CONSTANT = re.compile(r"(CELERY_\w+)[ \t]*(?::[^=\n]*)?=(?!=)")
_READS_ALL = re.compile(r"\b(?:globals|locals|vars)\(|\b__name__\b")


def constants_beside_apps(apps: Apps) -> Iterator[tuple[str, Place]]:
    """The names and places of what people paste there from Celery's guide for Django."""
    world = apps.world
    for path in dict.fromkeys(app.path for app in apps if _is_configured_by_django(app)):
        if not world.is_test(path) and not _may_be_read(world, path):
            yield from _unread_constants(world, path)


def _is_configured_by_django(app: App) -> bool:
    return any(
        isinstance(source, OfDjango) and source.namespace.rstrip("_") == "CELERY"
        for _, source in app.sources
    )


def _may_be_read(world: Surroundings, path: str) -> bool:
    """Whether a module is one of Django's settings, hands all its names on, or reads them."""
    if _READS_ALL.search(world.project.consult(path).text):
        return True
    return path in settings_modules(world, path) or _is_imported_as_a_whole(world, path)


def _is_imported_as_a_whole(world: Surroundings, path: str) -> bool:
    name = world.project.modules.name_of(path).rpartition(".")[2]
    return any(
        world.module_of(scope, star) == path
        for scope in map(world.scope, world.project.mentioning({name}))
        for star in scope.stars
    )


def _unread_constants(world: Surroundings, path: str) -> Iterator[tuple[str, Place]]:
    lines = world.project.source(path).lines
    found: dict[str, Place] = {}
    for statement in world.scope(path).statements:
        match = _CONSTANT.match(lines[statement.line - 1])
        if match is not None and spelling.is_known(match[1], "CELERY"):
            at = (statement.line, 0, statement.line, match.end(1))
            found.setdefault(match[1], (path, at))
    unread = unread_of(world.project, set(found))
    yield from ((name, place) for name, place in found.items() if name in unread)
