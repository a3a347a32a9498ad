"""Django's transactions as the application sees them: those of the test don't count.

Nothing here imports Django: what the application has not imported has no transaction.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import Any, NamedTuple

from pytest_celery_guard.private.frameworks import is_of_testcase

PLACE = "_celery_guard_place"
"""Set on each block: the line of the user's code that began it."""

ROWS = "_celery_guard_rows"
"""Set on the outermost block: the rows that have been written in it so far."""

OF_THE_TEST: list[Any] = []
"""Blocks that fixtures had open when the test began, beside those that Django marks."""


class Open(NamedTuple):
    """A transaction of the application; where it began, if that is known, and its rows."""

    alias: str
    place: object
    rows: list[Any]


def open_now() -> Iterator[Open]:
    """The outermost block of the application for each database, in this thread.

    A block on a replica is none where the tests let it mirror another database: in production
    it is open elsewhere, and the rows are not in it.
    """
    for connection in connections():
        own = (each for each in blocks_of(connection) if mirrored_by(each.using) is None)
        if (first := next(own, None)) is not None:
            place, rows = getattr(first, PLACE, None), getattr(first, ROWS, [])
            yield Open(first.using or connection.alias, place, rows)


def mirrored_by(alias: str | None) -> str | None:
    """The database that another one mirrors in tests (``TEST: {"MIRROR": "default"}``)."""
    settings = sys.modules["django.db"].connections.settings
    mirror: str | None = settings.get(alias, {}).get("TEST", {}).get("MIRROR")
    return mirror


def connections() -> list[Any]:
    """The connections of this thread that are in use."""
    database = sys.modules.get("django.db")
    if database is None:
        return []
    try:
        return list(database.connections.all(initialized_only=True))
    except Exception:  # Django is imported but not configured
        return []


def blocks_of(connection: Any) -> list[Any]:
    """The ``atomic`` blocks of the application, the outermost first."""
    if not connection.in_atomic_block:
        return []
    return [
        each
        for each in connection.atomic_blocks
        if not is_of_testcase(each) and not any(each is known for known in OF_THE_TEST)
    ]


def opening(block: Any, place: object) -> None:
    """A block is about to begin there; the outermost one has no rows yet."""
    setattr(block, PLACE, place)
    if not blocks_of(sys.modules["django.db"].connections[block.using or "default"]):
        setattr(block, ROWS, [])  # one that decorates is used for each call


def in_another_process() -> AbstractContextManager[None]:
    """While a task runs, the blocks of whoever sent it are not open for it."""
    open_here = [block for each in connections() for block in blocks_of(each)]
    return elsewhere(open_here) if open_here else nullcontext()


@contextmanager
def elsewhere(blocks: list[Any]) -> Iterator[None]:
    """Take these blocks for those of the test meanwhile."""
    before = [*OF_THE_TEST]
    OF_THE_TEST.extend(blocks)
    try:
        yield
    finally:
        OF_THE_TEST[:] = before


def begin() -> None:
    """From now on, blocks that are open belong to the test."""
    OF_THE_TEST.clear()
    OF_THE_TEST.extend(block for each in connections() for block in blocks_of(each))
