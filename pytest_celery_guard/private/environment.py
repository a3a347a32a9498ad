"""What is private in ``os``: the dict behind ``os.environ``."""

from __future__ import annotations

import os
from functools import cache

DATA = "_data"
"""os.environ: the variables, with their names as the system has them."""


def is_any_set(names: tuple[str, ...]) -> bool:
    """Whether one of these environment variables is set: ``os.environ`` takes 0.5 us for each."""
    data = getattr(os.environ, DATA, None)
    if not isinstance(data, dict):  # a test has put something else there
        return any(name in os.environ for name in names)
    return not data.keys().isdisjoint(_keys(names))


@cache
def _keys(names: tuple[str, ...]) -> list[str]:
    encoded: list[str] = [os.environ.encodekey(name) for name in names]
    return encoded
