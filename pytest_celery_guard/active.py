"""The guard of the test that runs now. Imports no Celery."""

from __future__ import annotations

from typing import Any

import pytest

ACTIVE: pytest.StashKey[Any] = pytest.StashKey()
"""Where the ``CeleryGuard`` of a test is, on its item."""


def active_guard(item: pytest.Item) -> Any:
    """The guard of a test; None for a test without one."""
    return item.stash.get(ACTIVE, None)
