"""Something that a test changes for a while."""

from __future__ import annotations

from collections.abc import Callable


class Changed:
    """Stays changed until ``with`` ends, or until the test does."""

    def __init__(self, way_back: Callable[[], None]) -> None:
        self._way_back = way_back

    def __enter__(self) -> Changed:
        return self

    def __exit__(self, *_: object) -> None:
        self._way_back()
