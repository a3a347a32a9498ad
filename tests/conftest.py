"""What holds for every test."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest


@pytest.fixture(scope="session", autouse=True)
def a_person_reads() -> Iterator[None]:
    """Where CI is set, pytest prints at length what the tests expect as people see it."""
    told = {name: os.environ.pop(name, None) for name in ("CI", "BUILD_NUMBER")}
    yield
    os.environ.update({name: value for name, value in told.items() if value is not None})
