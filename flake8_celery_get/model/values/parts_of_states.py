"""What a test of a part of a state's name tells: ``state.startswith("SUCC")``."""

from __future__ import annotations

from collections.abc import Callable

from flake8_celery_get.model.known.celery_words import (
    READY_STATES,
    STORED_STATES,
    UNREADY_STATES,
    WAITING_STATES,
)
from flake8_celery_get.model.values.arguments import Given
from flake8_celery_get.model.values.final_states import known_in
from flake8_celery_get.model.values.folding import FOLDS, state_method
from flake8_celery_get.model.values.parts import options
from flake8_celery_get.model.values.values import (
    UNKNOWN,
    Items,
    Literal,
    StateValue,
    Truth,
    Value,
)

_TESTS: dict[str, Callable[[str, str], bool]] = {
    "startswith": str.startswith,
    "endswith": str.endswith,
    "__contains__": str.__contains__,
    "__eq__": str.__eq__,
}
"""Methods of a text that say something about it, by name."""


def method_of_state(state: StateValue, name: str, given: tuple[Given, ...]) -> Value:
    """What a method of the text that a state is gives."""
    test = _TESTS.get(name)
    if test is None or len(given) != 1 or state.part is not None:
        return state_method(state, name)
    wanted = texts_in(given[0].value)
    return known_by(state, lambda text: any(test(text, each) for each in wanted))


def known_by(state: StateValue, holds: Callable[[str], bool]) -> Value:
    """A condition that holds for some names; UNKNOWN if it holds for none of Celery's."""
    fold = FOLDS[state.fold]
    every = STORED_STATES | UNREADY_STATES
    names = frozenset(name for name in every if holds(fold(name)))
    if not names:
        return UNKNOWN
    is_final = names <= READY_STATES
    finished = known_in(state.handle, names) if is_final else frozenset()
    rest = frozenset({state.handle.key}) if names >= WAITING_STATES else frozenset()
    return Truth(finished, rest, READY_STATES & names, READY_STATES - names)


def texts_in(value: Value) -> list[str]:
    """The constant texts that a value is, or that stand in it."""
    found = value.values if isinstance(value, Items) else (value,)
    return [
        way.value
        for each in found
        for way in options(each)
        if isinstance(way, Literal) and isinstance(way.value, str)
    ]
