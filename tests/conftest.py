"""What holds for every test."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

HERE = Path(__file__).parent
SLOW = (
    # whole processes, many times
    "cli/test_changed_files.py",
    "cli/test_odd_files.py",
    "cli/test_odd_names.py",
    "cli/test_orphans.py",
    "cli/test_streams.py",
    # real workers
    "fidelity/test_real.py",
    "worker_mode/",
    # files of the standard library, and generated ones
    "robustness/",
    "source/test_lower.py::test_no_call_of_real_code",
    "source/test_lower.py::test_places_in_real_code",
    "source/test_newer.py::test_both_ways",
    "source/test_outline.py::test_every_definition_of_real_code",
    "source/test_pack.py::test_code_and_outline",
    # each case once more, in other ways
    "test_cases.py::test_a_fingerprint",
    "test_cases.py::test_given_text",
    "test_cases.py::test_order",
    "test_cases.py::test_the_cache",
)
"""What takes long and rarely finds anything: ``make test SLOW=1`` and CI run it, too."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark the slow tests; those of other folders' suites are not ours to mark."""
    for item in items:
        path = item.path.relative_to(HERE).as_posix() if HERE in item.path.parents else ""
        if f"{path}::{item.name}".startswith(SLOW):
            item.add_marker(pytest.mark.slow)


@pytest.fixture(scope="session", autouse=True)
def a_person_reads() -> Iterator[None]:
    """Where CI is set, pytest prints at length what the tests expect as people see it."""
    told = {name: os.environ.pop(name, None) for name in ("CI", "BUILD_NUMBER")}
    yield
    os.environ.update({name: value for name, value in told.items() if value is not None})
