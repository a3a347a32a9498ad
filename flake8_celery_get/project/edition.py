"""Which edition of the linter wrote a cache: another one may read code differently."""

from __future__ import annotations

import os
from functools import cache

from flake8_celery_get import __version__

PACKAGE = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
INSTALLED = frozenset({"site-packages", "dist-packages"})


@cache
def edition() -> str:
    """The version; in a checkout, which changes under one version, also when it did so last."""
    if os.path.basename(os.path.dirname(PACKAGE)) in INSTALLED:
        return __version__
    return f"{__version__}+{max(_changed(PACKAGE))}"


def _changed(folder: str) -> list[int]:
    """When each file below a folder was changed, in nanoseconds."""
    times = []
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.is_dir() and entry.name != "__pycache__":
                times += _changed(entry.path)
            elif entry.name.endswith(".py"):
                times.append(entry.stat().st_mtime_ns)
    return times
