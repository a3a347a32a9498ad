"""What the command line and the ini file ask of a run."""

from __future__ import annotations

from pathlib import Path
from typing import Any, NamedTuple

import pytest

from pytest_celery_guard.report.destinations import WrongReportError, destinations


class Asked(NamedTuple):
    """The reports to write, the percentage of tasks that must run, and whether to count for
    JUnit's XML."""

    paths: list[Path]
    least: float | None
    properties: bool


def asked(config: pytest.Config) -> Asked:
    """Read the options. Raises UsageError, in one line, for a wrong one."""
    try:
        paths = destinations(
            _on_command_line(config, "report") or [], config.invocation_params.dir
        ) or destinations([config.getini("celery_guard_report") or ""], config.rootpath)
    except WrongReportError as error:
        raise pytest.UsageError(str(error)) from None
    least = _on_command_line(config, "min_coverage") or config.getini(
        "celery_guard_min_coverage"
    )
    properties = _on_command_line(config, "properties")
    if properties is None:
        properties = config.getini("celery_guard_properties")
    return Asked(paths, percentage(least) if least else None, bool(properties))


def _on_command_line(config: pytest.Config, name: str) -> Any:
    return config.getoption(f"celery_guard_{name}")


def percentage(text: str) -> float:
    """A number from 0 to 100. Raises UsageError for anything else."""
    try:
        found = float(text.removesuffix("%"))
    except ValueError:
        found = -1.0
    if not 0 <= found <= 100:
        raise pytest.UsageError(
            f"celery_guard's option min_coverage is {text!r}, which is no number from 0 to 100."
        )
    return found
