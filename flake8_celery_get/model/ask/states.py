"""States by name: which a project stores, and which a comparison is with."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from flake8_celery_get.model.known.celery_words import EXCEPTION_STATES, STORED_STATES
from flake8_celery_get.model.noticed.notes import Comparison, StateUpdate
from flake8_celery_get.model.values.folding import FOLDS, folded, state_named
from flake8_celery_get.model.values.parts import options
from flake8_celery_get.model.values.values import (
    Handle,
    Items,
    Literal,
    Made,
    StateValue,
    Text,
    Value,
)

if TYPE_CHECKING:
    from flake8_celery_get.source.code import Span

EQUAL = frozenset({"==", "is", "in"})
UNEQUAL = frozenset({"!=", "is not", "not in"})
_TEXTS = frozenset({"json.dumps()", "traceback.format_exc()"})
"""Calls that return a text."""


@dataclass(frozen=True, slots=True)
class CustomStates:
    """States of a project's own; not ``complete`` where others may be stored, too."""

    names: frozenset[str]
    complete: bool

    def in_letters(self, fold: str) -> CustomStates:
        """The same in the letters that a method of a text gives them."""
        return CustomStates(folded(self.names, fold), self.complete)


def custom_states(updates: Iterable[StateUpdate], further: Iterable[str]) -> CustomStates:
    """The states that ``updates`` store, and ``further`` ones that the user knows of."""
    stored = [name_of(option) for update in updates for option in options(update.state)]
    names = frozenset(name for name in stored if name)
    return CustomStates(names | frozenset(further), all(stored))


def name_of(value: Value) -> str:
    """The name of a state that is a constant; empty where it can't be told."""
    if isinstance(value, Literal) and isinstance(value.value, str):
        return value.value
    return ""


def _is_whole_state(value: Value) -> bool:
    return isinstance(value, StateValue) and value.part is None


def compared_states(note: Comparison) -> tuple[str, ...]:
    """The names that a state, and nothing but a state, is compared with.

    None for other comparisons, and where one of the names can't be told.
    """
    if note.operator not in EQUAL | UNEQUAL:
        return ()
    if not all(_is_whole_state(option) for option in options(note.left)):
        return ()
    fold = fold_of(note)
    values = note.right.values if isinstance(note.right, Items) else (note.right,)
    names = tuple(state_named(name_of(value), fold) for value in values)
    is_search = note.operator.endswith("in")
    if isinstance(note.right, Items) and not is_search:
        return ()
    if is_search and not isinstance(note.right, Items):
        names = tuple(name for name in names if not _is_part_of_one(name))
    return names if all(names) else ()


def joined_states(
    note: Comparison, others: Iterable[Comparison], between: Callable[[Span], str]
) -> set[str]:
    """The names that the same states are compared with, there and right beside that.

    ``or`` joins them to one that is true for a state, and ``and`` to one that is false;
    ``others`` are all comparisons in the order of the code, ``note`` among them; ``between``
    returns the code at a span.
    """
    kind = EQUAL if note.operator in EQUAL else UNEQUAL
    alike = [other for other in others if _is_alike(note, other, kind)]
    here = alike.index(note)
    names = set(compared_states(note))
    for run in (alike[here:], alike[here::-1]):
        for one, other in pairwise(run):
            first, second = sorted((one.at, other.at))
            joint = between((*first[2:], *second[:2])).strip(" ()")
            if joint != ("or" if kind is EQUAL else "and"):
                break
            names.update(compared_states(other))
    return names


def _is_alike(note: Comparison, other: Comparison, kind: frozenset[str]) -> bool:
    is_same = other.within is note.within and handles_of(other) == handles_of(note)
    return is_same and other.operator in kind


def fold_of(note: Comparison) -> str:
    """The method that has changed the letters of a compared state."""
    folds = {way.fold for way in options(note.left) if isinstance(way, StateValue)}
    return max(folds, default="")


def in_wrong_letters(note: Comparison) -> str:
    """A state's name that a method of the text never gives: ``state.lower() == "SUCCESS"``.

    Empty for none, and where the right one stands beside it.
    """
    fold = fold_of(note)
    if not compared_states(note):
        return ""
    values = note.right.values if isinstance(note.right, Items) else (note.right,)
    names = list(map(name_of, values))
    wrong = (n for n in names if n in STORED_STATES and FOLDS[fold](n) not in names)
    return next(wrong, "")


def _is_part_of_one(name: str) -> bool:
    """Whether ``name in state`` can hold for a state that has another name."""
    return any(name in state and name != state for state in STORED_STATES)


def is_of_eager_run(note: Comparison) -> bool:
    """Whether the state may be that of ``task.apply()``, which has states of its own."""
    return any(handle.origin == "applied" for handle in handles_of(note))


def handles_of(note: Comparison) -> list[Handle]:
    """The handles whose state is compared, one for each way."""
    return [way.handle for way in options(note.left) if isinstance(way, StateValue)]


def is_unreadable(note: StateUpdate) -> bool:
    """Whether the stored value stands for an exception, and no exception can be made of it."""
    states = {name_of(option) for option in options(note.state)}
    return (
        states <= EXCEPTION_STATES
        and note.meta is not None
        and all(map(_is_no_exception, options(note.meta)))
    )


def _is_no_exception(meta: Value) -> bool:
    if isinstance(meta, Items):
        told = all(isinstance(key, Literal) for key in meta.keys)
        return bool(meta.keys) and told and Literal("exc_type") not in meta.keys
    is_made_text = isinstance(meta, Made) and meta.path in _TEXTS
    return is_made_text or isinstance(meta, Text) or bool(name_of(meta))
