"""What a comparison tells: which handles are finished when it holds, and when not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from flake8_celery_get.model.known import celery_words
from flake8_celery_get.model.known.celery_words import READY_STATES
from flake8_celery_get.model.values.final_states import (
    FinalStates,
    known_in,
    of_names,
    stored_of,
)
from flake8_celery_get.model.values.folding import unfolded
from flake8_celery_get.model.values.parts import either, elements, options, together
from flake8_celery_get.model.values.parts_of_states import known_by, texts_in
from flake8_celery_get.model.values.values import (
    STAND_IN,
    UNKNOWN,
    Chosen,
    Closure,
    Either,
    FunctionValue,
    Handle,
    Items,
    Key,
    Literal,
    Method,
    StateValue,
    Truth,
    Value,
)


def comparison(left: Value, operator: str, right: Value) -> Value:
    """What ``left operator right`` tells of the handles in it."""
    if isinstance(left, Either):
        return together(comparison(option, operator, right) for option in left.options)
    if left == STAND_IN:
        return left
    if operator in {"!=", "not in", "is not"}:
        positive = {"!=": "==", "not in": "in", "is not": "is"}[operator]
        return negated(comparison(left, positive, right))
    if _is_state(right) and operator in {"==", "in"} and not _is_state(left):
        return comparison(right, operator, left)
    if isinstance(left, StateValue):
        return _state_comparison(left, operator, right)
    if operator in {"==", "is"} and isinstance(right, Literal):
        return _constant_comparison(left, operator, right)
    return UNKNOWN


def negated(value: Value) -> Value:
    """What ``not value`` is."""
    if isinstance(value, Truth):
        return value.negated()
    if isinstance(value, Literal):
        return Literal(not value.value)
    if isinstance(value, Chosen):
        return replace(value, value=negated(value.value))
    stored = stored_of(value)
    if stored is not None:
        return Truth(when_false=frozenset({stored.key}))
    return value if value == STAND_IN else UNKNOWN


def searched(value: Value, operator: str) -> Value:
    """What ``in`` looks through: the keys of a mapping, not its values."""
    if operator not in {"in", "not in"} or not isinstance(value, Items):
        return value
    if value.kind != "mapping":
        return value
    return Items(value.keys) if value.keys else UNKNOWN


def _constant_comparison(left: Value, operator: str, right: Literal) -> Value:
    if isinstance(left, Chosen) and isinstance(left.value, Literal):
        return Chosen(Literal(left.value.value == right.value), left.finished)
    if isinstance(left, Truth):
        return _truth_comparison(left, right)
    if isinstance(left, Literal):
        return Literal(left.value == right.value)
    if operator == "is" and isinstance(left, (Handle, Items)):
        return Literal(False)
    stored = stored_of(left) if right.value is None else None
    return UNKNOWN if stored is None else Truth(when_false=frozenset({stored.key}))


def chosen(mapping: Value, state: StateValue, others: Sequence[Value] = ()) -> Value:
    """What ``{"SUCCESS": …, "FAILURE": …}[state]`` gives, and what each way tells.

    ``others`` are what it gives for a state that is no key.
    """
    if not isinstance(mapping, Items) or len(mapping.keys) != len(mapping.values):
        return elements(mapping)
    ways = (
        _chosen(value, comparison(state, "==", key))
        for key, value in zip(mapping.keys, mapping.values, strict=True)
    )
    is_no_key = comparison(state, "not in", Items(mapping.keys))
    return either((*ways, *(_chosen(other, is_no_key) for other in others)))


def _chosen(value: Value, told: Value) -> Value:
    if isinstance(value, _TELLING_WHEN_CHOSEN) and isinstance(told, Truth):
        return Chosen(value, told.when_true) if told.when_true else value
    return value


_TELLING_WHEN_CHOSEN = (Closure, FunctionValue, Literal, Method)


def _is_state(value: Value) -> bool:
    return all(isinstance(option, StateValue) for option in options(value))


def _state_comparison(left: StateValue, operator: str, right: Value) -> Value:
    texts = texts_in(right)
    if left.part is not None:
        cut = slice(*left.part)
        return known_by(left, lambda text: text[cut] in texts) if texts else UNKNOWN
    if operator == "in" and isinstance(right, Literal) and texts:  # "SUCC" in result.state
        return known_by(left, lambda text: texts[0] in text)
    if left.fold:
        right = unfolded(right, left.fold)
    sure = frozenset({"SUCCESS"} if right == Literal("SUCCESS") else READY_STATES)
    key = frozenset({left.handle.key})
    names = {
        option.value
        for value in (right.values if isinstance(right, Items) else (right,))
        for option in options(value)
        if isinstance(option, Literal)
    }
    if not names:
        return UNKNOWN
    finished_then = frozenset[Key]()
    if names <= celery_words.READY_STATES:
        finished_then = known_in(left.handle, sure)
    finished_else = key if names >= celery_words.WAITING_STATES else frozenset()
    return Truth(finished_then, finished_else, *_final_states(operator, right))


def _final_states(operator: str, right: Value) -> tuple[FinalStates, FinalStates]:
    """Where the comparison can hold, and where not."""
    if operator == "in" and isinstance(right, Items):
        return of_names(right.values)
    if operator in {"==", "is"} and not isinstance(right, Items):
        return of_names((right,))
    return READY_STATES, READY_STATES


def _truth_comparison(left: Truth, right: Literal) -> Value:
    if isinstance(right.value, bool):
        return left if right.value else left.negated()
    return UNKNOWN
