"""Handles, and methods of handles, that are mistaken for a result or a state."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from flake8_celery_get.model.known import celery_words
from flake8_celery_get.model.noticed.notes import Comparison, Meant, Note, is_handle
from flake8_celery_get.model.reach.entries import TASK, VIEW
from flake8_celery_get.model.values.parts import options
from flake8_celery_get.model.values.values import (
    UNSURE,
    YES,
    Handle,
    Literal,
    Method,
    Value,
)

if TYPE_CHECKING:
    from flake8_celery_get.model.ask.module import Module

CONDITION = "condition"
UNCALLED = "uncalled"
UNCALLED_IN_COMPARISON = "uncalled in comparison"
CALLED = "called"
NUMBER = "number"
STATE = "state"
ARITHMETIC = "arithmetic"
JSON = "json"
RESPONSE = "response"
RETURN = "return"
ENCODED = "encoded"
ARGUMENT = "argument"


@dataclass(frozen=True, slots=True)
class Mistake:
    """One place, and what is mistaken there: one of the kinds above."""

    note: Note
    kind: str


def mistakes(module: Module) -> Iterator[Mistake]:
    """All such places of a module. A test fails by itself on most, so it has only a few."""
    for note in module.certain(Meant):
        kind = _kind_of_use(module, note)
        if kind and (kind == UNCALLED or not module.is_test):
            yield Mistake(note, kind)
    for comparison in module.certain(Comparison):
        kind = _kind_of_comparison(comparison)
        if kind and (kind == UNCALLED_IN_COMPARISON or not module.is_test):
            yield Mistake(comparison, kind)


def _kind_of_use(module: Module, note: Meant) -> str:
    if note.use == "call":
        return CALLED
    if note.use in {"condition", "check"} and _is_uncalled(note.value):
        return UNCALLED
    if not is_handle(note.value):
        return ""
    if note.use == "condition":
        return CONDITION if _is_always_true(note.value) else ""
    if note.use == "return":
        return _kind_of_return(module, note)
    if note.use == ARGUMENT:
        return "" if module.model.may_pickle_arguments else ARGUMENT
    if note.use == "arithmetic":
        return (
            "" if any(_is_group(option) for option in options(note.value)) else ARITHMETIC
        )
    return "" if note.use == "check" else JSON


def _is_group(value: Value) -> bool:
    """Groups can be gone through: a list may grow by one."""
    return isinstance(value, Handle) and value.is_group


def _is_uncalled(value: Value) -> bool:
    return all(
        isinstance(option, Method) and option.name in celery_words.METHODS
        for option in options(value)
    )


def _is_always_true(value: Value) -> bool:
    return all(
        isinstance(option, Handle) and _is_surely_a_handle(option)
        for option in options(value)
    )


def _is_surely_a_handle(handle: Handle) -> bool:
    """Whether nothing else can have come out: no None, no empty set of results.

    A task with a base class of its own may have an ``apply_async`` of its own, too.
    """
    if handle.origin == "sent":
        return handle.options.ignores != UNSURE
    if handle.origin in {"rebuilt", "known"}:
        return handle.kind == "AsyncResult"
    return handle.origin in {"named", "canvas", "applied"} and handle.kind != "ResultSet"


def _kind_of_return(module: Module, note: Meant) -> str:
    kind = module.kind_of(note)
    if kind == VIEW and module.is_answer(note):
        return RESPONSE
    task = module.task_of(note) if kind == TASK else None
    if task is None:
        return ""
    if module.model.storage.options(task.options).ignores in {YES, UNSURE}:
        return ""
    if note.is_inside:
        return "" if module.model.storage.may_pickle else ENCODED
    return "" if module.model.follows_handles else RETURN


def _kind_of_comparison(comparison: Comparison) -> str:
    right = comparison.right
    if not isinstance(right, Literal) or right.value is None:
        return ""
    if _is_uncalled(comparison.left):
        return UNCALLED_IN_COMPARISON
    if not is_handle(comparison.left) or comparison.operator in {"in", "not in"}:
        return ""
    if isinstance(right.value, str):
        return STATE if right.value in celery_words.STATE_SETS["ALL_STATES"] else ""
    return NUMBER


def is_final_state(note: Note) -> bool:
    """Whether the handle of a single task is compared with a state that stays."""
    return (
        isinstance(note, Comparison)
        and isinstance(note.right, Literal)
        and note.right.value in celery_words.READY_STATES
        and not any(map(_is_group, options(note.left)))
    )


def class_of(note: Note) -> str:
    """What the handle is an instance of."""
    value = note.value if isinstance(note, Meant) else None
    if isinstance(note, Comparison):
        value = note.left
    kinds = (
        {option.kind for option in options(value) if isinstance(option, Handle)}
        if value is not None
        else set()
    )
    return kinds.pop() if len(kinds) == 1 else "AsyncResult"


def is_itself(note: Note) -> bool:
    """Whether just a handle that has an id stands there, in no display."""
    return (
        isinstance(note, Meant)
        and not note.is_inside
        and not any(
            isinstance(option, Handle) and option.kind == "ResultSet"
            for option in options(note.value)
        )
    )
