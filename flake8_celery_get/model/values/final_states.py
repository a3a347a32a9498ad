"""In which final states a condition can turn out one way or the other, and what is finished then.

A loop that polls is asked: a task that ended so, does it ever let the loop end? Whatever
is not known of a condition lets it turn out either way, and so the loop end.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from flake8_celery_get.model.known.celery_words import READY_STATES
from flake8_celery_get.model.values.parts import options
from flake8_celery_get.model.values.values import (
    STAND_IN,
    SUCCEEDED,
    Chosen,
    Handle,
    Key,
    Literal,
    Method,
    Truth,
    Value,
)

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


def known_in(handle: Handle, states: frozenset[str]) -> frozenset[Key]:
    """What is known of a handle, among those that are finished, in these final states."""
    succeeded = {(*handle.key, SUCCEEDED)} if states == {"SUCCESS"} else set[Key]()
    return frozenset({handle.key} | succeeded)


def implied(condition: Value, holds: bool) -> frozenset[Key] | None:
    """The handles that are finished when ``condition`` turns out so; None: it can't."""
    told = [option for option in options(condition) if option != STAND_IN]
    ways = [known for way in told if (known := _implied(way, holds)) is not None]
    if not told:
        return frozenset()
    return frozenset.intersection(*ways) if ways else None


def beside_handles(values: Iterable[Value], told: type[Value]) -> Iterator[Value]:
    """What one attribute or method of several objects gives, some of which are handles.

    A handle gives a value that is ``told``; the others say nothing of it.
    """
    return (value if isinstance(value, told) else STAND_IN for value in values)


def _implied(condition: Value, holds: bool) -> frozenset[Key] | None:
    if isinstance(condition, Chosen):
        known = _implied(condition.value, holds)
        return None if known is None else known | condition.finished
    if isinstance(condition, Truth):
        return condition.when_true if holds else condition.when_false
    if isinstance(condition, Literal) and bool(condition.value) is not holds:
        return None
    stored = stored_of(condition)
    return frozenset({stored.key}) if stored is not None and holds else frozenset()


def stored_of(value: Value) -> Handle | None:
    """The handle whose ``result`` a value is, say: it is None until its task stores something."""
    if isinstance(value, Method) and value.name in {"result", "info", "date_done"}:
        return value.owner if isinstance(value.owner, Handle) else None
    return None
