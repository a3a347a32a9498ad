"""What the command line and the ini file ask of a run, and where its reports go."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, cast

import pytest

if TYPE_CHECKING:
    from pytest_celery_guard.report.run import Run


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
            f"celery_guard's option min_coverage is {text!r}, but it must be a number"
            f" from 0 to 100."
        )
    return found


RENDERERS: Mapping[str, str] = {".html": "page", ".json": "document"}
"""The module that renders a report, by the end of its file's name."""


class WrongReportError(Exception):
    """A report that can't be made as it is asked for."""


def destinations(values: Iterable[str], folder: Path) -> list[Path]:
    """The files that are asked for, several to a value. Raises WrongReportError."""
    return list(dict.fromkeys(folder / name for name in _names(values)))


def _names(values: Iterable[str]) -> Iterator[str]:
    for value in values:
        for name in filter(None, map(str.strip, value.replace("\n", ",").split(","))):
            if Path(name).suffix not in RENDERERS:
                known = " or ".join(RENDERERS)
                raise WrongReportError(
                    f"celery_guard's option report is {name!r}, but it must end in {known}."
                )
            yield name


def write(path: Path, run: Run, project: str) -> None:
    """Write one report. Raises WrongReportError when the file can't be written."""
    module = import_module(f"pytest_celery_guard.report.{RENDERERS[path.suffix]}")
    render = cast("Callable[[Run, str], str]", module.render)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(render(run, project), encoding="utf-8")
    except OSError as error:
        raise WrongReportError(
            f"{path} can't be written: {error.strerror or error}"
        ) from None
