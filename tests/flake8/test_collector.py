"""What was read is set aside from Python's collector, and does not pile up for ever."""

from __future__ import annotations

import gc
import weakref
from collections.abc import Iterator

import pytest

from flake8_celery_get import plugin


class Circle:
    """Refers to itself: only the collector frees it."""

    def __init__(self) -> None:
        self.itself = self


@pytest.fixture(autouse=True)
def _collector_as_before() -> Iterator[None]:
    yield
    gc.unfreeze()


def test_the_collector_passes_over_what_was_read() -> None:
    left = weakref.ref(Circle())
    plugin._set_aside()
    gc.collect()
    assert left() is not None


def test_what_very_many_projects_left_is_collected(monkeypatch: pytest.MonkeyPatch) -> None:
    left = weakref.ref(Circle())
    plugin._set_aside()
    monkeypatch.setattr(plugin, "MOST_SET_ASIDE", 0)
    plugin._set_aside()
    assert left() is None
