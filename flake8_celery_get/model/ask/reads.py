"""What the reads of handles give where no result is stored for them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from flake8_celery_get.model.known import celery_words
from flake8_celery_get.model.noticed.notes import Access, Rebuilt
from flake8_celery_get.model.noticed.waits import BLOCKING_READS
from flake8_celery_get.model.values.values import Handle

if TYPE_CHECKING:
    from flake8_celery_get.model.ask.module import Module

NONE_AT_ONCE = "none at once"
NEVER = "never"
PENDING = "pending"
FALSE = "false"
NONE = "none"
"""What becomes of reading an ignored result."""

_WAITS = BLOCKING_READS | {"~"}
_STATES = frozenset({"state", "status"})
_CHECKS = frozenset({"ready", "successful", "failed"})
_VALUES = frozenset({"result", "info", "traceback"})
_PROPERTIES = celery_words.PROPERTIES - {"id", "task_id", "parent"}
_CALLS = _WAITS | _CHECKS | {"waiting", "completed_count", "maybe_throw", "exists"}

Place = list[Access]


@dataclass(frozen=True, slots=True)
class Reading:
    """One read; ``outcome`` is one of the words above, or the error that it raises."""

    note: Access | Rebuilt
    outcome: str

    @property
    def error(self) -> str:
        """The kind of error that reading raises where there is no backend."""
        is_wait = self.outcome == _NOT_CONFIGURED
        return "NotImplementedError" if is_wait else "AttributeError"


def written(note: Access | Rebuilt) -> str:
    """How a handle is read, in backticks and without the handle itself."""
    if not isinstance(note, Access):
        return f"`.{note.by}()`"
    if note.name == "~":
        return "`~`"
    return f"`.{note.name}()`" if note.is_call else f"`.{note.name}`"


def _places(module: Module) -> Iterator[Place]:
    """The places that read a handle, each with the handles that can stand there."""
    places: dict[object, Place] = {}
    for note in module.certain(Access):
        if note.name in _CALLS if note.is_call else note.name in _PROPERTIES:
            places.setdefault(note.at, []).append(note)
    yield from places.values()


def ignored_reads(module: Module) -> Iterator[Reading]:
    """The reads that have the same outcome for every handle that can stand there."""
    for place in _places(module):
        outcomes = {_outcome(note.handle, note.name) for note in place}
        outcome = outcomes.pop()
        if outcome and not outcomes and not _is_told(module, place[0], outcome):
            yield Reading(place[0], outcome)


def _is_told(module: Module, note: Access, outcome: str) -> bool:
    """Whether a task, view or coroutine is told that it waits there."""
    return outcome == NEVER and module.is_read_of_entry(note)


def _outcome(handle: Handle, name: str) -> str:
    if not handle.stores_nothing:
        return ""
    if _is_none_at_once(handle, name):
        return NONE_AT_ONCE
    if handle.is_unreadable:
        return ""
    if name in _CHECKS:
        return "" if handle.is_group and name == "failed" else FALSE
    if handle.is_group:
        return NEVER if name in _WAITS else ""
    if name in _STATES:
        return PENDING
    if name in _VALUES:
        return NONE
    return NEVER if name in _WAITS - {"collect", "get_leaf"} else ""


def _is_none_at_once(handle: Handle, name: str) -> bool:
    """Whether Celery knows that there is nothing to read, before it looks."""
    return handle.ignored and name in {"get", "wait", "~"}


def unreadable(module: Module) -> Iterator[Reading]:
    """What raises because the app has no result backend."""
    for place in _places(module):
        note = place[0]
        if not all(each.handle.is_unreadable for each in place):
            continue
        if any(_is_none_at_once(each.handle, each.name) for each in place):
            continue
        if note.name in _WAITS and module.is_read_of_task(note):
            continue  # Celery refuses it before it asks for the backend
        if any(module.has_run(each.handle) for each in place):
            continue
        if not (note.handle.is_group and note.name in _PROPERTIES):
            yield Reading(note, _error(note.name))
    for rebuilt in module.notes(Rebuilt):
        if rebuilt.by == "restore" and rebuilt.handle.lacks_backend:
            yield Reading(rebuilt, f"{_DISABLED} '_restore_group'")


_NOT_CONFIGURED = "No result backend is configured"
_DISABLED = "'DisabledBackend' object has no attribute"


def _error(name: str) -> str:
    if name in _WAITS:
        return _NOT_CONFIGURED
    return f"{_DISABLED} '_get_task_meta_for'"


def reads_by_id(module: Module) -> Iterator[Access | Rebuilt]:
    """What reads a result by its id alone, where replies go to the sender: over rpc."""
    for place in _places(module):
        if place[0].name in _WAITS and module.is_read_of_entry(place[0]):
            continue  # who waits there is told that
        if all(_is_by_id_over_rpc(module, note.handle) for note in place):
            yield place[0]
    for note in module.certain(Access):
        is_saved = note.name == "save" and note.is_call and note.handle.is_group
        if is_saved and is_rpc(module, note.handle):
            yield note
    for rebuilt in module.notes(Rebuilt):
        if rebuilt.by == "restore" and is_rpc(module, rebuilt.handle):
            yield rebuilt


def _is_by_id_over_rpc(module: Module, handle: Handle) -> bool:
    is_by_id = handle.origin == "rebuilt" and not handle.is_group
    return is_by_id and not handle.stores_nothing and is_rpc(module, handle)


def is_rpc(module: Module, handle: Handle) -> bool:
    """Whether the handle's app gets its results as messages."""
    return module.backend(handle).scheme == "rpc"
