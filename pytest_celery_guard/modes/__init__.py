"""Where tasks run: stepwise or eagerly in the test's thread, or in a real worker. A file each."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from pytest_celery_guard.errors import WrongOptionError

MODES = ("step", "eager", "worker")
"""What ``mode`` may be."""


def begin(item: Any, app: Any, options: dict[str, Any]) -> Any:
    """The handle that a test gets, already on. Raises WrongOptionError for an unknown mode."""
    mode = options.get("mode") or MODES[0]
    if mode not in MODES:
        raise WrongOptionError(
            f"celery_guard's option mode is {mode!r}. Known are {', '.join(MODES)}."
        )
    return import_module(f"{__name__}.{mode}").begin(item, app, options)
