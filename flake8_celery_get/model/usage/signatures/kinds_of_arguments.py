"""Kinds of values that JSON can't serialize, told by the code that gives them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from flake8_celery_get.model.values.parts import options
from flake8_celery_get.model.values.values import (
    ClassValue,
    Closure,
    External,
    Instance,
    Made,
    Value,
)
from flake8_celery_get.source import code

if TYPE_CHECKING:
    from flake8_celery_get.model.flow.surroundings import Surroundings
    from flake8_celery_get.model.usage.sent.sends import Sent

SET, FUNCTION, GENERATOR, FILE, TIMEDELTA, PATH, REQUEST, MODEL, QUERYSET, OBJECT, MEMBER = (
    "a set", "a function", "a generator", "an open file", "a timedelta", "a path",
    "the request", "a model instance", "a queryset", "an object", "a member of an enum",
)  # fmt: skip

_OF_BUILTINS = {
    "set": SET, "frozenset": SET, "open": FILE, "map": GENERATOR, "filter": GENERATOR,
    "zip": GENERATOR, "enumerate": GENERATOR, "reversed": GENERATOR, "range": GENERATOR,
    "object": OBJECT, "complex": OBJECT,
}  # fmt: skip
_OF_DISPLAYS = {"set": SET, "generator": GENERATOR}
_MADE = {"datetime.timedelta()": TIMEDELTA, "pathlib.Path()": PATH, "builtins.open()": FILE}
_PLAIN_ENUMS = frozenset({"enum.Enum", "enum.Flag"})
_GIVES_ROW = frozenset({"get", "create", "first", "last", "latest", "earliest"})
_GIVES_ROWS = frozenset(
    {
        "all", "filter", "exclude", "values", "values_list", "order_by", "distinct",
        "select_related", "prefetch_related", "annotate", "only", "defer",
    }
)  # fmt: skip

_USERS = frozenset({"request.user", "self.request.user"})
_RESPONSE = re.compile(r"Response|\A(?:render|redirect)\Z")


class Kinds:
    """Tells what an argument is that JSON can't serialize."""

    def __init__(self, world: Surroundings) -> None:
        self.world = world
        self._bindings: dict[object, dict[str, list[code.Expression | None]]] = {}

    def of(self, node: code.Expression, value: Value, sent: Sent) -> str:
        """One of the kinds above; empty for what JSON may carry."""
        if all(_is_made(option) for option in options(value)):
            (kind, *others) = {_MADE[option.path] for option in options(value)}  # type: ignore[attr-defined]
            return kind if not others else ""
        if all(isinstance(option, Instance) for option in options(value)):
            kinds = {self._of_instance(option) for option in options(value)}  # type: ignore[arg-type]
            return kinds.pop() if len(kinds) == 1 else ""
        if isinstance(value, Closure) and isinstance(value.code, code.Lambda):
            return FUNCTION
        return self._of_node(node, sent) or self._of_member(node, sent)

    def _of_member(self, node: code.Expression, sent: Sent) -> str:
        """``Color.RED`` of an enum whose members are no texts or numbers."""
        if not isinstance(node, code.Attribute):
            return ""
        scope = self.world.scope(sent.path)
        owner = self.world.deeply(scope, code.dotted(node.value))
        if not isinstance(owner, ClassValue):
            return ""
        bases = self.world.classes.outside_bases(owner.symbol)
        is_enum = bases != [] and set(bases) <= _PLAIN_ENUMS
        names = {name for each in owner.symbol.statements for name in each.names}
        has_own = self.world.classes.method(owner.symbol, "__json__") is not None
        return MEMBER if is_enum and node.name in names and not has_own else ""

    def _of_instance(self, instance: Instance) -> str:
        symbol, classes = instance.symbol, self.world.classes
        if classes.method(symbol, "__json__") is not None:
            return ""
        if any(base.endswith("models.Model") for base in classes.outside_bases(symbol)):
            return MODEL
        if set(classes.outside_bases(symbol)) == {"pydantic.BaseModel"}:
            return OBJECT
        has_bases = any(each.definition.bases for each in classes.line(symbol))
        return "" if has_bases or classes.outside_bases(symbol) else OBJECT

    def _of_node(self, node: code.Expression, sent: Sent) -> str:
        if isinstance(node, code.Lambda):
            return FUNCTION
        if isinstance(node, (code.Display, code.Comprehension)):
            return _OF_DISPLAYS.get(node.kind) or self._inside(node, sent)
        if isinstance(node, code.Mapping):
            return self._inside(node, sent)
        if isinstance(node, code.Call):
            return self._of_call(node, sent)
        if code.dotted(node) == "request":
            return REQUEST if self._answers_request(sent) else ""
        if code.dotted(node) in _USERS:
            return MODEL if self._is_django_view(sent) else ""
        if isinstance(node, code.Name):
            bound = self._bound(sent).get(node.id, [])
            if len(bound) == 1 and isinstance(bound[0], code.Call):
                return self._of_call(bound[0], sent)
        return ""

    def _inside(
        self, node: code.Display | code.Comprehension | code.Mapping, sent: Sent
    ) -> str:
        """What a list or a dict that is written out holds."""
        if isinstance(node, code.Comprehension):
            return ""
        parts = node.items if isinstance(node, code.Display) else node.values
        return next(filter(None, (self._of_node(part, sent) for part in parts)), "")

    def _of_call(self, node: code.Call, sent: Sent) -> str:
        if isinstance(node.function, code.Name):
            name = node.function.id
            is_builtin = self.world.names.lookup(
                self.world.scope(sent.path), name
            ) == External(f"builtins.{name}")
            return _OF_BUILTINS.get(name, "") if is_builtin else ""
        name = code.last_name(node.function)
        asked = _asked_of_objects(node)
        if not asked or (
            name in _GIVES_ROW and not asked.isdisjoint({"values", "values_list"})
        ):
            return ""
        return MODEL if name in _GIVES_ROW else QUERYSET if name in _GIVES_ROWS else ""

    def _answers_request(self, sent: Sent) -> bool:
        """Whether the function has a parameter ``request`` and gives a response."""
        function = self.world.calls.code_around(sent.within)
        if function is None or all(each.name != "request" for each in function.parameters):
            return False
        return any(_RESPONSE.search(code.last_name(node)) for node in code.walk(function))

    def _is_django_view(self, sent: Sent) -> bool:
        """Whether the function may answer requests of Django: these have a model's user."""
        function = self.world.calls.code_around(sent.within)
        names = {each.name for each in function.parameters} if function else set()
        imported = self.world.project.source(sent.path).outline.imports
        return not names.isdisjoint({"request", "self"}) and any(
            each.module.partition(".")[0] in {"django", "rest_framework"}
            for each in imported
        )

    def _bound(self, sent: Sent) -> dict[str, list[code.Expression | None]]:
        """What the names of a function are bound to; None for what is no plain value."""
        if sent.within not in self._bindings:
            function = self.world.calls.code_around(sent.within)
            self._bindings[sent.within] = _bindings(function) if function else {}
        return self._bindings[sent.within]


def _is_made(value: Value) -> bool:
    return isinstance(value, Made) and value.path in _MADE


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


def _bindings(function: code.Function) -> dict[str, list[code.Expression | None]]:
    found: dict[str, list[code.Expression | None]] = {
        each.name: [None] for each in function.parameters
    }
    for node in code.walk(function):
        targets: list[code.Expression] = []
        value: code.Expression | None = None
        if isinstance(node, code.Assign):
            targets, value = node.targets, node.value
        elif isinstance(node, (code.For, code.Walrus, code.Clause, code.With)):
            targets = [node.target] if node.target is not None else []
        for target in targets:
            for each in code.walk(target):
                if isinstance(each, code.Name):
                    found.setdefault(each.id, []).append(value if each is target else None)
    return found
