"""Methods of a handle: reads that block, peeks that do not."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flake8_celery_get.model.known.celery_words import READY_STATES
from flake8_celery_get.model.noticed.waits import BLOCKING_READS, JoinAllowance, Read, Wait
from flake8_celery_get.model.values.arguments import Given, with_unpacked
from flake8_celery_get.model.values.final_states import known_in
from flake8_celery_get.model.values.values import (
    UNKNOWN,
    Handle,
    Items,
    Literal,
    StateValue,
    Truth,
    Value,
)
from flake8_celery_get.source import code

if TYPE_CHECKING:
    from flake8_celery_get.model.flow.frame import Frame

_TOLD_BY = {
    "ready": READY_STATES,
    "successful": frozenset({"SUCCESS"}),
    "failed": frozenset({"FAILURE"}),
}
"""The final states in which these methods say yes."""


_COUNTS = frozenset({"completed_count", "waiting"})
"""Methods of a group's result that ask for the state of each member."""


def handle_method(
    frame: Frame, owner: Handle, name: str, given: tuple[Given, ...], node: code.Call
) -> Value:
    """What a method of a handle gives; a blocking one is noted."""
    if name not in BLOCKING_READS or not _looks_like_a_key(given):
        frame.world.notes.accessed(frame, node.at, owner, name, is_call=True)
    if name in BLOCKING_READS:
        if _looks_like_a_key(given):
            return UNKNOWN
        _note_read(frame, owner, name, given, node)
        return Items() if name in {"collect", "iter_native"} else UNKNOWN
    if name in _TOLD_BY:
        frame.peeked(owner, code.names_in(node.function))
        told = _TOLD_BY[name]
        return Truth(known_in(owner, told), frozenset(), told, READY_STATES - told)
    if name in _COUNTS and owner.is_group:
        frame.peeked(owner, code.names_in(node.function))
        return Truth(when_false=frozenset({owner.key})) if name == "waiting" else UNKNOWN
    if name == "_get_task_meta":
        return _meta_of(owner)
    return UNKNOWN


def _meta_of(owner: Handle) -> Value:
    """The mapping that a result backend keeps for a task."""
    keys = (Literal("status"), Literal("result"))
    return Items((StateValue(owner), UNKNOWN), "mapping", keys=keys)


def _looks_like_a_key(given: tuple[Given, ...]) -> bool:
    """``x.get("name")`` reads a mapping: no timeout is a string."""
    first = given[0] if given else None
    return (
        first is not None
        and not first.name
        and isinstance(first.value, Literal)
        and isinstance(first.value.value, str)
    )


def _note_read(
    frame: Frame, owner: Handle, name: str, given: tuple[Given, ...], node: code.Call
) -> None:
    given = tuple(with_unpacked(given, frame.scope.path))
    read = Read(frame.scope.path, node.at, name, owner, _has_timeout(given))
    switched_off = any(
        argument.name == "disable_sync_subtasks" and argument.value == Literal(False)
        for argument in given
    )
    if switched_off:
        wait = Wait(read, (), frame.is_finished(owner))
        frame.allowances.append(JoinAllowance(frame.scope.path, node.at, False, wait))
    frame.read(read, allowed=switched_off)


def _has_timeout(given: tuple[Given, ...]) -> bool:
    for position, argument in enumerate(given):
        if argument.name == "timeout" or (position == 0 and not argument.name):
            return argument.value != Literal(None)
        if argument.name in {"*", "**"}:
            return True
    return False
