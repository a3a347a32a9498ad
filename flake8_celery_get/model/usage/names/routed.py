"""Tasks that choose their queue by options of their own, which Celery 6 looks for in routes.

https://docs.celeryq.dev/en/stable/userguide/routing.html#automatic-routing
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from flake8_celery_get.model.noticed.notes import Note
from flake8_celery_get.model.usage.inner_tasks import inner_tasks, own_decorator
from flake8_celery_get.model.usage.names.own_names import sure_name_of
from flake8_celery_get.model.usage.names.routes import Route, addition, written_routes
from flake8_celery_get.model.usage.names.routes_in_settings import InSettings
from flake8_celery_get.model.usage.tasks import decorator_of
from flake8_celery_get.model.usage.written.constants import constant, name_in_settings
from flake8_celery_get.model.usage.written.said_options import said_options
from flake8_celery_get.model.values.values import ELSEWHERE, AppValue, Literal
from flake8_celery_get.source import code

if TYPE_CHECKING:
    from flake8_celery_get.model.flow.frame import Frame
    from flake8_celery_get.model.flow.surroundings import Surroundings
    from flake8_celery_get.model.settings.apps.apps import App, Apps
    from flake8_celery_get.model.usage.tasks import Defined
    from flake8_celery_get.model.values.definitions import ClassSymbol
    from flake8_celery_get.source.code import Span

_ATTRIBUTES = (
    "queue", "exchange", "exchange_type", "routing_key", "delivery_mode", "priority",
)  # fmt: skip
"""Options of tasks that Celery 5.7 warns of."""

_ASSIGNED = re.compile(rb"(?m)^[ \t]+(?:%b)[ \t]*[:=]" % "|".join(_ATTRIBUTES).encode())


@dataclass(frozen=True, slots=True)
class OldOption(Note):
    """An option of a task that a route has to take over.

    ``decorator`` is the call that has it, None for an attribute of a class, the key of a dict
    and a task inside a function. ``is_routed``: a route says the same already.
    """

    option: str
    decorator: Span | None = None
    is_routed: bool = False


@dataclass(frozen=True, slots=True)
class MissingRoutes(Note):
    """An app whose routes lack those of tasks that choose their queues: these have ``names``.

    It stands at the routes that there are, or at the app that has none. ``text`` adds the
    routes, at the point ``after`` of the same file, or of ``another``.
    """

    names: tuple[str, ...]
    text: str
    after: tuple[int, int]
    another: str = ""


def options_for_routes(apps: Apps, tasks: Iterable[Defined]) -> Iterator[Note]:
    """The options of tasks, and the apps that they are to be routed by."""
    if not apps.world.project.options.asks("CEL802"):
        return
    yield from _attributes(apps.world)
    yield from _options_of_inner(apps.world)
    written = written_routes(apps)
    missing: dict[App, dict[str, Route]] = {}
    for task in tasks:
        route = _chosen(apps.world, task)
        name = sure_name_of(apps.world, task)
        is_routed = bool(route) and written.get(name, {}).items() >= (route or {}).items()
        app = _app_of(apps, task)
        if route and name and name not in written and app is not None:
            missing.setdefault(app, {})[name] = route
        yield from _options(apps.world, task, is_routed=is_routed)
    for app, routes in missing.items():
        added = addition(apps, app, routes)
        if added is not None:
            names = tuple(sorted(routes))
            yield MissingRoutes(
                added.path, added.at, None, names, added.text, added.after, added.another
            )


def _options(world: Surroundings, task: Defined, *, is_routed: bool) -> Iterator[OldOption]:
    path = task.symbol.scope.path
    _, said = said_options(world, task)
    call = _decorator(world, task)
    for option in _ATTRIBUTES:
        if option in said and call is not None:
            is_own = any(argument is said[option] for argument in call.arguments)
            place = path, said[option].at, None, option
            # In a dict that is unpacked, other tasks may need it.
            yield OldOption(*place, call.at if is_own else None, is_own and is_routed)


def _options_of_inner(world: Surroundings) -> Iterator[OldOption]:
    """The options of tasks that functions define: nobody can tell their app's routes."""
    for closure, node in inner_tasks(world):
        decorator = own_decorator(world, closure, node)
        for argument in decorator.arguments if isinstance(decorator, code.Call) else ():
            if argument.name in _ATTRIBUTES:
                path = closure.frame.scope.path
                yield OldOption(path, argument.at, None, argument.name)


def _attributes(world: Surroundings) -> Iterator[OldOption]:
    """The options that classes of tasks have as attributes."""
    for path in world.project.celery_files(_ASSIGNED):
        if world.is_test(path):
            continue
        for symbol in world.scope(path).all_classes():
            if world.classes.is_task(symbol):
                yield from _attributes_of(symbol)


def _attributes_of(symbol: ClassSymbol) -> Iterator[OldOption]:
    for statement in symbol.statements:
        for name in statement.names:
            if name in _ATTRIBUTES:
                at = statement.line, statement.column
                end = statement.line, statement.column + len(name)
                yield OldOption(symbol.scope.path, (*at, *end), None, name)


def _decorator(world: Surroundings, task: Defined) -> code.Call | None:
    decorator = decorator_of(world, task)
    return decorator if isinstance(decorator, code.Call) else None


def _app_of(apps: Apps, task: Defined) -> App | None:
    """The app whose decorator makes a task, also one with a base class of its own."""
    frame, _ = said_options(apps.world, task)
    call = _decorator(apps.world, task)
    if call is not None and isinstance(call.function, code.Attribute):
        with frame.world.looking_deep():
            value = frame.evaluate(call.function.value)
        if isinstance(value, AppValue):
            return apps.get(value.site)
    key = task.options.app
    is_shared = call is not None and _is_shared(task, call)
    return apps.get(() if key == ELSEWHERE and is_shared else key)


def _is_shared(task: Defined, call: code.Call) -> bool:
    """Whether the decorator is ``shared_task``: a base class of the task doesn't matter then."""
    name = call.function.id if isinstance(call.function, code.Name) else ""
    imported = task.symbol.scope.imports.get(name)
    return imported is not None and (imported.module, imported.name) == (
        "celery", "shared_task",
    )  # fmt: skip


def _chosen(world: Surroundings, task: Defined) -> Route | None:
    """What the options say, where all of them are constants or names in Django's settings."""
    frame, said = said_options(world, task)
    route: Route = {}
    with frame.world.looking_deep():
        for option in _ATTRIBUTES:
            if option in said:
                chosen = _written(frame, said[option].value)
                if chosen is None:
                    return None
                route[option] = chosen
    return route


def _written(frame: Frame, expression: code.Expression) -> str | int | InSettings | None:
    """What a route says for an option; None where that is no constant."""
    value = constant(frame, expression)
    if isinstance(value, Literal):
        return value.value if isinstance(value.value, str | int) else None
    name = name_in_settings(frame, expression)
    return InSettings(name) if name else None
