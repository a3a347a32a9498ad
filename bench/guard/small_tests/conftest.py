"""Writes down how long each test took, from its first fixture to its last."""

from __future__ import annotations

import json
from collections import defaultdict
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pytest

seconds: dict[str, dict[str, float]] = defaultdict(lambda: defaultdict(float))
"""For each test function and each of its runs the time of set-up, call and tear-down."""


def pytest_addoption(parser: pytest.Parser) -> None:
    """How often each test runs, and where its times go."""
    parser.addoption("--runs", type=int, default=3)
    parser.addoption("--seconds-to", type=Path, required=True)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run each test many times."""
    metafunc.fixturenames.append("run")
    metafunc.parametrize("run", range(metafunc.config.getoption("runs")))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """All tests once, then all again: what disturbs one disturbs its neighbours."""
    items.sort(key=lambda item: item.callspec.params["run"])  # type: ignore[attr-defined]


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """Add a phase to its test."""
    name, _, run = report.location[2].partition("[")
    seconds[name][run] += report.duration


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Leave out the first run, for which all that is kept is built."""
    later = {name: list(runs.values())[1:] for name, runs in seconds.items()}
    session.config.getoption("seconds_to").write_text(json.dumps(later), encoding="utf-8")
