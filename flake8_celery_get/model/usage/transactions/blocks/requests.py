"""Views that Django runs in a transaction, by ``ATOMIC_REQUESTS`` of the default database.

https://docs.djangoproject.com/en/stable/topics/db/transactions/#tying-transactions-to-http-requests
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cached_property
from typing import TYPE_CHECKING

from flake8_celery_get.model.usage.django.routes import Routes
from flake8_celery_get.model.values.parts import options
from flake8_celery_get.model.values.values import ClassValue, FunctionValue
from flake8_celery_get.source import code

if TYPE_CHECKING:
    from flake8_celery_get.model.flow.surroundings import Surroundings
    from flake8_celery_get.model.values.definitions import ClassSymbol, FunctionSymbol

_SETTING = "ATOMIC_REQUESTS"
_LEFT_OUT = "non_atomic_requests"
_ROUTED = re.compile(rf"\b{_LEFT_OUT}\(\s*([\w.]+?)(?:\.as_view\b|\s*[,)])")
_OF_CLASS = re.compile(rf"\bmethod_decorator\(\s*\[?[^()]*\b{_LEFT_OUT}\b")
VIEW_METHODS = frozenset(
    {
        "post", "put", "patch", "delete", "get", "dispatch", "create", "update", "destroy",
        "partial_update", "perform_create", "perform_update", "perform_destroy", "form_valid",
    }
)  # fmt: skip
_KEY = re.compile(r"\['(\w+)'\]")
_VIEW_DECORATORS = ("api_view", "require_POST", "require_http_methods", "login_required")


class Requests:
    """Tells which functions run in the transaction of a request."""

    def __init__(self, world: Surroundings) -> None:
        self._world = world
        self._routes = Routes(world)

    @cached_property
    def are_atomic(self) -> bool:
        """Whether the settings of the project say so."""
        world = self._world
        return any(
            not {"", "default"}.isdisjoint(_databases(statement))
            for path in world.project.mentioning({_SETTING})
            if not world.is_test(path)
            for definition in world.scope(path).all_definitions()
            if _SETTING in definition.text(world.scope(path).source.lines)
            for statement in world.scope(path).source.code(definition)
        )

    def covers(self, symbol: FunctionSymbol) -> bool:
        """Whether a function is a view that Django runs in a transaction.

        Django refuses asynchronous views with this setting.
        """
        if not self.are_atomic or symbol.definition.is_async or not self._is_view(symbol):
            return False
        return not self._is_left_out(symbol)

    def _is_view(self, symbol: FunctionSymbol) -> bool:
        if symbol.owner is None:
            first = (*symbol.definition.positional, "")[0]
            path = symbol.scope.path
            is_in_views = path.endswith("views.py") or "/views/" in path
            return (
                symbol.is_decorated(*_VIEW_DECORATORS)
                or (first == "request" and is_in_views)
                or self._routes.lead_to(symbol)
            )
        bases = self._world.classes.outside_bases(symbol.owner)
        is_view = any(base.endswith(("View", "ViewSet", "ViewSetMixin")) for base in bases)
        return is_view and (symbol.name in VIEW_METHODS or symbol.is_decorated("action"))

    def _is_left_out(self, symbol: FunctionSymbol) -> bool:
        """Whether ``non_atomic_requests`` is said of a view, its class, or in its URL."""
        if symbol.owner is None:
            return symbol.is_decorated(_LEFT_OUT) or symbol in self._routed
        return self._is_class_left_out(symbol.owner)

    def covers_class(self, view: ClassSymbol) -> bool:
        """Whether what a view inherits from its framework runs in a transaction."""
        return self.are_atomic and not self._is_class_left_out(view)

    def _is_class_left_out(self, view: ClassSymbol) -> bool:
        dispatch = self._world.classes.method(view, "dispatch")
        if dispatch is not None and _LEFT_OUT in _head(dispatch):
            return True
        line = self._world.classes.line(view)
        return any(each in self._routed or _OF_CLASS.search(_head(each)) for each in line)

    @cached_property
    def _routed(self) -> frozenset[FunctionSymbol | ClassSymbol]:
        return frozenset(self._left_out_of_urls())

    def _left_out_of_urls(self) -> Iterator[FunctionSymbol | ClassSymbol]:
        """``path("buy/", non_atomic_requests(views.buy))``."""
        for path in sorted(self._world.project.mentioning({_LEFT_OUT})):
            for name in _ROUTED.findall(self._world.project.consult(path).text):
                for value in options(self._world.deeply(self._world.scope(path), name)):
                    if isinstance(value, (ClassValue, FunctionValue)):
                        yield value.symbol


def _head(symbol: FunctionSymbol | ClassSymbol) -> str:
    """What stands before a function or a class: its decorators."""
    text = symbol.definition.text(symbol.scope.source.lines)
    return re.split(rf"\b(?:def|class)\s+{symbol.name}\b", text)[0]


def _databases(node: code.Node, owner: str = "") -> Iterator[str]:
    """The databases for which a statement turns it on; empty where it doesn't say which.

    ``owner`` is the key of the dictionary that ``node`` is in.
    """
    match node:
        case code.Mapping(keys=keys, values=values):
            for key, value in zip(keys, values, strict=True):
                name = key.value if isinstance(key, code.Constant) else owner
                yield from _said(str(name), value, owner)
        case code.Argument(name=name, value=value):
            yield from _said(name, value, owner)
        case code.Assign(targets=[target], value=value) if value is not None:
            names: list[str] = ["", "", *_KEY.findall(code.dotted(target))]
            yield from _said(names[-1], value, names[-2])
        case code.Call(function=code.Attribute(value=value), arguments=arguments):
            last = ["", *_KEY.findall(code.dotted(value))][-1]
            for each in arguments:
                yield from _databases(each, last or owner)
        case _:
            for child in code.children(node):
                yield from _databases(child, owner)


def _said(name: str, value: code.Expression, owner: str) -> Iterator[str]:
    if name != _SETTING:
        yield from _databases(value, name or owner)
    elif isinstance(value, code.Constant) and value.value is True:
        yield owner
