"""The line at the head of a run: what the guard works with. Imports no Celery."""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING

from pytest_celery_guard.option_table import option

if TYPE_CHECKING:
    import pytest


def header(config: pytest.Config) -> str | None:
    """The line; None where there is no Celery, as the guard is of no use there."""
    try:
        versions = f"celery-guard {version('celery-guard')}: Celery {version('celery')}"
    except PackageNotFoundError:
        return None
    app = option(config, "app") or "detected by each test"
    return f"{versions}, app {app}, mode {option(config, 'mode') or 'step'}"
