"""Where the reports of a run go, as the options say."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from pytest_celery_guard.report.run import Run

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
                    f"celery_guard's option report is {name!r}: end it in {known}."
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
