"""Django's transactions as the application sees them: those of the test don't count.

Nothing here imports Django: what the application has not imported has no transaction. Names that
Django does not document, the same in 4.2 to 5.2: ``connection.in_atomic_block``,
``atomic_blocks``, ``run_on_commit``, and ``Atomic._from_testcase``.
"""

from __future__ import annotations

import sys
from typing import Any

FROM_TESTCASE = "_from_testcase"
"""Set on the blocks of django.test.TestCase, which pytest-django uses too."""

OF_THE_TEST: list[Any] = []
"""Blocks that fixtures had open when the test began, beside those that Django marks."""


def is_open() -> bool:
    """Whether the application has a transaction open in this thread."""
    return any(map(blocks_of, connections()))


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
        if not getattr(each, FROM_TESTCASE)
        and not any(each is known for known in OF_THE_TEST)
    ]


def begin() -> None:
    """From now on, blocks that are open belong to the test."""
    OF_THE_TEST.clear()
    OF_THE_TEST.extend(block for each in connections() for block in blocks_of(each))
