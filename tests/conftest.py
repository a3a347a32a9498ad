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
    "test_examples.py::test_right_passes_its_tests[report/right]",
    "test_examples_page.py::test_the_demo_prints_what_the_page_shows[true]",
    "test_examples_page.py::test_the_long_demo",
    # real workers
    "bench/test_guard.py::test_every_way_runs_all_its_tasks",
    "fidelity/test_real.py",
    "guard/test_beside_celerys_fixtures.py::test_a_worker_in_a_thread_goes_on",
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

WITHOUT_HYPOTHESIS = "-p no:hypothesispytest"


def is_slow(path: Path, name: str = "") -> bool:
    """Whether a file, or a test in it, is slow; those of other folders' suites are not ours."""
    place = path.as_posix().removeprefix(f"{HERE.as_posix()}/")
    return f"{place}::{name}".startswith(SLOW)


def leaves_out_slow_tests(config: pytest.Config) -> bool:
    """Whether ``make test`` asked for the quick tests only."""
    return bool(config.getoption("-m") == "not slow")


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Don't import files whose tests would all be deselected."""
    left_out = leaves_out_slow_tests(config) and is_slow(collection_path)
    return left_out or None


def pytest_pycollect_makeitem(
    collector: pytest.Module | pytest.Class, name: str
) -> list[pytest.Item] | None:
    """Don't make thousands of tests that would be deselected."""
    left_out = leaves_out_slow_tests(collector.config) and is_slow(collector.path, name)
    return [] if left_out else None


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark the slow tests."""
    for item in items:
        if is_slow(item.path, item.name):
            item.add_marker(pytest.mark.slow)


@pytest.fixture(scope="session", autouse=True)
def a_person_reads() -> Iterator[None]:
    """Where CI is set, pytest prints at length what the tests expect as people see it."""
    told = {name: os.environ.pop(name, None) for name in ("CI", "BUILD_NUMBER")}
    yield
    os.environ.update({name: value for name, value in told.items() if value is not None})


@pytest.fixture(scope="session", autouse=True)
def no_run_imports_hypothesis() -> Iterator[None]:
    """Its plugin imports all of it at the end of a run, which takes as long as the run."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTEST_ADDOPTS", WITHOUT_HYPOTHESIS)
        yield


@pytest.fixture
def pytester(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> pytest.Pytester:
    """pytest-asyncio warns in each run inside a test, where no filter of ours applies.

    anyio's plugin imports trio, too.
    """
    options = f"{WITHOUT_HYPOTHESIS} -p no:asyncio -p no:anyio"
    monkeypatch.setenv("PYTEST_ADDOPTS", options)
    return pytester
