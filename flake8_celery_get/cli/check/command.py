"""``celery-guard check``: the files, the findings, the report."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from flake8_celery_get.cli import reports
from flake8_celery_get.cli.check import chosen, known
from flake8_celery_get.cli.check.file_check import FileCheck
from flake8_celery_get.cli.check.statistics import statistics
from flake8_celery_get.cli.noqa.add import silenced
from flake8_celery_get.cli.outcome import BROKEN, CLEAN, FOUND, Outcome, UsageError
from flake8_celery_get.cli.paths import shown_path
from flake8_celery_get.cli.processes.dispatch import checked
from flake8_celery_get.cli.progress import shown
from flake8_celery_get.cli.project_options import configured, project_options
from flake8_celery_get.cli.results import Results
from flake8_celery_get.written import write

if TYPE_CHECKING:
    import argparse

    from flake8_celery_get.baseline import Baseline

FOR_PEOPLE = frozenset({"text", "concise"})
"""Formats that more lines don't break."""


def run(values: argparse.Namespace) -> Outcome:
    """Check what the command line names; raises `UsageError`."""
    said = configured()
    selection = chosen.selection(values, said)
    options = replace(
        project_options(values, said),
        opinions=selection.opinions,
        fixes=_needs_fixes(values),
    )
    before = None
    if options.baseline and not values.write_baseline:
        before = known.read(options.baseline)  # first, or the run would be for nothing
    check = FileCheck(
        options, selection, not values.disable_noqa, values.report_unused_noqa
    )
    files = chosen.files(values, said)
    _refuse_two_at_once(values)
    results = Results.of(shown(checked(check, files, values.jobs), len(files)))
    complaints = _complaints(results, files)
    if values.write_baseline:
        written = known.renew(results, options.baseline, files, selection)
        return Outcome(BROKEN if results.broken else CLEAN, written, complaints)
    if before is not None:
        results, told = known.only_new(results, before, files, selection)
        complaints += told
    if values.add_noqa:
        return silenced(results, complaints)
    results = replace(results, applies_unsafe=values.unsafe_fixes)
    if values.fix or values.diff:
        return _fixed(check, results, before, values, complaints)
    outcome = Outcome(_exit_code(results, values), _report(results, values), complaints)
    return _delivered(outcome, values.output_file)


def _fixed(
    check: FileCheck,
    results: Results,
    before: Baseline | None,
    values: argparse.Namespace,
    complaints: tuple[str, ...],
) -> Outcome:
    from flake8_celery_get.cli.fixes import fixing

    done = fixing.fixed(check, results, before)
    if values.diff:
        from flake8_celery_get.cli.fixes.diff import diff

        is_broken = results.broken or done.unwritten
        code = BROKEN if is_broken else FOUND if done.after else CLEAN
        report = diff(done)
    else:
        results = fixing.written(done, results.findings)
        code = _exit_code(results, values)
        if code == CLEAN and results.fixed and values.exit_non_zero_on_fix:
            code = FOUND
        report = _report(results, values)
    told = sorted(done.complaints.items())
    complaints += tuple(f"{shown_path(path)}: {why}" for path, why in told)
    return _delivered(Outcome(code, report, complaints), values.output_file)


def _needs_fixes(values: argparse.Namespace) -> bool:
    """Whether somebody will see what fixes there are."""
    if values.write_baseline or values.add_noqa:
        return False
    return values.fix or values.diff or values.output_format in reports.SHOW_FIXES


def _refuse_two_at_once(values: argparse.Namespace) -> None:
    fixes = [name for name in ("diff", "fix") if getattr(values, name)]
    others = [name for name in ("write_baseline", "add_noqa") if getattr(values, name)]
    if fixes and others:
        other = others[0].replace("_", "-")
        raise UsageError(f"--{fixes[0]} and --{other} don't go together: fix first")


def _complaints(results: Results, files: list[str]) -> tuple[str, ...]:
    if not files:
        return ("there are no Python files here",)
    errors = (f"{shown_path(error.path)}: {error.message}" for error in results.errors)
    return (*results.notes, *errors)


def _report(results: Results, values: argparse.Namespace) -> str:
    report = reports.render(results, values.output_format)
    if values.statistics and values.output_format in FOR_PEOPLE:
        report += statistics(results)
    return report


def _delivered(outcome: Outcome, path: str | None) -> Outcome:
    """Return what goes to stdout and stderr, after writing what goes to a file."""
    if not path:
        return outcome
    try:
        write(path, outcome.output)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        told = f"cannot write {path}: {reason}"
        return Outcome(BROKEN, "", (*outcome.complaints, told))
    return replace(outcome, output="")


def _exit_code(results: Results, values: argparse.Namespace) -> int:
    if results.broken:
        return BROKEN
    return FOUND if results.findings and not values.exit_zero else CLEAN
