"""What a call on an app or on its ``conf`` is given."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flake8_celery_get.model.settings.sources import Said, Source
from flake8_celery_get.model.values.mappings import Entry, anything, unpacked
from flake8_celery_get.model.values.values import (
    UNKNOWN,
    Closure,
    FunctionValue,
    Literal,
    Place,
    Value,
)

if TYPE_CHECKING:
    from flake8_celery_get.model.flow.frame import Frame
    from flake8_celery_get.model.values.arguments import Given


def bound(given: tuple[Given, ...], parameters: tuple[str, ...]) -> dict[str, Given]:
    """The parameters that a call binds; none where it unpacks something."""
    positional = [argument for argument in given if not argument.name]
    bound = dict(zip(parameters, positional, strict=False))
    for argument in given:
        if argument.name in {"*", "**"}:
            return {}
        if argument.name:
            bound[argument.name] = argument
    return bound


def text(value: Value) -> str | None:
    """The constant text that a value is, if it is one."""
    if isinstance(value, Literal) and isinstance(value.value, str):
        return value.value
    return None


def mapping(given: tuple[Given, ...], here: Place) -> tuple[Entry, ...]:
    """The entries that ``update(mapping, key=value)`` brings."""
    entries: list[Entry] = []
    for argument in given:
        if argument.name in {"", "**"}:
            entries += unpacked(argument.value, here)
        elif argument.name == "*":
            entries.append(anything(here))
        else:
            key = Literal(argument.name)
            entries.append(Entry(key, argument.value, (here[0], argument.at)))
    return tuple(entries)


def defaults(frame: Frame, given: tuple[Given, ...], here: Place) -> Source:
    """What ``add_defaults`` is given: a dict, or a function that makes one."""
    value = given[0].value if given else UNKNOWN
    if isinstance(value, (FunctionValue, Closure)):
        value = frame.world.calls.outcome(value).value
    return Said(unpacked(value, here))
