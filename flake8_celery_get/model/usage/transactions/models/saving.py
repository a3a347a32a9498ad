"""What runs when a row is saved: receivers of Django's signals, and ``save()`` of its class.

https://docs.djangoproject.com/en/stable/ref/signals/#post-save
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from flake8_celery_get.model.values.values import ClassValue
from flake8_celery_get.source import code

if TYPE_CHECKING:
    from flake8_celery_get.model.flow.surroundings import Surroundings
    from flake8_celery_get.model.usage.django.signals import Connection, Signals
    from flake8_celery_get.model.values.definitions import ClassSymbol, FunctionSymbol

SIGNALS = frozenset({"post_save"})
"""Signals that Django sends when a row is written."""
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

    def __init__(self, world: Surroundings, signals: Signals) -> None:
        self._world = world
        self._signals = signals

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
        connections = (
            *(each for each in self._signals.connected if each.signal in SIGNALS),
            *(each for each in self._signals.of_decorators(SIGNALS) if _is_alone(each)),
        )
        found = (Receiver(each.receiver, self._models(each)) for each in connections)
        return tuple(receiver for receiver in found if receiver.senders)

    def _models(self, connection: Connection) -> tuple[ClassSymbol, ...]:
        values = (
            self._signals.resolved(connection.where, name) for name in connection.senders
        )
        return tuple(value.symbol for value in values if isinstance(value, ClassValue))


def _is_alone(connection: Connection) -> bool:
    """Whether no other decorator is there, which may run the function on commit."""
    decorators = connection.receiver.definition.decorators
    return connection.is_plain and all(name.endswith("receiver") for name in decorators)


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
    names = {code.last_name(test), code.dotted(test).rpartition(".")[2]}
    return is_new if names & _NEW else None
