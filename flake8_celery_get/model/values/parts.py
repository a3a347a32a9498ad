"""The values that a value can be, and those inside containers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from flake8_celery_get.model.values.values import (
    UNKNOWN,
    Either,
    Handle,
    Instance,
    Items,
    Key,
    Literal,
    Method,
    Rows,
    StateValue,
    Truth,
    Value,
)


def options(value: Value) -> tuple[Value, ...]:
    """The values that ``value`` can be."""
    return value.options if isinstance(value, Either) else (value,)


def together(values: Iterable[Value]) -> Value:
    """The same, where one object gave all of them: what it tells, it tells of each."""
    found = list(values)
    if len(found) > 1 and all(isinstance(value, Truth) for value in found):
        known = [value for value in found if isinstance(value, Truth)]
        return Truth(
            frozenset().union(*(value.when_true for value in known)),
            frozenset().union(*(value.when_false for value in known)),
            frozenset().union(*(value.holds_in for value in known)),
            frozenset().union(*(value.fails_in for value in known)),
        )
    return either(found)


MOST_OPTIONS = 8


def either(values: Iterable[Value]) -> Value:
    """One value that stands for all of ``values``."""
    given = list(values)
    if len(given) == 1:
        return given[0]  # most often: hashing a value goes through all that is in it
    found = {option: None for value in given for option in options(value)}
    if len(found) == 1:
        return next(iter(found))
    return Either(tuple(found)[:MOST_OPTIONS]) if found else UNKNOWN


def element(value: Value, index: Value) -> Value:
    """What ``value[index]`` gives; where that can't be told, any of its elements."""
    if isinstance(value, Items) and isinstance(index, Literal):
        position = index.value
        if value.exact and isinstance(position, int):
            if -len(value.values) <= position < len(value.values):
                return value.values[position]
        elif value.keys and UNKNOWN not in value.keys and isinstance(position, str):
            return dict(zip(value.keys, value.values, strict=True)).get(index, UNKNOWN)
    return elements(value)


def elements(value: Value) -> Value:
    """What is in ``value``; a list that is empty on some way gives nothing there."""
    ways = options(value)
    filled = [way for way in ways if way != _EMPTY] or ways
    return either(element for way in filled for element in _elements(way))


_EMPTY = Items(exact=True)


def _elements(value: Value) -> Iterator[Value]:
    if isinstance(value, Items):
        yield from value.values or (UNKNOWN,)
    elif isinstance(value, Handle) and value.is_group:
        yield value.child()
    elif isinstance(value, Rows):
        yield Instance(value.symbol)
    else:
        yield UNKNOWN


def looped(value: Value) -> Value:
    """What a loop over ``value`` gives, as `elements`, but of a mapping its keys."""
    return elements(either(map(_with_keys, options(value))))


def _with_keys(value: Value) -> Value:
    if isinstance(value, Items) and value.kind == "mapping":
        return Items(value.keys or (UNKNOWN,))
    return value


def keys_in(value: Value) -> Iterator[Key]:
    """The keys of all handles inside a value."""
    if isinstance(value, Handle):
        yield value.key
    elif isinstance(value, (Items, Either)):
        for part in value.parts:
            yield from keys_in(part)
    elif isinstance(value, (StateValue, Method)):
        yield from keys_in(value.handle if isinstance(value, StateValue) else value.owner)
    elif isinstance(value, Truth):
        yield from value.when_true | value.when_false


def first_handle(value: Value) -> Handle | None:
    """The handle that ``value`` is on some way, unless it may as well be a container.

    One that was seen comes before a supposed one.
    """
    found = None
    for option in options(value):
        if isinstance(option, Items) or (
            isinstance(option, Literal) and option.value is not None
        ):
            return None
        if isinstance(option, Handle) and (found is None or found.supposed):
            found = option
    return found
