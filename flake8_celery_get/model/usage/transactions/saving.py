"""What Django runs while it saves a row: the model's ``save()``, and receivers of its signals.

https://docs.djangoproject.com/en/stable/ref/models/instances/#what-happens-when-you-save
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Set
from functools import cached_property
from typing import TYPE_CHECKING, TypeAlias

from flake8_celery_get.model.usage.transactions.call_names import names_called
from flake8_celery_get.model.usage.transactions.serializers import HOOKS, SAVE
from flake8_celery_get.model.values.parts import options
from flake8_celery_get.model.values.values import ClassValue, FunctionValue, Value
from flake8_celery_get.source import code

if TYPE_CHECKING:
    from flake8_celery_get.model.flow.surroundings import Surroundings
    from flake8_celery_get.model.values.definitions import (
        ClassSymbol,
        FunctionSymbol,
        Scope,
    )

Run: TypeAlias = "tuple[FunctionSymbol, frozenset[str]]"
"""A function, and how it names the row."""

Saved: TypeAlias = "tuple[ClassSymbol, bool | None]"
"""The model of a row that is saved, and whether the row is new; None where nobody can tell."""

SIGNALS = frozenset({"post_save"})
"""Signals that Django sends when a row is written."""
CREATES = frozenset({"create", "get_or_create", "update_or_create"})
"""Methods of a manager that save one row."""

_MODELS = ("Model", "AbstractUser", "AbstractBaseUser")
"""How the names of the classes end that make the rows of Django."""

_DECORATED = re.compile(r"^receiver\([^=]*\bpost_save\b")
_CONNECTED = re.compile(r"\bpost_save\.connect\(\s*([\w.]+)([^()]*)")
_SENDER = re.compile(r"\bsender\s*=\s*([\w.]+)")
_CREATED = re.compile(r"\bcreated\b")
_PARAMETER = re.compile(r"\bcreated\s*[,:=)]")
_FINDS = frozenset({"get_object_or_404", "aget_object_or_404"})


class Saving:
    """Knows the functions that send while a row of some model is saved."""

    def __init__(self, world: Surroundings, senders: Set[FunctionSymbol]) -> None:
        self._world = world
        self._senders = frozenset(senders)
        self._sending = {each.name for each in senders if each.owner is None}

    @cached_property
    def by_model(self) -> dict[ClassSymbol, list[Run]]:
        """The functions of each model that send, and how they name the row."""
        found: dict[ClassSymbol, list[Run]] = {}
        for symbol in self._senders:
            if symbol.name == SAVE and symbol.owner and self.is_model(symbol.owner):
                found.setdefault(symbol.owner, []).append((symbol, frozenset({"self"})))
        for symbol, model in self._receivers():
            sends = symbol in self._senders or self._sending & names_called(symbol)
            if sends and not symbol.scope.source.says(symbol.definition, _asks_for_fields):
                found.setdefault(model, []).append((symbol, _INSTANCE))
        return found

    @property
    def names(self) -> set[str]:
        """How a row is saved, where that sends anything at all."""
        if not self.by_model:
            return set()
        return {SAVE, f"self.{SAVE}", *CREATES, *(f"self.{hook}" for hook in HOOKS)}

    @cached_property
    def functions(self) -> frozenset[FunctionSymbol]:
        """All of them."""
        return frozenset(each for found in self.by_model.values() for each, _ in found)

    def is_model(self, owner: ClassSymbol | None) -> bool:
        """Whether the instances of a class are rows of Django."""
        bases = self._world.classes.outside_bases(owner) if owner is not None else ()
        return any(base.endswith(_MODELS) for base in bases)

    def of(self, saved: Saved) -> list[Run]:
        """What sends while a row of a model is saved, as far as that is certain."""
        if not self.by_model:
            return []
        model, is_new = saved
        return [
            (symbol, rows)
            for ancestor in self._world.classes.line(model)
            for symbol, rows in self.by_model.get(ancestor, ())
            if is_new is not None
            or not symbol.scope.source.says(symbol.definition, _asks_whether_new)
        ]

    def saved_by(self, scope: Scope, node: code.Expression) -> Saved | None:
        """What ``save()`` writes of a row that an expression makes or finds."""
        if not self.by_model or not isinstance(node, code.Call):
            return None
        finds = code.last_name(node.function) in _FINDS and bool(node.arguments)
        text = code.dotted(node.arguments[0].value if finds else node.function)
        name, _, method = text.partition(".objects.")
        model = self._model(scope, name)
        return None if model is None else (model, not finds and not method)

    def created_by(self, scope: Scope, node: code.Call) -> Saved | None:
        """The row that ``Model.objects.create()`` saves."""
        name, _, method = code.dotted(node.function).partition(".objects.")
        known = method in CREATES and bool(self.by_model)
        model = self._model(scope, name) if known else None
        return None if model is None else (model, True if method == "create" else None)

    def is_instance(
        self, scope: Scope, test: code.Expression, models: dict[str, ClassSymbol]
    ) -> bool | None:
        """What ``isinstance(row, Order)`` gives; None where nobody can tell."""
        if not (isinstance(test, code.Call) and code.dotted(test.function) == "isinstance"):
            return None
        texts = [code.dotted(each.value) for each in test.arguments]
        model = models.get(texts[0]) if len(texts) == 2 else None
        wanted = self._model(scope, texts[1]) if model is not None else None
        if model is None or wanted is None:
            return None
        return wanted in self._world.classes.line(model)

    def _model(self, scope: Scope, text: str) -> ClassSymbol | None:
        value = self._named(scope, text)
        if isinstance(value, ClassValue) and self.is_model(value.symbol):
            return value.symbol
        return None

    def _receivers(self) -> Iterator[tuple[FunctionSymbol, ClassSymbol]]:
        """The functions that are connected to a signal of one model, and that model."""
        for path in sorted(self._world.project.mentioning(set(SIGNALS))):
            if not self._world.is_test(path):
                scope = self._world.scope(path)
                for symbol in scope.all_functions():
                    yield from self._of_function(scope, symbol)
                for name, rest in _CONNECTED.findall(scope.source.text):
                    yield from self._connected(scope, self._named(scope, name), rest)

    def _of_function(
        self, scope: Scope, symbol: FunctionSymbol
    ) -> Iterator[tuple[FunctionSymbol, ClassSymbol]]:
        """What decorators connect, and what a function does, as ``ready()`` of a Django app."""
        named = [name.rpartition(".")[2] for name in symbol.definition.decorators]
        for text in symbol.definition.head(scope.source.lines).split("@"):
            # Another decorator may run the function on commit.
            if _DECORATED.search(text) and set(named) == {"receiver"}:
                yield from self._connected(scope, FunctionValue(symbol), text)
        found = _CONNECTED.findall(symbol.definition.text(scope.source.lines))
        function = self._world.calls.function_code(symbol) if found else None
        imported = _imported(function) if function is not None else {}
        for name, rest in found:
            if name in imported:
                value = self._world.imported(scope, imported[name])
                yield from self._connected(scope, value, rest, imported)

    def _connected(
        self,
        scope: Scope,
        function: Value | None,
        text: str,
        imported: dict[str, code.Imported] | None = None,
    ) -> Iterator[tuple[FunctionSymbol, ClassSymbol]]:
        if not isinstance(function, FunctionValue):
            return
        for sender in _SENDER.findall(text):
            item = (imported or {}).get(sender)
            value = (
                self._world.imported(scope, item) if item else self._named(scope, sender)
            )
            if isinstance(value, ClassValue) and self.is_model(value.symbol):
                yield function.symbol, value.symbol

    def _named(self, scope: Scope, text: str) -> Value | None:
        found = options(self._world.deeply(scope, text)) if text else ()
        return found[0] if len(found) == 1 else None


_INSTANCE = frozenset({"instance", "kwargs.['instance']"})
"""How a receiver names the row that it is given."""


def _asks_whether_new(text: str) -> bool:
    """Whether a receiver uses ``created`` beside its parameter."""
    return len(_CREATED.findall(text)) > bool(_PARAMETER.search(text))


def _asks_for_fields(text: str) -> bool:
    """Whether a receiver only acts on some of the fields that are saved."""
    return "update_fields" in text


def _imported(function: code.Function) -> dict[str, code.Imported]:
    """What a function imports by itself."""
    return {
        item.alias or item.name: item
        for node in code.walk(function)
        if isinstance(node, code.Import)
        for item in node.names
    }
