"""Of which class of the project an object is, as far as one expression tells."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, TypeAlias

from flake8_celery_get.model.known.rows import (
    ONE,
    ONE_AND_A_FLAG,
    SHORTCUTS,
    USERS,
    with_async,
)
from flake8_celery_get.model.usage.django.inner_imports import InnerImports
from flake8_celery_get.model.usage.django.named_models import ASKED, spelled
from flake8_celery_get.model.usage.transactions.models.related import Related
from flake8_celery_get.model.values.parts import options
from flake8_celery_get.model.values.values import ClassValue, Instance, Rows
from flake8_celery_get.source import code

if TYPE_CHECKING:
    from flake8_celery_get.model.flow.surroundings import Surroundings
    from flake8_celery_get.model.values.definitions import ClassSymbol, FunctionSymbol

Known: TypeAlias = "Mapping[str, ClassSymbol]"
"""The classes of what dotted names stand for."""

EACH = ".[each]"
"""``orders.[each]`` is what a loop over ``orders`` gives."""
MADE = "self.model()"
"""What a manager makes: ``self.model(name="x")`` and ``self.create(name="x")``."""
_ONE = with_async(ONE | ONE_AND_A_FLAG | USERS)
_LISTS = frozenset({"get_list_or_404", "list", "sorted", "reversed", "tuple"})
_USERS = ("AbstractBaseUser", "AbstractUser")
_MODELS = ("Model", *_USERS)
_MANAGERS = ("Manager", "QuerySet")
_SAVED = frozenset({"instance", "self"})
"""What receivers and ``save()`` call the row."""
_KEYS = frozenset({"pk", "id"})
_NEVER_EMPTY = re.compile(r"\b(?:ForeignKey|OneToOneField|Date(?:Time)?Field|UUIDField)\(")


class Kinds:
    """Tells the classes of objects, for those whose methods somebody calls."""

    def __init__(self, world: Surroundings) -> None:
        self._world = world
        self.names = InnerImports(world)
        self.related = Related(world)
        self._links: dict[tuple[ClassSymbol, str], ClassSymbol | None] = {}

    def of(
        self, symbol: FunctionSymbol, node: code.Expression, known: Known
    ) -> ClassSymbol | None:
        """The class of what an expression gives; None where that can't be told."""
        if isinstance(node, code.Await):
            node = node.value
        text = code.dotted(node)
        if text:
            return known.get(text) or self._linked(text, known)
        if not isinstance(node, code.Call):
            return None
        name = code.last_name(node.function)
        if name in SHORTCUTS and node.arguments:
            return self._queried(symbol, node.arguments[0].value, known)
        if name in _ONE:
            return self._queried(symbol, node.function, known)
        if code.dotted(node.function) == "self.get_object":
            return self.of_view(known.get("self"))
        if code.dotted(node.function) == "self.model":
            return known.get(MADE)
        return self.named(symbol, code.dotted(node.function))

    def managed(self, symbol: FunctionSymbol, text: str) -> tuple[ClassSymbol, str] | None:
        """The model of ``Order.objects``, and what it calls its manager."""
        owner, _, name = text.rpartition(".")
        model = self.named(symbol, owner) if owner else None
        return (model, name) if model is not None and self.is_model(model) else None

    def made_by(self, manager: ClassSymbol | None) -> frozenset[tuple[str, ClassSymbol]]:
        """The model whose rows a manager makes, if it is the ``objects`` of one model alone."""
        if manager is None or not self.is_manager(manager):
            return frozenset()
        found = {
            model
            for path in self._world.project.mentioning({manager.name})
            for model in self._world.scope(path).all_classes()
            if self.is_model(model) and self._has_manager(model, manager)
        }
        return frozenset((MADE, model) for model in found if len(found) == 1)

    def _has_manager(self, model: ClassSymbol, manager: ClassSymbol) -> bool:
        said = self._world.classes.bound(model, "objects")
        found = options(said) if said is not None else ()
        return any(isinstance(one, Instance) and one.symbol is manager for one in found)

    def is_manager(self, kind: ClassSymbol) -> bool:
        """Whether a class is one of Django's managers or queries."""
        bases = self._world.classes.outside_bases(kind)
        return any(
            base.removesuffix(".from_queryset").endswith(_MANAGERS) for base in bases
        )

    def each_of(
        self, symbol: FunctionSymbol, node: code.Expression, known: Known
    ) -> ClassSymbol | None:
        """The class of what a loop over an expression gives."""
        text = code.dotted(node)
        if text:
            return known.get(f"{text}{EACH}")
        if not isinstance(node, code.Call) or code.last_name(node.function) in _ONE:
            return None
        if code.last_name(node.function) in _LISTS and node.arguments:
            return self.each_of(symbol, node.arguments[0].value, known)
        return self._queried(symbol, node.function, known)

    def makes(self, node: code.Expression) -> bool | None:
        """Whether a call makes a new object, ``Order(...)``, or finds one that was saved."""
        if not isinstance(node, code.Call):
            return None
        name = code.last_name(node.function)
        if name[:1].isupper() or code.dotted(node.function) == "self.model":
            return True
        is_found = name in (_ONE | SHORTCUTS) and "create" not in name
        return False if is_found or name == "get_object" else None

    def named(self, symbol: FunctionSymbol, text: str) -> ClassSymbol | None:
        """The class of the project that a dotted name means in a function."""
        value = self.names.resolved(symbol, text)
        return value.symbol if isinstance(value, ClassValue) else None

    def is_instance(
        self, symbol: FunctionSymbol, test: code.Expression, known: Known
    ) -> bool | None:
        """What ``isinstance(row, Order)`` gives; None where nobody can tell."""
        if not (isinstance(test, code.Call) and code.dotted(test.function) == "isinstance"):
            return None
        texts = [code.dotted(each.value) for each in test.arguments]
        kind = known.get(texts[0]) if len(texts) == 2 else None
        wanted = self.named(symbol, texts[1]) if kind is not None else None
        if kind is None or wanted is None:
            return None
        return wanted in self._world.classes.line(kind)

    def is_model(self, kind: ClassSymbol) -> bool:
        """Whether a class is one of Django's models."""
        bases = self._world.classes.outside_bases(kind)
        return any(base.endswith(_MODELS) for base in bases)

    def is_user(self, kind: ClassSymbol) -> bool:
        """Whether a model is one of accounts."""
        bases = self._world.classes.outside_bases(kind)
        return any(base.endswith(_USERS) for base in bases)

    def is_set(self, test: code.Expression, known: Known) -> bool:
        """Whether each row that was saved has something in an attribute: a key, or a date."""
        owner, _, name = code.dotted(test).rpartition(".")
        kind = known.get(owner)
        if kind is None or owner not in _SAVED:
            return False
        if name in _KEYS:
            return owner == "instance"  # ``save()`` asks before there is one
        return any(
            _NEVER_EMPTY.search(text) is not None and "null=True" not in text
            for ancestor in self._world.classes.line(kind)
            for field in ancestor.statements
            if name.removesuffix("_id") in field.names
            for text in [field.text(ancestor.scope.source.lines)]
        )

    def saved_by(self, kind: ClassSymbol) -> ClassSymbol | None:
        """The model whose rows a form or a serializer saves."""
        for ancestor in self._world.classes.line(kind):
            meta = ancestor.classes.get("Meta")
            if meta is not None:
                return self._bound(meta, "model")
        return None

    def _queried(
        self, symbol: FunctionSymbol, node: code.Expression, known: Known
    ) -> ClassSymbol | None:
        """The class at the start of ``Order.objects.filter(...).first``."""
        while not spelled(node):
            if isinstance(node, (code.Attribute, code.Subscript)):
                node = node.value
            elif isinstance(node, code.Call):
                node = node.function
            else:
                return None
        text = spelled(node)
        if text.startswith("cls.objects"):
            return known.get("cls")
        if text.startswith("self.") and MADE in known:
            return known[MADE]
        is_user = text.startswith(ASKED)
        found = self.named(symbol, ASKED if is_user else up_to_class(text))
        owner, _, name = text.rpartition(".")[0].rpartition(".")
        return found or self.related.behind(owner, name)

    def of_view(self, view: ClassSymbol | None) -> ClassSymbol | None:
        """The model of what ``get_object()`` of a view gives."""
        if view is None or self._world.classes.method(view, "get_object") is not None:
            return None
        found = self._bound(view, "model") or self._bound(view, "queryset")
        serializer = None if found else self._bound(view, "serializer_class")
        return found or (self.saved_by(serializer) if serializer is not None else None)

    def _bound(self, owner: ClassSymbol, name: str) -> ClassSymbol | None:
        value = self._world.classes.bound(owner, name)
        found = options(value) if value is not None else ()
        first = found[0] if len(found) == 1 else None
        return first.symbol if isinstance(first, (ClassValue, Rows)) else None

    def _linked(self, text: str, known: Known) -> ClassSymbol | None:
        """The class that a foreign key leads to: ``invoice.order``."""
        owner, _, name = text.rpartition(".")
        kind = known.get(owner)
        if kind is None:
            return None
        if (kind, name) not in self._links:
            self._links[kind, name] = self._behind(kind, name)
        return self._links[kind, name]

    def _behind(self, kind: ClassSymbol, name: str) -> ClassSymbol | None:
        """The class of a model's attribute; ``"shop.Order"`` may stand in another file."""
        target = self.related.target(kind, name)
        label, _, last = target.rpartition(".")
        if target == "self":
            return kind
        value = self._world.deeply(kind.scope, last) if last else None
        if label and not isinstance(value, ClassValue):
            value = self.names.at_top(kind.scope, f'"{target}"')
        return value.symbol if isinstance(value, ClassValue) else None


_UP_TO_CLASS = re.compile(r"^(?:\w+\.)*?[A-Z]\w*")


def up_to_class(text: str) -> str:
    """``models.News`` in ``models.News.objects.get``; empty where no class is named."""
    found = _UP_TO_CLASS.match(text)
    return found[0] if found else ""
