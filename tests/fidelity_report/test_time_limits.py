from __future__ import annotations

from typing import TYPE_CHECKING

from fidelity.time_limits import SECONDS, pytest_collection_modifyitems

if TYPE_CHECKING:
    import pytest


SUITE = """
import pytest

def test_no_limit(): ...

@pytest.mark.timeout(timeout=300)
def test_long(): ...

@pytest.mark.timeout(20)
def test_short(): ...
"""


def test_a_limit_of_minutes_is_cut_and_a_short_one_stays(pytester: pytest.Pytester) -> None:
    pytester.makeini("[pytest]\nmarkers = timeout")
    items = pytester.getitems(SUITE)
    pytest_collection_modifyitems(items)
    limits = [item.get_closest_marker("timeout") for item in items]
    assert [limit and limit.args for limit in limits] == [(SECONDS,), (SECONDS,), (20,)]
