"""The rows that an open transaction of the application has written so far.

Django's signals come before the row is written: receivers of the application may be called
before those of the guard, and send a task there. Nothing here imports Django.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable
from typing import Any

from pytest_celery_guard.basics.restoring import swap
from pytest_celery_guard.basics.undo import Undo
from pytest_celery_guard.commits.transactions import ROWS, blocks_of

SIGNALS = ("pre_save", "pre_delete", "m2m_changed")


def note_rows(undo: Undo) -> None:
    """Note each row that is written in a transaction, until ``undo`` is closed."""
    signals: Any = sys.modules.get("django.db.models.signals")
    if signals is None:
        return
    for signal in (getattr(signals, name) for name in SIGNALS):
        signal.connect(note_row)
        undo.callback(signal.disconnect, note_row)
    query_set: Any = sys.modules["django.db.models"].QuerySet
    for name in ("bulk_create", "bulk_update"):  # these send no signals
        swap(undo, query_set, name, noting_all(getattr(query_set, name)))


def note_row(instance: Any = None, using: str = "", **_: Any) -> None:
    """Called by Django for each row that is about to be written."""
    note([instance], using)


def noting_all(write: Callable[..., Any]) -> Callable[..., Any]:
    """A method of a query set that writes many rows, and notes them."""

    def write_and_note(self: Any, objs: Iterable[Any], *args: Any, **options: Any) -> Any:
        rows = list(objs)
        self._for_write = True  # as Django does, before it asks for the database
        note(rows, self.db)
        return write(self, rows, *args, **options)

    return write_and_note


def note(rows: list[Any], using: str) -> None:
    """Rows are written in a database: if a transaction of the application is open there."""
    blocks = blocks_of(sys.modules["django.db"].connections[using])
    if blocks:
        getattr(blocks[0], ROWS, []).extend(rows)
