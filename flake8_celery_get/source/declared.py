"""What the head of a definition declares: its parameters, and what its decorators are given."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal, TypeAlias

ParameterKind: TypeAlias = Literal["", "keyword", "*", "**"]
"""Empty for a parameter that takes its argument by place."""


@dataclass(frozen=True, slots=True)
class ParameterSpec:
    """One parameter of a function, and whether a call may leave it out."""

    name: str
    kind: ParameterKind = ""
    has_default: bool = False


@dataclass(frozen=True, slots=True)
class Keywords:
    """The keyword arguments of a definition's decorators, by what they are set to.

    ``others`` are set to something else than True or False. ``more`` may come by ``**``.
    """

    on: tuple[str, ...] = ()
    off: tuple[str, ...] = ()
    others: tuple[str, ...] = ()
    more: bool = False

    @property
    def names(self) -> tuple[str, ...]:
        """All that are written out."""
        return (*self.on, *self.off, *self.others)

    def may_set(self, name: str) -> bool:
        """Whether a keyword is set to True, or to what only running it would tell."""
        return self.more or name in self.on or name in self.others


def keywords_of(given: Iterable[tuple[str, object]]) -> Keywords:
    """Sort keyword arguments by their values; an empty name stands for ``**``."""
    on, off, others, more = [], [], [], False
    for name, value in given:
        if not name:
            more = True
        elif value is True:
            on.append(name)
        elif value is False:
            off.append(name)
        else:
            others.append(name)
    return Keywords(tuple(on), tuple(off), tuple(others), more)
