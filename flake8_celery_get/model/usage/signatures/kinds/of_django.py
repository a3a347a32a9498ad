"""Values of Django that JSON can't serialize: requests, users, rows and queries."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from flake8_celery_get.model.classes.decorators import makes_view, text_of
from flake8_celery_get.model.known.rows import ONE, QUERIES
from flake8_celery_get.model.known.web.frameworks import handlers_of
from flake8_celery_get.model.usage.django.routes import Routes
from flake8_celery_get.model.usage.signatures.kinds.receivers import Receivers
from flake8_celery_get.model.usage.signatures.kinds.words import MODEL, QUERYSET, REQUEST
from flake8_celery_get.model.values.definitions import FunctionSymbol
from flake8_celery_get.model.values.values import ClassValue, External
from flake8_celery_get.source import code

if TYPE_CHECKING:
    from flake8_celery_get.model.flow.surroundings import Surroundings
    from flake8_celery_get.model.usage.sent.sends import Sent
    from flake8_celery_get.model.usage.signatures.kinds.held import HeldNames

_OF_VALUES = frozenset({"values", "values_list"})

_GIVE_ROW = (
    External("django.shortcuts.get_object_or_404"),
    External("rest_framework.generics.get_object_or_404"),
)
_REQUESTS = frozenset({"ASGIRequest", "HttpRequest", "Request", "WSGIRequest"})
_USERS = frozenset({"request.user", "self.request.user"})
_RESPONSE = re.compile(r"Response|\A(?:render|redirect)\Z")
_PACKAGES = frozenset({"django", "rest_framework"})

_VIEWS_OF_ONE = re.compile(
    r"django\.views\.generic\.(?:\w+\.)?(?:Detail|Update|Delete|Create)View"
)


class OfDjango:
    """Tells which values of Django an expression gives."""

    def __init__(self, world: Surroundings, held: HeldNames) -> None:
        self._world = world
        self._held = held
        self._receivers = Receivers(world, held)
        self._routes = Routes(world)

    def of(self, node: code.Expression, sent: Sent) -> str:
        """What a name or an attribute is; empty for what JSON may carry."""
        text = code.dotted(node)
        if text == "request":
            return REQUEST if self._is_request(sent) else ""
        if text == "self.request":
            return REQUEST if self._is_method_of_view(sent) else ""
        if text in _USERS:
            return MODEL if self._is_of_django(sent) else ""
        if text == "instance":
            return MODEL if self._receivers.gets_row(sent) else ""
        return MODEL if text == "self.object" and self._has_object(sent) else ""

    def of_call(self, node: code.Call, sent: Sent) -> str:
        """What ``get_object_or_404(Model, …)`` gives; empty for another function."""
        text, first = code.dotted(node.function), node.arguments[:1]
        if not text.endswith("get_object_or_404") or not first or first[0].name:
            return ""
        asked = first[0].value
        is_rows = code.last_name(asked)[:1].isupper() or gives_rows(asked)
        found = self._world.deeply(self._world.scope(sent.path), text)
        return MODEL if is_rows and found in _GIVE_ROW else ""

    def _is_of_django(self, sent: Sent) -> bool:
        """Whether the function may answer requests of Django: these have a model's user."""
        function = self._held.function_around(sent)
        names = {each.name for each in function.parameters} if function else set()
        return not names.isdisjoint({"request", "self"}) and imports_django(
            self._world, sent.path
        )

    def _is_request(self, sent: Sent) -> bool:
        """Whether ``request`` is the parameter of a view."""
        around = self._world.calls.code_around(sent.within)
        function = around or self._held.function_around(sent)
        if function is None or not self._takes_request(function, sent):
            return False
        if any(_RESPONSE.search(code.last_name(node)) for node in code.walk(function)):
            return True
        symbol = self._held.symbol_around(sent)
        if symbol is None or self._is_routed(symbol):
            return symbol is not None
        is_view = self._is_decorated(symbol) or self._answers(symbol)
        return is_view and imports_django(self._world, sent.path)

    def _takes_request(self, function: code.Function, sent: Sent) -> bool:
        """Whether a parameter is a request, as far as annotations tell, and stays one."""
        found = [each for each in function.parameters if each.name == "request"]
        is_bound = any(
            isinstance(node, code.Assign) and "request" in map(code.dotted, node.targets)
            for node in code.walk(function)
        )
        annotation = found[0].annotation if found else None
        if annotation is None or is_bound:
            return bool(found) and not is_bound
        value = self._world.deeply(self._world.scope(sent.path), code.dotted(annotation))
        is_own = isinstance(value, ClassValue)
        return code.last_name(annotation) in _REQUESTS and not is_own

    def _is_decorated(self, symbol: FunctionSymbol) -> bool:
        """Whether a decorator makes a view."""
        for node in self._world.calls.decorators_of(symbol):
            text = text_of(node)
            value = self._world.deeply(symbol.scope, text)
            if makes_view(self._world, node, text, value):
                return True
        return False

    def _answers(self, symbol: FunctionSymbol) -> bool:
        """Whether a method answers the requests of a class of Django's views."""
        for base in self._bases(symbol):
            handlers = handlers_of(base) if base.partition(".")[0] in _PACKAGES else None
            if handlers and symbol.name in handlers:
                return symbol.definition.positional[1:2] == ("request",)
        return False

    def _is_routed(self, symbol: FunctionSymbol) -> bool:
        """Whether a list of URLs names a function."""
        is_view = symbol.definition.positional[:1] == ("request",)
        return is_view and self._routes.lead_to(symbol)

    def _is_method_of_view(self, sent: Sent) -> bool:
        symbol = self._held.symbol_around(sent)
        return symbol is not None and any(
            base.partition(".")[0] in _PACKAGES and handlers_of(base) is not None
            for base in self._bases(symbol)
        )

    def _bases(self, symbol: FunctionSymbol) -> list[str]:
        owner = symbol.owner
        return [] if owner is None else self._world.classes.outside_bases(owner)

    def _has_object(self, sent: Sent) -> bool:
        """Whether ``self.object`` is the row of a generic view of Django."""
        symbol = self._held.symbol_around(sent)
        if symbol is None or symbol.owner is None:
            return False
        line = self._world.classes.line(symbol.owner)
        if any("get_object" in each.methods for each in line):
            return False
        bases = [base for base in self._bases(symbol) if _VIEWS_OF_ONE.fullmatch(base)]
        function = self._held.function_around(sent)
        assigned = [
            node.value
            for node in (code.walk(function) if function else ())
            if isinstance(node, code.Assign)
            and "self.object" in map(code.dotted, node.targets)
        ]
        saves = function is not None and _saves_form(function, sent.at)
        is_created = any(base.endswith("CreateView") for base in bases)
        return bool(bases) and not assigned and (saves or not is_created)


def imports_django(world: Surroundings, path: str) -> bool:
    """Whether a file imports something of Django, or of its package for REST."""
    imported = world.project.source(path).outline.imports
    return any(each.module.partition(".")[0] in _PACKAGES for each in imported)


def _saves_form(function: code.Function, before: code.Span) -> bool:
    """Whether it calls ``super().form_valid(form)`` there, which saves the row."""
    for node in code.walk(function):
        if isinstance(node, code.Call) and isinstance(node.function, code.Attribute):
            owner = node.function.value
            is_super = (
                isinstance(owner, code.Call) and code.dotted(owner.function) == "super"
            )
            if is_super and node.function.name == "form_valid" and node.at < before:
                return True
    return False


def kind_of_query(node: code.Expression) -> str:
    """What a manager is asked for: ``Model.objects.filter(…)``, also ``.first()`` of it."""
    if not isinstance(node, code.Call):
        return ""
    asked = _asked_of_objects(node)
    name = code.last_name(node.function)
    if not asked or (name in ONE and not asked.isdisjoint(_OF_VALUES)):
        return ""
    return MODEL if name in ONE else QUERYSET if name in QUERIES | _OF_VALUES else ""


def gives_rows(node: code.Expression) -> bool:
    """Whether each item of a query is a row: not of ``values()``."""
    is_query = kind_of_query(node) == QUERYSET
    return is_query and _asked_of_objects(node).isdisjoint(_OF_VALUES)


def _asked_of_objects(node: code.Expression) -> set[str]:
    """What a manager is asked for: of ``Model.objects.filter(…).first()``, filter and first."""
    names: set[str] = set()
    while isinstance(node, (code.Call, code.Attribute)):
        if isinstance(node, code.Attribute):
            if node.name == "objects":
                return names if code.last_name(node.value)[:1].isupper() else set()
            names.add(node.name)
        node = node.function if isinstance(node, code.Call) else node.value
    return set()
