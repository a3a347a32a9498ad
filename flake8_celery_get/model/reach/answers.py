"""Views whose return value goes to the framework as it is: nothing converts it on the way."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from flake8_celery_get.model.classes import decorators
from flake8_celery_get.model.known import celery_words
from flake8_celery_get.model.known.web.frameworks import HTTP_VERBS, decorates_view
from flake8_celery_get.model.values.definitions import FunctionSymbol
from flake8_celery_get.model.values.parts import options
from flake8_celery_get.model.values.values import Closure, External, Made, Value
from flake8_celery_get.source import code

if TYPE_CHECKING:
    from flake8_celery_get.model.evaluate.world import World
    from flake8_celery_get.model.values.definitions import ClassSymbol

_ROUTES = HTTP_VERBS | {"route", "api_route", "api_view", "expose"}
_FRAMEWORKS = frozenset(
    {"django", "rest_framework", "flask", "quart", "fastapi", "starlette"}
)
_CONVERTERS = frozenset({"response_model", "response_class", "**"})
"""Arguments of a route that say what becomes of the value."""

ROUTE, CHECK, UNSURE = "route", "check", "unsure"
"""What a decorator is for the value of a view; an unsure one may convert it."""


def answers(
    world: World, within: FunctionSymbol | Closure, classes: Sequence[ClassSymbol]
) -> bool:
    """Whether a client gets what the function returns; ``classes`` it answers requests for."""
    function, roles = _roles(world, within)
    if function is None or not _is_plain(function) or UNSURE in roles:
        return False
    if ROUTE in roles:
        return True
    return isinstance(within, FunctionSymbol) and (
        within in world.seen.url_views
        or (len(classes) > 0 and _is_handler(world, within, classes))
    )


def _roles(
    world: World, within: FunctionSymbol | Closure
) -> tuple[code.Function | None, list[str]]:
    if isinstance(within, FunctionSymbol):
        function = world.calls.function_code(within)
        nodes = function.decorators if function else []
        texts = [decorators.text_of(node) for node in nodes]
        values = [world.deeply(within.scope, text) for text in texts]
    else:
        function = within.code if isinstance(within.code, code.Function) else None
        nodes = function.decorators if function else []
        values = [world.decorator(within.frame, node)[1] for node in nodes]
    return function, list(map(_role, nodes, values))


def _role(node: code.Expression, value: Value) -> str:
    for option in options(value):
        path = option.path if isinstance(option, (External, Made)) else ""
        if path.partition(".")[0] not in _FRAMEWORKS or not decorates_view(path):
            return UNSURE
    arguments = node.arguments if isinstance(node, code.Call) else []
    if any(argument.name in _CONVERTERS for argument in arguments):
        return UNSURE
    name = code.last_name(node.function if isinstance(node, code.Call) else node)
    return ROUTE if name in _ROUTES else CHECK


def _is_plain(function: code.Function) -> bool:
    """Whether no annotation says what the framework makes of the return value."""
    returns = function.returns
    return returns is None or code.last_name(returns) in celery_words.HANDLES


def _is_handler(
    world: World, method: FunctionSymbol, classes: Sequence[ClassSymbol]
) -> bool:
    """Whether a method answers requests of Django, with no base class in between."""
    return method.name in HTTP_VERBS and all(
        world.classes.line(symbol) == [symbol]
        and all(
            base.startswith(("django.", "rest_framework."))
            for base in world.classes.outside_bases(symbol)
        )
        for symbol in classes
    )
