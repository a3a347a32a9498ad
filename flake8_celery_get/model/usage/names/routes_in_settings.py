"""Routes whose queues are names in Django's settings: these stand in the settings, too."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from typing import TYPE_CHECKING

from flake8_celery_get.model.settings.django import OfDjango, settings_modules
from flake8_celery_get.model.settings.modules import with_stars

if TYPE_CHECKING:
    from flake8_celery_get.model.flow.surroundings import Surroundings
    from flake8_celery_get.model.settings.apps.apps import App
    from flake8_celery_get.model.values.values import Place

_NAMED = re.compile(r"""["']\w+["']\s*:\s*([A-Za-z_]\w*)\s*[,}]""")


@dataclass(frozen=True, slots=True)
class InSettings:
    """A name that Django's settings bind to something that no constant says."""

    name: str


def named_at(world: Surroundings, place: Place) -> InSettings | None:
    """The name that is the value of a key at a place, as in ``{"queue": REPORTS_QUEUE}``."""
    path, (row, column, _, _) = place
    lines = world.project.source(path).lines if path else []
    found = _NAMED.match(lines[row - 1], column) if 0 < row <= len(lines) else None
    return InSettings(found[1]) if found is not None else None


def beside(
    world: Surroundings, app: App, names: Collection[str]
) -> tuple[Place, str] | None:
    """Where an app's settings bind the last of some names, and what its routes are called there.

    None unless one file binds each of them once and always, and all settings take everything
    from that file.
    """
    files = {path for name in names for path in _binding(world, name)}
    source = _django(app)
    if len(files) != 1 or source is None or not source.namespace:
        return None
    (path,) = files
    scope = world.scope(path)
    bindings = [scope.variables.get(name, []) for name in names]
    if any(len(each) != 1 or each[0].is_conditional for each in bindings):
        return None
    if "__all__" in scope.source.text or not _have_all(world, source, path):
        return None
    last = max((each[0] for each in bindings), key=lambda each: each.end_line)
    place = path, (last.line, last.column, last.end_line, last.end_column)
    return place, f"{source.namespace.rstrip('_')}_task_routes".upper()


def _binding(world: Surroundings, name: str) -> list[str]:
    mentioning = world.project.mentioning({name})
    return [
        p for p in mentioning if not world.is_test(p) and name in world.scope(p).variables
    ]


def _django(app: App) -> OfDjango | None:
    """Django's settings, where an app takes its configuration from these."""
    found = [source for _, source in app.sources if isinstance(source, OfDjango)]
    return found[0] if len(found) == 1 else None


def _have_all(world: Surroundings, source: OfDjango, path: str) -> bool:
    """Whether each settings module has all names of a file."""
    modules = settings_modules(world, source.importer)
    return bool(modules) and all(
        module is not None and path in with_stars(world, module) for module in modules
    )
