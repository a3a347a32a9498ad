"""The value of a setting as it is written down, wherever that may be."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from flake8_celery_get.model.settings.configs import OfName
from flake8_celery_get.model.settings.django import OfDjango, settings_modules
from flake8_celery_get.model.settings.flask import OfFlask, values_of
from flake8_celery_get.model.settings.modules import (
    OfClass,
    OfModule,
    bound,
    bound_by_class,
)
from flake8_celery_get.model.settings.names import names_of
from flake8_celery_get.model.settings.sources import Said, Source
from flake8_celery_get.model.values.mappings import entries_of

if TYPE_CHECKING:
    from flake8_celery_get.model.flow.surroundings import Surroundings
    from flake8_celery_get.model.settings.apps.apps import App, Apps
    from flake8_celery_get.model.settings.modules import Binding


def values_written(apps: Apps, setting: str) -> list[Binding]:
    """Each value that some app may have for a setting, with its place."""
    found = (value for app in apps for value in values_of_app(apps.world, app, setting))
    return list(dict.fromkeys(found))


def values_of_app(world: Surroundings, app: App, setting: str) -> Iterator[Binding]:
    """The values of one app."""
    names = names_of(setting, app.namespace)
    for _, source in app.sources:
        yield from _in_source(world, source, names | _names(source, setting))


def _names(source: Source, setting: str) -> frozenset[str]:
    return names_of(setting, getattr(source, "namespace", ""))


def _in_source(
    world: Surroundings, source: Source, names: frozenset[str]
) -> Iterator[Binding]:
    if isinstance(source, OfName):
        source = source.source(world)
    if isinstance(source, Said):
        yield from ((e.value, e.place) for e in source.entries if e.name in names)
    elif isinstance(source, (OfDjango, OfFlask)):
        yield from _in_framework(world, source, names)
    elif isinstance(source, (OfModule, OfClass)):
        with world.aside():
            for name in sorted(names):
                if isinstance(source, OfModule):
                    yield bound(world, source.path, name)
                else:
                    yield bound_by_class(world, source.symbol, name)


def _in_framework(
    world: Surroundings, source: OfDjango | OfFlask, names: frozenset[str]
) -> Iterator[Binding]:
    if isinstance(source, OfDjango):
        for path in settings_modules(world, source.importer):
            if path is not None:
                yield from _in_source(world, OfModule(path, source.namespace), names)
    elif source.key:
        for value, _ in values_of(world, source.key):
            entries = entries_of(value) or ()
            yield from ((e.value, e.place) for e in entries if e.name in names)
