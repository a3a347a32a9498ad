"""Each task runs before the call that sends it returns, in every test that uses the guard."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pytest_celery_guard.handle.guard import CeleryGuard
from pytest_celery_guard.modes import step

if TYPE_CHECKING:
    import pytest


def begin(item: pytest.Item, app: Any, options: dict[str, Any]) -> CeleryGuard:
    """A guard that is on, and drains after each send."""
    return step.begin(item, app, options, eager=True)
