"""Tasks that choose their queue by options of their own, which Celery 6 looks for in routes.

https://docs.celeryq.dev/en/stable/userguide/routing.html#automatic-routing
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from flake8_celery_get.model.flow.notes import Note
from flake8_celery_get.model.settings.answers import NotSet
from flake8_celery_get.model.usage.names.registered import name_of
from flake8_celery_get.model.usage.written.said_options import said_options
from flake8_celery_get.model.usage.written.values import values_written
from flake8_celery_get.model.values.mappings import entries_of
from flake8_celery_get.model.values.values import Literal
from flake8_celery_get.source import code

if TYPE_CHECKING:
    from flake8_celery_get.model.settings.apps.apps import App, Apps
    from flake8_celery_get.model.usage.tasks import Defined
    from flake8_celery_get.source.code import Span
    from flake8_celery_get.source.outline import Definition

Route: TypeAlias = dict[str, object]

_ATTRIBUTES = (
    "queue", "exchange", "exchange_type", "routing_key", "delivery_mode", "priority",
)  # fmt: skip
"""Options of tasks that Celery 5.7 warns of."""


@dataclass(frozen=True, slots=True)
class OldOption(Note):
    """An option of a task that a route has to take over.

    ``decorator`` is the call that has it. ``is_routed``: a route says the same already.
    """

    option: str
    decorator: Span
    is_routed: bool


@dataclass(frozen=True, slots=True)
class MissingRoutes(Note):
    """An app without routes, whose tasks choose their queues; ``names`` are those of the tasks.

    ``text`` is the statement that gives it routes, for the place ``after`` in its file.
    """

    names: tuple[str, ...]
    text: str
    after: tuple[int, int]


def options_for_routes(apps: Apps, tasks: Iterable[Defined]) -> Iterator[Note]:
    """The options of tasks, and the app that they are to be routed by."""
    if not apps.world.project.options.asks("CEL802"):
        return
    routes = _written_routes(apps)
    missing: dict[str, Route] = {}
    for task in tasks:
        route = _chosen(task)
        name = name_of(task)
        is_routed = bool(route) and routes.get(name, {}).items() >= (route or {}).items()
        if route and name and not is_routed:
            missing[name] = route
        yield from _options(task, is_routed=is_routed)
    if missing:
        yield from _missing(apps, missing)


def _options(task: Defined, *, is_routed: bool) -> Iterator[OldOption]:
    path = task.symbol.scope.path
    _, said = said_options(task)
    call = _decorator(task)
    for option in _ATTRIBUTES:
        if option in said and call is not None:
            yield OldOption(path, said[option].at, None, option, call.at, is_routed)


def _decorator(task: Defined) -> code.Call | None:
    function = task.symbol.scope.world.calls.function_code(task.symbol)
    if function is None or task.place is None:
        return None
    decorator = function.decorators[task.place]
    return decorator if isinstance(decorator, code.Call) else None


def _chosen(task: Defined) -> Route | None:
    """What the options say, where all of them are written out."""
    _, said = said_options(task)
    values = {option: said[option].value for option in _ATTRIBUTES if option in said}
    route: Route = {}
    for option, value in values.items():
        if not isinstance(value, code.Constant) or not isinstance(value.value, str | int):
            return None
        route[option] = value.value
    return route


def _written_routes(apps: Apps) -> dict[str, Route]:
    """The routes that are written out under a task's own name."""
    found: dict[str, Route] = {}
    for value, _ in values_written(apps, "task_routes"):
        for entry in entries_of(value) or ():
            if entry.name is not None:
                found[entry.name] = {
                    part.name: part.value.value
                    for part in entries_of(entry.value) or ()
                    if part.name is not None and isinstance(part.value, Literal)
                }
    return found


def _missing(apps: Apps, routes: dict[str, Route]) -> Iterator[MissingRoutes]:
    made = [app for app in apps if not apps.world.is_test(app.path)]
    if len(made) != 1 or not isinstance(made[0].setting("task_routes"), NotSet):
        return
    (app,) = made
    found = _configured(apps, app)
    if found is not None:
        name, last = found
        rows = (
            f"    {_quoted(task)}: {_written(routes[task])},\n" for task in sorted(routes)
        )
        text = f"\n{name}.conf.task_routes = {{\n{''.join(rows)}}}"
        lines = apps.world.project.source(app.path).lines
        after = last.end_line, len(lines[last.end_line - 1])
        yield MissingRoutes(app.path, app.at, None, tuple(sorted(routes)), text, after)


def _configured(apps: Apps, app: App) -> tuple[str, Definition] | None:
    """The name that a module gives its app, and the last statement that configures it."""
    source = apps.world.project.source(app.path)
    outline = source.outline.definitions
    makes = [each for each in outline if each.line <= app.at[0] <= each.end_line]
    if (
        len(makes) != 1
        or len(makes[0].names) != 1
        or makes[0].kind in ("function", "class")
    ):
        return None
    name = makes[0].names[0]
    configures = re.compile(rf"{re.escape(name)}\.(?:config_from_object\(|conf\b)")
    later = [each for each in outline if each.line > makes[0].end_line]
    found = [each for each in later if configures.match(source.lines[each.line - 1])]
    return name, (found or makes)[-1]


def _written(route: Route) -> str:
    return f"{{{', '.join(f'{_quoted(key)}: {_quoted(route[key])}' for key in route)}}}"


def _quoted(value: object) -> str:
    is_plain = (
        isinstance(value, str) and not set('"\\') & set(value) and value.isprintable()
    )
    return f'"{value}"' if is_plain else repr(value)
