"""What runs when a row is saved: receivers of Django's signals, and ``save()`` of its class.

https://docs.djangoproject.com/en/stable/ref/signals/#post-save
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from flake8_celery_get.model.values.definitions import Scope
from flake8_celery_get.model.values.values import ClassValue, FunctionValue, Value
from flake8_celery_get.source import code

if TYPE_CHECKING:
    from flake8_celery_get.model.flow.surroundings import Surroundings
    from flake8_celery_get.model.usage.transactions.models.inner_imports import InnerImports
    from flake8_celery_get.model.values.definitions import ClassSymbol, FunctionSymbol

SIGNALS = frozenset({"post_save"})
"""Signals that Django sends when a row is written."""
_CONNECTED = re.compile(r"\bpost_save\.connect\(\s*([\w.]+)([^()]*)")
SENDER = re.compile(r"\bsender\s*=\s*([\w.]+)")
"""The model that a receiver is connected for."""
_ASKS_NEW = re.compile(
    r"\bcreated\b|\b(?:is_)?new\b|_state\.adding|\bcreating\b"
    r"|\b(?:pk|id) is None|\bnot self\.(?:pk|id)\b"
)
_NEW = frozenset({"created", "adding", "is_new", "['created']"})


@dataclass(frozen=True, slots=True)
class Receiver:
    """A function, and the models whose rows it is told of."""

    symbol: FunctionSymbol
    senders: tuple[ClassSymbol, ...]


class Saving:
    """Tells what runs when a row of a model is saved."""

    def __init__(self, world: Surroundings, names: InnerImports) -> None:
        self._world = world
        self._names = names

    def of(
        self, kind: ClassSymbol, after: ClassSymbol | None = None
    ) -> FunctionSymbol | None:
        """``save()`` of a class, or the one that ``super()`` finds in a method of ``after``."""
        line = self._world.classes.line(kind)
        if after is not None:
            line = line[line.index(after) + 1 :] if after in line else []
        return next((each.methods["save"] for each in line if "save" in each.methods), None)

    def receivers_of(self, kind: ClassSymbol) -> Iterator[FunctionSymbol]:
        """The functions that Django calls when a row is saved: its signals inherit nothing."""
        for each in self.receivers:
            if kind in each.senders:
                yield each.symbol

    @cached_property
    def receivers(self) -> tuple[Receiver, ...]:
        """All functions of the project that are connected to such a signal of some model."""
        found: list[Receiver] = []
        for path in sorted(self._world.project.mentioning(set(SIGNALS))):
            if not self._world.is_test(path):
                scope = self._world.scope(path)
                found += self._connected(scope)
                found += self._decorated(scope)
        return tuple(found)

    def _connected(self, scope: Scope) -> Iterator[Receiver]:
        for name, rest in _CONNECTED.findall(scope.source.text):
            yield from self._receiver(self._world.deeply(scope, name), scope, rest)
        for symbol in scope.all_functions():
            text = symbol.definition.text(scope.source.lines)
            for name, rest in _CONNECTED.findall(
                text
            ):  # ``ready()`` imports what it connects
                yield from self._receiver(self._names.resolved(symbol, name), symbol, rest)

    def _receiver(
        self, value: Value, where: Scope | FunctionSymbol, text: str
    ) -> Iterator[Receiver]:
        senders = self._models(where, SENDER.findall(text))
        if isinstance(value, FunctionValue) and senders:
            yield Receiver(value.symbol, senders)

    def _decorated(self, scope: Scope) -> Iterator[Receiver]:
        for symbol in scope.all_functions():
            named = {name.rpartition(".")[2] for name in symbol.definition.decorators}
            if named != {"receiver"}:  # another one may run the function on commit
                continue
            for node in self._world.calls.decorators_of(symbol):
                if isinstance(node, code.Call) and _names_signal(node):
                    given = [each.value for each in node.arguments if each.name == "sender"]
                    names = [code.dotted(part) for each in given for part in listed(each)]
                    senders = self._models(scope, names)
                    if senders:
                        yield Receiver(symbol, senders)

    def _models(
        self, where: Scope | FunctionSymbol, names: list[str]
    ) -> tuple[ClassSymbol, ...]:
        values = [
            self._world.deeply(where, name)
            if isinstance(where, Scope)
            else self._names.resolved(where, name)
            for name in names
            if name
        ]
        return tuple(value.symbol for value in values if isinstance(value, ClassValue))


def asks_whether_new(symbol: FunctionSymbol) -> bool:
    """Whether a receiver, or ``save()``, does something else for a row that was there before."""
    return symbol.scope.source.says(symbol.definition, _asks)


def asks_for_fields(symbol: FunctionSymbol) -> bool:
    """Whether a receiver only goes on for some of the fields that are saved."""
    return symbol.scope.source.says(symbol.definition, _asks_for_fields)


def _asks_for_fields(text: str) -> bool:
    return "update_fields" in text.partition("):")[2]


def _asks(text: str) -> bool:
    # What the signature says is no question.
    return _ASKS_NEW.search(text.partition("):")[2]) is not None


def tells_new(test: code.Expression, *, is_new: bool) -> bool | None:
    """What ``created`` and its like are; None for any other condition."""
    if isinstance(test, code.Not):
        told = tells_new(test.value, is_new=is_new)
        return None if told is None else not told
    if isinstance(test, code.Boolean) and test.operator == "and":
        sides = [tells_new(each, is_new=is_new) for each in (test.left, test.right)]
        return False if False in sides else None
    names = {code.last_name(test), code.dotted(test).rpartition(".")[2]}
    return is_new if names & _NEW else None


def _names_signal(node: code.Call) -> bool:
    first = [part for each in node.arguments[:1] for part in listed(each.value)]
    return not SIGNALS.isdisjoint(map(code.last_name, first))


def listed(node: code.Expression) -> list[code.Expression]:
    """What a list or a tuple holds, or the one thing that stands in its place."""
    return list(node.items) if isinstance(node, code.Display) else [node]
