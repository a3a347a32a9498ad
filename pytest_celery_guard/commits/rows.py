"""The databases that the rows of a send are in, as far as the test has seen these rows.

A send has a row's key, which says nothing of its database. The instance does, and it is mostly
still there: a variable of whoever sends, or it was saved while the guard was on.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from types import FrameType
from typing import Any

from pytest_celery_guard.basics.callers import RUNNERS, package_of
from pytest_celery_guard.basics.undo import Undo
from pytest_celery_guard.commits.transactions import mirrored_by

SAVED: dict[str, set[str]] = {}
"""The databases that rows were saved in while a guard is on, by the text of their keys."""


def note_rows(undo: Undo) -> None:
    """Remember where rows are saved, until ``undo`` is closed."""
    signals: Any = sys.modules.get("django.db.models.signals")
    if signals is not None:
        signals.post_save.connect(note_row)
        undo.callback(signals.post_save.disconnect, note_row)
        undo.callback(SAVED.clear)


def note_row(instance: Any = None, using: str = "", **_: Any) -> None:
    """Called by Django for each row that is saved."""
    SAVED.setdefault(str(instance.pk), set()).add(using)


def databases_of(values: Iterable[object]) -> set[str]:
    """The databases of all known rows whose keys are among the arguments of a send."""
    keys = set(keys_in(values))
    found = set[str]().union(*(SAVED.get(key, ()) for key in keys))
    for row in rows_at_hand(sys._getframe(1)):
        if str(row.pk) in keys and row._state.db:
            found.add(row._state.db)
    return {mirrored_by(each) or each for each in found}


def keys_in(values: Iterable[object]) -> Iterator[str]:
    """Arguments that may be keys of rows, as text; also those in lists and dicts."""
    for each in values:
        if isinstance(each, dict):
            yield from keys_in(each.values())
        elif isinstance(each, list | tuple | set):
            yield from keys_in(each)
        elif each is not None and not isinstance(each, bool):
            yield str(each)


def rows_at_hand(frame: FrameType | None) -> Iterator[Any]:
    """The model instances in the variables of whoever sends, and in their attributes."""
    model: Any = getattr(sys.modules.get("django.db.models"), "Model", ())
    while frame is not None and package_of(frame) not in RUNNERS:
        for each in list(frame.f_locals.values()):
            own = getattr(each, "__dict__", None)
            nested = list(own.values()) if type(own) is dict else []
            yield from (row for row in (each, *nested) if isinstance(row, model))
        frame = frame.f_back
