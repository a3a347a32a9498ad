"""Functions that signals of Django call, by a decorator or by ``connect``.

https://docs.djangoproject.com/en/stable/ref/signals/
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from flake8_celery_get.model.usage.django.inner_imports import InnerImports
from flake8_celery_get.model.usage.django.named_models import spelled
from flake8_celery_get.model.values.definitions import FunctionSymbol, Scope
from flake8_celery_get.model.values.parts import options
from flake8_celery_get.model.values.values import External, FunctionValue, Value
from flake8_celery_get.source import code

if TYPE_CHECKING:
    from flake8_celery_get.model.flow.surroundings import Surroundings

OF_ROWS = frozenset(
    {
        "m2m_changed", "post_delete", "post_init", "post_save", "pre_delete", "pre_init",
        "pre_save",
    }
)  # fmt: skip
"""Signals whose receivers get a row as ``instance``."""
_MODULE = "django.db.models."
_RECEIVERS = (
    External("django.dispatch.receiver"),
    External("django.dispatch.dispatcher.receiver"),
)
_CONNECTED = re.compile(
    rf"\b((?:\w+\.)*(?:{'|'.join(sorted(OF_ROWS))}))\.connect\(\s*(?:receiver\s*=\s*)?([\w.]+)([^()]*)"
)
_SENDER = re.compile(r"\bsender\s*=\s*([\w.]+)")


@dataclass(frozen=True, slots=True)
class Connection:
    """A function and a signal that calls it: ``post_save``.

    ``senders`` are the names of the models that it is connected for, as ``where`` knows them;
    none if it is for all. ``is_plain``: nothing of the project's own connects it.
    """

    receiver: FunctionSymbol
    signal: str
    senders: tuple[str, ...]
    where: Scope | FunctionSymbol
    is_plain: bool = True

    @property
    def scope(self) -> Scope:
        """The module that connects it."""
        return self.where if isinstance(self.where, Scope) else self.where.scope


class Signals:
    """Tells which functions of a project receive signals of rows, but for test code."""

    def __init__(self, world: Surroundings) -> None:
        self._world = world
        self._names = InnerImports(world)

    @cached_property
    def connected(self) -> tuple[Connection, ...]:
        """The functions that are given to ``connect``, in a module or a function of it."""
        return tuple(self._connected())

    def decorated(
        self, symbol: FunctionSymbol, nodes: Sequence[code.Expression]
    ) -> Iterator[Connection]:
        """What the decorators of a function connect it to."""
        for node in nodes:
            if not isinstance(node, code.Call) or not node.arguments:
                continue
            first, *rest = (each.value for each in node.arguments)
            signals = [
                self._signal(symbol.scope, code.dotted(each)) for each in listed(first)
            ]
            is_plain = self._is_receiver(symbol.scope, code.dotted(node.function))
            if any(signals) and (is_plain or self._connects(symbol.scope, node.function)):
                given = [spelled(part) for each in rest for part in listed(each)]
                senders = tuple(filter(None, given))
                for signal in filter(None, signals):
                    yield Connection(symbol, signal, senders, symbol.scope, is_plain)

    def of_decorators(self, signals: Set[str]) -> Iterator[Connection]:
        """What decorators connect to ``signals``, in all files that name one."""
        for path in sorted(self._world.project.mentioning(set(signals))):
            functions = (
                () if self._world.is_test(path) else self._world.scope(path).all_functions()
            )
            for symbol in functions:
                if _names_one_of(symbol, signals):
                    nodes = self._world.calls.decorators_of(symbol)
                    yield from (
                        each
                        for each in self.decorated(symbol, nodes)
                        if each.signal in signals
                    )

    def _connected(self) -> Iterator[Connection]:
        for path in sorted(self._world.project.matching(set(OF_ROWS), _CONNECTED)):
            if self._world.is_test(path):
                continue
            scope = self._world.scope(path)
            yield from self._connections(scope, scope.source.text)
            for symbol in scope.all_functions():  # ``ready()`` imports what it connects
                yield from self._connections(
                    symbol, symbol.definition.text(scope.source.lines)
                )

    def _connections(
        self, where: Scope | FunctionSymbol, text: str
    ) -> Iterator[Connection]:
        for signal, name, rest in _CONNECTED.findall(text):
            known = self._signal(where, signal)
            for value in options(self.resolved(where, name)) if known else ():
                if isinstance(value, FunctionValue):
                    yield Connection(
                        value.symbol, known, tuple(_SENDER.findall(rest)), where
                    )

    def resolved(self, where: Scope | FunctionSymbol, text: str) -> Value:
        """What a dotted name means in a module, or in a function with imports of its own."""
        if isinstance(where, Scope):
            return self._names.at_top(where, text)
        return self._names.resolved(where, text)

    def _signal(self, where: Scope | FunctionSymbol, text: str) -> str:
        """The name of a signal of Django's, if a dotted name means one."""
        if text.rpartition(".")[2] not in OF_ROWS:
            return ""
        value = self.resolved(where, text)
        is_one = isinstance(value, External) and value.path.startswith(_MODULE)
        return text.rpartition(".")[2] if is_one else ""

    def _is_receiver(self, scope: Scope, text: str) -> bool:
        return text.endswith("receiver") and self._world.deeply(scope, text) in _RECEIVERS

    def _connects(self, scope: Scope, node: code.Expression) -> bool:
        """Whether a decorator is one of the project that connects, and not on commit."""
        text = code.dotted(node)
        found = options(self._world.deeply(scope, text)) if text else ()
        return bool(found) and all(
            isinstance(value, FunctionValue)
            and value.symbol.scope.source.says(value.symbol.definition, _has_connect)
            for value in found
        )


def _names_one_of(symbol: FunctionSymbol, signals: Set[str]) -> bool:
    """Whether it is worth reading the decorators of a function."""
    if not symbol.definition.decorators:
        return False
    head = symbol.definition.head(symbol.scope.source.lines)
    return any(signal in head for signal in signals)


def _has_connect(text: str) -> bool:
    return ".connect(" in text and "on_commit" not in text


def listed(node: code.Expression) -> list[code.Expression]:
    """What a list or a tuple holds, or the one thing that stands in its place."""
    return list(node.items) if isinstance(node, code.Display) else [node]
