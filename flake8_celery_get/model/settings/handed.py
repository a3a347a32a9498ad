"""Configurations that a function takes as a parameter, and what its callers hand in."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeAlias

from flake8_celery_get.model.flow.constants import resolved
from flake8_celery_get.model.settings.configs import OfChoice, source_of
from flake8_celery_get.model.settings.sources import Source, Unreadable
from flake8_celery_get.model.values.definitions import FunctionSymbol
from flake8_celery_get.model.values.values import (
    FunctionValue,
    Key,
    Parameter,
    Place,
    Value,
)

if TYPE_CHECKING:
    from flake8_celery_get.model.flow.frame import Frame
    from flake8_celery_get.model.values.arguments import Given

ActKey: TypeAlias = "tuple[Key, int, Place]"


@dataclass(slots=True)
class _Awaited:
    """A parameter that an app is configured from, and what it has been seen to be."""

    parameter: str
    namespace: str | None
    sources: dict[Source, None] = field(default_factory=dict)


class HandedConfigs:
    """What ``create_app(config)`` is called with, where it configures an app from that."""

    def __init__(self) -> None:
        self._awaited: dict[FunctionSymbol, dict[ActKey, _Awaited]] = {}

    @property
    def functions(self) -> list[FunctionSymbol]:
        """The functions whose callers matter."""
        return list(self._awaited)

    def awaits(
        self, frame: Frame, value: Value, act: ActKey, namespace: str | None
    ) -> None:
        """An app gets its configuration from a value: perhaps from a parameter."""
        symbol = frame.within
        if isinstance(value, Parameter) and isinstance(symbol, FunctionSymbol):
            awaited = _Awaited(value.name, namespace)
            self._awaited.setdefault(symbol, {}).setdefault(act, awaited)

    def called(
        self, frame: Frame, function: FunctionValue, given: tuple[Given, ...]
    ) -> None:
        """A function of the project is called."""
        for awaited in self._awaited.get(function.symbol, {}).values():
            argument = _argument(function.symbol, given, awaited.parameter)
            if argument is not None:
                value = resolved(frame, argument.node, argument.value)
                source = source_of(value, awaited.namespace, frame.scope.path)
                awaited.sources[source] = None

    def sources(self) -> Iterator[tuple[ActKey, Source]]:
        """What is known now: other callers, out of sight, may hand in anything."""
        for symbol, acts in self._awaited.items():
            for act, awaited in acts.items():
                if awaited.sources:
                    unseen = Unreadable(symbol.scope.path)
                    yield act, OfChoice((*awaited.sources, unseen))


def _argument(symbol: FunctionSymbol, given: tuple[Given, ...], name: str) -> Given | None:
    """What a call gives for a parameter by its name or its place."""
    by_place = [argument for argument in given if not argument.name]
    positional = symbol.definition.positional
    if name in positional[: len(by_place)] and symbol.owner is None:
        return by_place[positional.index(name)]
    return next((argument for argument in given if argument.name == name), None)
