"""The three answers there are for a setting: set to this, surely not set, can't tell."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import TypeAlias

from flake8_celery_get.model.values.parts import options
from flake8_celery_get.model.values.values import (
    External,
    FromEnvironment,
    Items,
    Literal,
    Place,
    Text,
    Value,
)

Constant: TypeAlias = "str | int | float | bool | None"


@dataclass(frozen=True, slots=True)
class SetTo:
    """Set to ``value`` at ``place``; of a list or tuple the constants in it.

    Of an ``is_start`` only the beginning is known. The environment can say otherwise where
    it ``may_differ``. ``origin`` names the variable that the value comes from, if one does.
    """

    value: Constant | tuple[Constant, ...]
    place: Place
    is_start: bool = False
    may_differ: bool = False
    origin: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True)
class NotSet:
    """Surely not set: Celery's default holds."""


@dataclass(frozen=True, slots=True)
class CantTell:
    """Perhaps set, or set to who knows what; ``paths`` are the files that may do it.

    ``origin`` names the variable that it is surely set to, at ``place``; empty for none.
    """

    paths: frozenset[str] = frozenset()
    origin: str = field(default="", compare=False)
    place: Place | None = field(default=None, compare=False)


Answer: TypeAlias = SetTo | NotSet | CantTell


def answer_of(value: Value, place: Place) -> Answer:
    """What a setting is that gets ``value`` at ``place``."""
    answer = _answer(value, place)
    origin = origin_of(value)
    if not origin:
        return answer
    if isinstance(answer, SetTo):
        return replace(answer, origin=origin)
    return CantTell(frozenset({place[0]}), origin, place)


def origin_of(value: Value) -> str:
    """The variable or the foreign name that a value comes from; empty for none."""
    if isinstance(value, FromEnvironment):
        return f"${value.name}" if value.name else ""
    return value.path if isinstance(value, External) else ""


def _answer(value: Value, place: Place) -> Answer:
    found = list(options(value))
    known = [option for option in found if not _is_open(option)]
    if len(known) != 1:
        return CantTell(frozenset({place[0]}))
    answer = _of_one(known[0], place)
    if len(found) > 1 and isinstance(answer, SetTo):
        return replace(answer, may_differ=True)
    return answer


def _is_open(value: Value) -> bool:
    """Whether the environment alone decides: ``os.environ.get("URL") or …``."""
    return isinstance(value, FromEnvironment) and isinstance(
        _of_one(value, ("", (0, 0, 0, 0))), CantTell
    )


def _of_one(value: Value, place: Place) -> Answer:
    if isinstance(value, Literal):
        return SetTo(value.value, place)
    if isinstance(value, Text) and value.start:
        return SetTo(value.start, place, is_start=True)
    if isinstance(value, Items) and value.exact:
        constants = [item.value for item in value.values if isinstance(item, Literal)]
        if len(constants) == len(value.values):
            return SetTo(tuple(constants), place)
    if isinstance(value, FromEnvironment):
        default = answer_of(value.default, place)
        if isinstance(default, SetTo) and default.value is not None:
            return replace(default, may_differ=True)
    return CantTell(frozenset({place[0]}))


def any_of(answers: Iterable[Answer]) -> Answer:
    """The answer where it is not known which of several holds."""
    distinct = list(dict.fromkeys(answers))
    if len(distinct) == 1:
        return distinct[0]
    settings = [answer for answer in distinct if isinstance(answer, SetTo)]
    if len(settings) == len(distinct) > 0:
        first = settings[0]
        if all(replace(other, place=first.place) == first for other in settings):
            return first
    return CantTell(paths_of(distinct))


def paths_of(answers: Iterable[Answer]) -> frozenset[str]:
    """The files that these answers come from."""
    paths: set[str] = set()
    for answer in answers:
        if isinstance(answer, SetTo):
            paths.add(answer.place[0])
        elif isinstance(answer, CantTell):
            paths |= answer.paths
    return frozenset(paths)
