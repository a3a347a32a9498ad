"""``--fix`` and ``--diff``: what comes of the fixes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flake8_celery_get.cli.check.delivery import (
    delivered,
    exit_code,
    look_of,
    report_of,
)
from flake8_celery_get.cli.fixes import fixing, writing
from flake8_celery_get.cli.outcome import BROKEN, CLEAN, FOUND, Outcome
from flake8_celery_get.cli.terminal.paths import shown_path
from flake8_celery_get.source.text import SourceError

if TYPE_CHECKING:
    import argparse

    from flake8_celery_get.choices.baseline import Baseline
    from flake8_celery_get.cli.check.stdin import Stdin
    from flake8_celery_get.cli.file_check import FileCheck
    from flake8_celery_get.cli.fixes.applied import Fixed
    from flake8_celery_get.cli.results import Results
    from flake8_celery_get.source.original import Original


def outcome(
    check: FileCheck,
    results: Results,
    before: Baseline | None,
    values: argparse.Namespace,
    stdin: Stdin | None,
) -> Outcome:
    """Fix what was found, or show how; standard input is written to stdout."""
    done = fixing.fixed(check, results, before, _originals(stdin))
    made = _made(done, results, values, stdin)
    told = sorted(done.complaints.items())
    complaints = tuple(f"{shown_path(path)}: {why}" for path, why in told)
    made = Outcome(made.code, made.output, complaints, made.report)
    return delivered(made, values.output_file)


def _made(
    done: Fixed, results: Results, values: argparse.Namespace, stdin: Stdin | None
) -> Outcome:
    if values.diff:
        return _shown(done, results, values)
    return _written(done, results, values, stdin)


def _originals(stdin: Stdin | None) -> dict[str, Original]:
    try:
        return {stdin.path: stdin.original()} if stdin is not None else {}
    except SourceError:  # it was reported when it was checked
        return {}


def _shown(done: Fixed, results: Results, values: argparse.Namespace) -> Outcome:
    from flake8_celery_get.cli.fixes.diff import diff

    is_broken = results.broken or done.unwritten
    code = BROKEN if is_broken else FOUND if done.after else CLEAN
    return Outcome(code, diff(done, look_of(values).paint))


def _written(
    done: Fixed, results: Results, values: argparse.Namespace, stdin: Stdin | None
) -> Outcome:
    results = writing.written(done, results.findings)
    code = exit_code(results, values)
    if code == CLEAN and results.fixed and values.exit_non_zero_on_fix:
        code = FOUND
    report = report_of(results, values)
    if stdin is None:
        return Outcome(code, report)
    after = done.after.get(stdin.path)
    return Outcome(code, stdin.octets if after is None else after.octets(), report=report)
