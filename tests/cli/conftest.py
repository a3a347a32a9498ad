from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.project import Project


@pytest.fixture
def project(tmp_path: Path) -> Project:
    """An empty project; its configuration keeps flake8 from looking further up."""
    made = Project(tmp_path)
    made.write(".flake8", "[flake8]\nmax-line-length = 1000\n")
    return made
