"""How a report is made, where it goes, and what exit code stands for it."""

from __future__ import annotations

import sys
from dataclasses import replace
from typing import TYPE_CHECKING

from flake8_celery_get.cli import reports
from flake8_celery_get.cli.check.statistics import statistics
from flake8_celery_get.cli.outcome import BROKEN, CLEAN, FOUND, Outcome
from flake8_celery_get.cli.settings.chosen import stdin_file
from flake8_celery_get.cli.terminal.look import Look
from flake8_celery_get.cli.terminal.paint import painter
from flake8_celery_get.files.written import write

if TYPE_CHECKING:
    import argparse

    from flake8_celery_get.cli.results import Results


def look_of(values: argparse.Namespace) -> Look:
    """Return how the report shall look where it goes."""
    is_beside = values.fix and not values.diff and stdin_file(values)
    stream = sys.stderr if is_beside else sys.stdout
    paint = painter(values.color, None if values.output_file else stream)
    return Look(paint, values.quiet, values.verbose)


def report_of(results: Results, values: argparse.Namespace) -> str:
    """Return the report in the format that was asked for."""
    report = reports.render(results, values.output_format, look_of(values))
    if values.statistics and values.output_format in reports.FOR_PEOPLE:
        report += statistics(results)
    return report


def exit_code(results: Results, values: argparse.Namespace) -> int:
    """Return what the process ends with."""
    if results.broken:
        return BROKEN
    return FOUND if results.findings and not values.exit_zero else CLEAN


def delivered(outcome: Outcome, path: str | None) -> Outcome:
    """Return what goes to stdout and stderr, after writing what goes to a file.

    That is the report, where stdout is for something else.
    """
    if not path:
        return outcome
    is_beside = bool(outcome.report)
    text = outcome.report if is_beside else outcome.output
    try:
        write(path, str(text))
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        told = (*outcome.complaints, f"cannot write {path}: {reason}")
        kept = outcome.output if is_beside else ""
        return Outcome(BROKEN, kept, told)
    return replace(outcome, report="") if is_beside else replace(outcome, output="")
