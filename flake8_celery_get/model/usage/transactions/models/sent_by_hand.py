"""Django's signals that a project sends by itself, perhaps after the transaction."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, TypeAlias

from flake8_celery_get.model.usage.transactions.models.kinds import up_to_class
from flake8_celery_get.model.values.definitions import ClassSymbol
from flake8_celery_get.model.values.values import ClassValue, Value

if TYPE_CHECKING:
    from flake8_celery_get.model.flow.surroundings import Surroundings
    from flake8_celery_get.model.values.definitions import Scope

Model: TypeAlias = "ClassSymbol | None"
"""The class that a signal is sent for; None where nobody can tell."""


class SentByHand:
    """Knows the models with a ``delete`` of their own, or that are only marked as deleted."""

    def __init__(self, world: Surroundings) -> None:
        self._world = world
        self._models: dict[str, frozenset[Model]] = {}

    def may_be(self, signal: str, scope: Scope, senders: Iterable[str]) -> bool:
        """Whether the project sends a signal for one of the ``senders``; for any if none."""
        if signal not in self._models:
            self._models[signal] = frozenset(self._sent_for(signal))
        models = self._models[signal]
        named = [self._resolved(scope, text) for text in senders] or [None]
        return bool(models) and any(self._is_one(each, models) for each in named)

    def _is_one(self, model: Model, models: frozenset[Model]) -> bool:
        if model is None or None in models:
            return True
        return not models.isdisjoint(self._world.classes.line(model))

    def _sent_for(self, signal: str) -> Iterator[Model]:
        sends = re.compile(rf"\b{signal}\.send(?:_robust)?\(\s*(?:sender\s*=\s*)?([\w.]+)")
        for path in self._world.project.matching({signal}, sends):
            if self._world.is_test(path):
                continue
            scope = self._world.scope(path)
            text = scope.source.text
            for found in sends.finditer(text):
                line = text.count("\n", 0, found.start()) + 1
                yield self._resolved(scope, found[1]) or _class_around(scope, line)

    def _resolved(self, scope: Scope, text: str) -> Model:
        named = up_to_class(text)
        value: Value | None = self._world.deeply(scope, named) if named else None
        return value.symbol if isinstance(value, ClassValue) else None


def _class_around(scope: Scope, line: int) -> Model:
    """The class in whose method a line stands: it sends the signal for its own rows."""
    classes = scope.all_classes()
    return next((each for each in classes if each.definition.spans(line)), None)
