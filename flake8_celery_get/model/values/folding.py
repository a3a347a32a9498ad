"""States in other letters: ``result.state.lower()`` and what it is compared with."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace

from flake8_celery_get.model.known.celery_words import STORED_STATES, UNREADY_STATES
from flake8_celery_get.model.values.values import UNKNOWN, Items, Literal, StateValue, Value

FOLDS: dict[str, Callable[[str], str]] = {
    "": str,
    "upper": str.upper,
    "lower": str.lower,
    "casefold": str.casefold,
    "capitalize": str.capitalize,
    "title": str.title,
}
"""Methods of a text, by name, that change its letters; an empty name is no such method."""

KEEPS = frozenset({"strip", "lstrip", "rstrip", "__str__"})
"""Methods that leave the name of a state as it is."""


def folded(names: Iterable[str], fold: str) -> frozenset[str]:
    """The names in the letters that a method gives them."""
    return frozenset(map(FOLDS[fold], names))


def state_named(name: str, fold: str) -> str:
    """Celery's state that has this name in those letters; another name as it is."""
    known = {FOLDS[fold](state): state for state in STORED_STATES | UNREADY_STATES}
    return known.get(name, name)


def unfolded(value: Value, fold: str) -> Value:
    """A name, or several, that a state in other letters is compared with, in its own."""
    if isinstance(value, Items):
        return replace(value, values=tuple(unfolded(each, fold) for each in value.values))
    if isinstance(value, Literal) and isinstance(value.value, str):
        return Literal(state_named(value.value, fold))
    return value


def state_method(state: StateValue, name: str) -> Value:
    """What a method of the text that a state is gives."""
    if name in FOLDS:
        return replace(state, fold=name)
    return state if name in KEEPS else UNKNOWN
