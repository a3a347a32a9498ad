"""Where tasks run: stepwise or eagerly in the test's thread, or in a real worker. A file each.

Imports the handle, ``real_worker`` and what is below.
"""

from __future__ import annotations

from functools import cache
from importlib import import_module
from typing import Any

from pytest_celery_guard.options.settings import CHOICES, check_choice


def begin(item: Any, app: Any, options: dict[str, Any]) -> Any:
    """The handle that a test gets, already on. Raises WrongOptionError for an unknown mode."""
    mode = options.get("mode") or CHOICES["mode"][0]
    check_choice("mode", mode)
    return _module(mode).begin(item, app, options)


@cache
def _module(mode: str) -> Any:
    return import_module(f"{__name__}.{mode}")
