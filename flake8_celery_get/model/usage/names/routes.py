"""Where an app's routes are written down, and the text that adds some.

https://docs.celeryq.dev/en/stable/userguide/routing.html#automatic-routing
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from flake8_celery_get.model.settings.answers import NotSet
from flake8_celery_get.model.settings.modules import ABSENT
from flake8_celery_get.model.settings.names import every_name, names_of
from flake8_celery_get.model.usage.names.configured import configured
from flake8_celery_get.model.usage.names.routes_in_settings import (
    InSettings,
    beside,
    named_at,
)
from flake8_celery_get.model.usage.written.values import values_of_app, values_written
from flake8_celery_get.model.values.mappings import Entry, entries_of
from flake8_celery_get.model.values.values import Literal, Value

if TYPE_CHECKING:
    from flake8_celery_get.model.settings.apps.apps import App, Apps
    from flake8_celery_get.model.values.values import Place
    from flake8_celery_get.source.code import Span

Route: TypeAlias = dict[str, object]


@dataclass(frozen=True, slots=True)
class Addition:
    """Text that adds routes at the point ``after`` of a file.

    ``at`` in ``path`` is what it belongs to; the text may be for ``another`` file.
    """

    path: str
    at: Span
    text: str
    after: tuple[int, int]
    another: str = ""


def written_routes(apps: Apps) -> dict[str, Route]:
    """The routes that are written out under a task's own name."""
    return {
        entry.name: _route(apps, entry.value)
        for value, _ in values_written(apps, "task_routes")
        for entry in entries_of(value) or ()
        if entry.name is not None
    }


def _route(apps: Apps, value: Value) -> Route:
    if isinstance(value, Literal):
        return {"queue": value.value}
    return {
        part.name: said
        for part in entries_of(value) or ()
        if part.name is not None and (said := _said(apps, part)) is not None
    }


def _said(apps: Apps, part: Entry) -> object:
    if isinstance(part.value, Literal):
        return part.value.value
    return named_at(apps.world, part.place)


def addition(apps: Apps, app: App, routes: Mapping[str, Route]) -> Addition | None:
    """How to add routes to those of an app; None where these can't be read."""
    if apps.world.is_test(app.path):
        return None
    names = {
        v.name for r in routes.values() for v in r.values() if isinstance(v, InSettings)
    }
    if names:
        other = beside(apps.world, app, names) if _is_without(apps, app) else None
        return _setting(apps, app, *other, routes) if other is not None else None
    if _is_without(apps, app):
        return _statement(apps, app, routes)
    found = dict(values_of_app(apps.world, app, "task_routes"))
    entries = [entries_of(value) for value in found if value != ABSENT]
    if len(entries) != 1 or not entries[0]:
        return None
    return _in_front_of(apps, entries[0][0], routes)


def _in_front_of(apps: Apps, first: Entry, routes: Mapping[str, Route]) -> Addition | None:
    """The routes as entries of a dict that is written out."""
    path, (row, column, *_) = first.place
    if not path or apps.world.is_test(path):
        return None
    lines = apps.world.project.source(path).lines
    if not 0 < row <= len(lines) or lines[row - 1][column : column + 1] not in _QUOTES:
        return None
    indent = lines[row - 1][:column]
    between = f"\n{indent}" if not indent.strip() else " "
    text = "".join(f"{entry},{between}" for entry in _entries(routes))
    return Addition(path, first.place[1], text, (row, column))


def _statement(apps: Apps, app: App, routes: Mapping[str, Route]) -> Addition | None:
    """The routes of an app without any, behind what else configures it."""
    source = apps.world.project.source(app.path)
    found = configured(source.text, app.at)
    if found is None:
        return None
    name, last = found
    indent = source.lines[last.lineno - 1][: last.col_offset]
    row = last.end_lineno or last.lineno
    end = source.lines[row - 1]
    if indent.strip() or (len(end.encode()) != last.end_col_offset and "#" not in end):
        return None  # other statements share its lines
    rows = "".join(f"{indent}    {entry},\n" for entry in _entries(routes))
    text = f"\n{indent}{name}.conf.task_routes = {{\n{rows}{indent}}}"
    return Addition(app.path, app.at, text, (row, len(end)))


def _setting(
    apps: Apps, app: App, place: Place, name: str, routes: Mapping[str, Route]
) -> Addition | None:
    """The routes of an app without any as one of Django's settings, behind another one."""
    path, (_, indent, row, column) = place
    lines = apps.world.project.source(path).lines
    if indent or lines[row - 1][column:].partition("#")[0].strip():
        return None  # other statements share its lines
    rows = "".join(f"    {entry},\n" for entry in _entries(routes))
    text, after = f"\n{name} = {{\n{rows}}}", (row, len(lines[row - 1]))
    return Addition(app.path, app.at, text, after, path if path != app.path else "")


def _is_without(apps: Apps, app: App) -> bool:
    """Whether an app has no routes, as far as anything in the project speaks of them."""
    if isinstance(app.setting("task_routes"), NotSet):
        return True
    names = set(every_name("task_routes") | names_of("task_routes", app.namespace))
    project = apps.world.project
    speak = (path for path in project.mentioning(names) if not apps.world.is_test(path))
    return not any(speak) and not project.beside.mention(names)


_QUOTES = ('"', "'")


def _entries(routes: Mapping[str, Route]) -> list[str]:
    return [f"{_quoted(task)}: {_written(routes[task])}" for task in sorted(routes)]


def _written(route: Route) -> str:
    return f"{{{', '.join(f'{_quoted(key)}: {_quoted(route[key])}' for key in route)}}}"


def _quoted(value: object) -> str:
    if isinstance(value, InSettings):
        return value.name
    is_plain = (
        isinstance(value, str) and not set('"\\') & set(value) and value.isprintable()
    )
    return f'"{value}"' if is_plain else repr(value)
