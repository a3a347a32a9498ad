from __future__ import annotations

from pathlib import Path

import pytest


@pytest.fixture
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder whose name says nothing of tests, which are no production code."""
    return tmp_path_factory.mktemp("case").resolve()
