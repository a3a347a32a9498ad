"""Texts that are put together from constants: names of modules, addresses."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, TypeGuard

from flake8_celery_get.model.values.values import (
    UNKNOWN,
    Items,
    Literal,
    Rows,
    StateValue,
    Text,
    Value,
)

if TYPE_CHECKING:
    from flake8_celery_get.model.values.arguments import Given

METHODS = frozenset(
    {
        "format", "join", "lower", "lstrip", "partition", "removeprefix", "removesuffix",
        "replace", "rpartition", "rsplit", "rstrip", "split", "strip", "upper",
    }
)  # fmt: skip
"""Methods of a text that are run here."""

LONGEST = 1000
"""Longer texts are not followed."""


def is_text(value: Value) -> bool:
    """Whether it is a constant text."""
    return isinstance(value, Literal) and isinstance(value.value, str)


def text_method(owner: Literal, name: str, given: Sequence[Given]) -> Value:
    """What a method of a constant text gives; of ``format`` perhaps only the beginning."""
    arguments = [_constant(argument.value) for argument in given if not argument.name]
    if len(arguments) == len(given) and ... not in arguments:
        try:
            return _value(getattr(str(owner.value), name)(*arguments))
        except (TypeError, ValueError, LookupError, AttributeError):
            return UNKNOWN
    return Text(str(owner.value).partition("{")[0]) if name == "format" else UNKNOWN


def percent_formatted(text: str, value: Value) -> Value:
    """What ``"%s.%s" % (package, name)`` gives; perhaps only the beginning is known."""
    parts = value.values if isinstance(value, Items) and value.exact else (value,)
    is_plain = text.count("%") == text.count("%s") == len(parts)
    if is_plain and all(isinstance(part, Literal) for part in parts):
        return Literal(text % tuple(_constant(part) for part in parts))
    return Text(text.partition("%")[0])


def formatted(start: str, parts: Sequence[Value], texts: Sequence[str]) -> Value:
    """What an f-string gives: ``start``, then each part with the text behind it."""
    if len(texts) == len(parts) and all(map(is_text, parts)):
        rest = (f"{_constant(part)}{text}" for part, text in zip(parts, texts, strict=True))
        return Literal(start + "".join(rest))
    first = parts[0] if parts else UNKNOWN
    if isinstance(first, StateValue) and not start and list(texts) == [""]:
        return first
    return Text(str(_constant(first)) if not start and is_text(first) else start)


def sliced(value: Value, bounds: Sequence[Value]) -> Value:
    """``value[lower:upper]`` of a constant text, or of a list whose elements are known."""
    numbers = [bound for bound in map(_constant, bounds) if _is_bound(bound)]
    if len(numbers) == len(bounds):
        if isinstance(value, StateValue) and value.part is None:
            return replace(value, part=tuple(numbers))
        part = slice(*numbers)
        if isinstance(value, Items) and value.exact:
            return Items(value.values[part], value.kind, exact=True)
        if isinstance(value, Literal) and isinstance(value.value, str):
            return Literal(value.value[part])
    return value if isinstance(value, (Items, Rows)) else UNKNOWN


def _is_bound(bound: object) -> TypeGuard[int | None]:
    return bound is None or isinstance(bound, int)


def _constant(value: Value) -> object:
    """The constant that a value is, a list for a list of them; ``...`` for anything else."""
    if isinstance(value, Literal):
        return value.value
    if isinstance(value, Items) and value.exact and all(map(is_text, value.values)):
        return [_constant(part) for part in value.values]
    return ...


def _value(found: object) -> Value:
    if isinstance(found, (list, tuple)):
        return Items(tuple(map(Literal, found)), exact=True)
    return Literal(found) if isinstance(found, str) and len(found) < LONGEST else UNKNOWN
