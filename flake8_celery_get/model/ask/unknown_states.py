"""Names that no task's state ever has, and what was meant by them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from difflib import get_close_matches

from flake8_celery_get.model.ask.states import (
    CustomStates,
    compared_states,
    fold_of,
    in_wrong_letters,
)
from flake8_celery_get.model.known.celery_words import EVENT_STATES, STORED_STATES
from flake8_celery_get.model.noticed.notes import Comparison
from flake8_celery_get.model.values.folding import FOLDS

MISTAKEN = {
    **dict.fromkeys(
        (
            "SUCCEED", "SUCCEEDED", "SUCCESSFUL", "SUCCESSFULLY", "SUCCEEDS",
            "DONE", "COMPLETE", "COMPLETED", "FINISHED",
        ),
        "SUCCESS",
    ),
    **dict.fromkeys(("FAIL", "FAILED", "FAILS", "ERROR", "ERRORED"), "FAILURE"),
    **dict.fromkeys(("CANCELLED", "CANCELED", "TERMINATED"), "REVOKED"),
    **dict.fromkeys(("RETRIED", "RETRYING", "RETRIES"), "RETRY"),
    **dict.fromkeys(("QUEUED", "WAITING"), "PENDING"),
    "RUNNING": "STARTED",
}  # fmt: skip
"""Names of other job queues, and what Celery calls the same."""

CLOSE = 0.85
"""How alike two names are that differ by one letter out of six."""


@dataclass(frozen=True, slots=True)
class UnknownName:
    """A name that is never stored, and the one that was meant; empty where there is none."""

    name: str
    meant: str


def unknown_names(
    note: Comparison, custom: Callable[[], CustomStates]
) -> Iterator[UnknownName]:
    """The names in a comparison that its state never has.

    Which states are ``custom`` is only asked for names that are not Celery's.
    """
    fold, names, wrong = fold_of(note), compared_states(note), in_wrong_letters(note)
    if wrong:
        yield UnknownName(wrong, FOLDS[fold](wrong))
    elif not STORED_STATES.issuperset(names):
        yield from unknown_among(names, custom().in_letters(fold), fold)


def unknown_among(
    names: tuple[str, ...], custom: CustomStates, fold: str = ""
) -> Iterator[UnknownName]:
    """The names that are never stored; one that stands beside the right name does no harm.

    ``fold`` is the method that has changed the letters of the state.
    """
    for name in names:
        if name in STORED_STATES or name in custom.names:
            continue
        if name.upper() in EVENT_STATES:
            if all(other.upper() in EVENT_STATES for other in names):
                yield UnknownName(name, "")
            continue
        meant = _meant_by(name.upper(), custom)
        if meant and meant not in names:
            yield UnknownName(name, FOLDS[fold](meant))


def _meant_by(name: str, custom: CustomStates) -> str:
    """The stored state that an upper-case name is taken for; empty where that is unsure."""
    if name in STORED_STATES:
        return name
    if not custom.complete:
        return ""
    stored = {state.upper(): state for state in (*sorted(custom.names), *STORED_STATES)}
    if name in stored:
        return stored[name]
    if name in MISTAKEN:
        return MISTAKEN[name]
    numbered = any(map(str.isdigit, name))
    close = get_close_matches(name, sorted(stored), n=1, cutoff=CLOSE)
    return stored[close[0]] if close and not numbered else ""
