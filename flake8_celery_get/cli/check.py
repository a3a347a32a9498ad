"""``celery-guard check``: the files, the findings, the report."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flake8_celery_get import catalog
from flake8_celery_get.cli import json_report, text_report
from flake8_celery_get.cli.arguments import UsageError
from flake8_celery_get.cli.dispatch import reports
from flake8_celery_get.cli.file_check import FileCheck
from flake8_celery_get.cli.files import python_files
from flake8_celery_get.cli.outcome import BROKEN, CLEAN, FOUND, Outcome
from flake8_celery_get.cli.paths import shown_path
from flake8_celery_get.cli.progress import shown
from flake8_celery_get.cli.results import Results
from flake8_celery_get.cli.selection import Selection, SelectionError
from flake8_celery_get.option_values import OptionError, to_options
from flake8_celery_get.options import OPTION_FIELDS

if TYPE_CHECKING:
    import argparse


def run(values: argparse.Namespace) -> Outcome:
    """Check what the command line names; raises `UsageError`."""
    check = _file_check(values)
    files = python_files(values.paths, values.exclude.split(","))
    results = Results.of(shown(reports(check, files, values.jobs), len(files)))
    report = json_report if values.output_format == "json" else text_report
    complaints = tuple(
        f"{shown_path(error.path)}: {error.message}" for error in results.errors
    )
    if not files:
        complaints = ("there are no Python files here",)
    return Outcome(_exit_code(results), report.render(results), complaints)


def _exit_code(results: Results) -> int:
    if results.broken:
        return BROKEN
    return FOUND if results.findings else CLEAN


def _file_check(values: argparse.Namespace) -> FileCheck:
    try:
        options = to_options({o.name: getattr(values, o.name) for o in OPTION_FIELDS})
    except OptionError as error:
        flag = error.option.replace("_", "-")
        raise UsageError(f"--{flag}: {error}") from None
    return FileCheck(options, _selection(values), noqa=not values.disable_noqa)


def _selection(values: argparse.Namespace) -> Selection:
    known = [rule.code for rule in catalog.all_rules()]
    try:
        return Selection.parse(known, values.select, values.ignore, values.extend_select)
    except SelectionError as error:
        raise UsageError(str(error)) from None
