from __future__ import annotations

import pytest

from tests.guard.test_fixtures import APP, NAMED


@pytest.fixture
def suite(pytester: pytest.Pytester) -> pytest.Pytester:
    """A project with an app in proj.py, named in its ini file."""
    pytester.makepyfile(proj=APP)
    pytester.makeini(NAMED)
    return pytester
