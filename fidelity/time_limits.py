"""Pytest plugin for both halves: no test of the suite may run for minutes.

Celery's own limit is 300 seconds, six times over for a test marked flaky.
"""

from __future__ import annotations

import pytest

SECONDS = 180


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Cut every limit that is longer than ours."""
    for item in items:
        own = item.get_closest_marker("timeout")
        if own is None or _seconds(own) > SECONDS:
            # The nearest mark counts: ours has to come first.
            item.add_marker(pytest.mark.timeout(SECONDS), append=False)


def _seconds(mark: pytest.Mark) -> float:
    return float(mark.args[0] if mark.args else mark.kwargs["timeout"])
