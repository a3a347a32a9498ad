"""In which final states a condition can turn out one way or the other.

A loop that polls is asked: a task that ended so, does it ever let the loop end? Whatever
is not known of a condition lets it turn out either way, and so the loop end.
"""

from __future__ import annotations

from collections.abc import Iterable

from flake8_celery_get.model.known.celery_words import READY_STATES
from flake8_celery_get.model.values.values import Chosen, Literal, Truth, Value, options

FinalStates = frozenset[str]


def possible(condition: Value, holds: bool) -> FinalStates:
    """The final states in which ``condition`` can turn out so."""
    return frozenset().union(*(_possible(way, holds) for way in options(condition)))


def _possible(condition: Value, holds: bool) -> FinalStates:
    if isinstance(condition, Chosen):
        return _possible(condition.value, holds)
    if isinstance(condition, Truth):
        return condition.holds_in if holds else condition.fails_in
    if isinstance(condition, Literal) and bool(condition.value) is not holds:
        return frozenset()
    return READY_STATES


def of_names(values: Iterable[Value]) -> tuple[FinalStates, FinalStates]:
    """Where a state that is looked for among ``values`` can be found, and where not."""
    found: set[str] = set()
    surely: set[object] = set()
    for value in values:
        ways = options(value)
        names = [str(way.value) for way in ways if isinstance(way, Literal)]
        found.update(names if len(names) == len(ways) else READY_STATES)
        if len(ways) == 1:
            surely.update(names)
    return READY_STATES & found, READY_STATES - surely
