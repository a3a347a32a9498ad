"""``celery-guard check``: the files, the findings, the report."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import TYPE_CHECKING

from flake8_celery_get.cli import reports
from flake8_celery_get.cli.check import known, stdin
from flake8_celery_get.cli.check.delivery import delivered, exit_code, report_of
from flake8_celery_get.cli.check.told import told
from flake8_celery_get.cli.file_check import FileCheck
from flake8_celery_get.cli.noqa.add import silenced
from flake8_celery_get.cli.outcome import BROKEN, CLEAN, Outcome
from flake8_celery_get.cli.processes.dispatch import checked
from flake8_celery_get.cli.results import Results
from flake8_celery_get.cli.settings import chosen
from flake8_celery_get.cli.settings.project import configured, project_options
from flake8_celery_get.cli.settings.settled import settle
from flake8_celery_get.cli.terminal.paths import shown_path
from flake8_celery_get.cli.terminal.progress import shown

if TYPE_CHECKING:
    import argparse

    from flake8_celery_get.choices.configuration import Configuration


def run(values: argparse.Namespace) -> Outcome:
    """Do what the command line says; raises `UsageError`."""
    typed = frozenset(name for name, value in vars(values).items() if value is not None)
    said = configured(values)
    settle(values, said)
    if values.show_settings:
        from flake8_celery_get.cli.settings import shown as shown_settings

        return Outcome(CLEAN, shown_settings.table(values, typed, said))
    if values.show_files:
        files = chosen.files(values, said)
        return Outcome(CLEAN, "".join(f"{shown_path(path)}\n" for path in files))
    return _checked_once(values, said)


def _checked_once(values: argparse.Namespace, said: Configuration) -> Outcome:
    """Check all files, and report; raises `UsageError`."""
    begun = time.monotonic()
    selection = chosen.selection(values, said)
    options = replace(
        project_options(values, said),
        opinions=selection.opinions,
        fixes=_needs_fixes(values),
    )
    check = FileCheck(
        options,
        selection,
        not values.disable_noqa,
        values.report_unused_noqa,
        covered=values.add_noqa,  # or the next run would report it
    )
    files = chosen.files(values, said)
    outcome = _outcome(check, files, values)
    if values.quiet:
        return outcome
    notes = [] if files else ["there are no Python files here"]
    if values.verbose:
        notes += told(said, options, files, time.monotonic() - begun)
    return replace(outcome, complaints=(*notes, *outcome.complaints))


def _outcome(check: FileCheck, files: list[str], values: argparse.Namespace) -> Outcome:
    path, before = check.options.baseline, None
    if path and not values.write_baseline:
        before = known.read(path)  # first, or the run would be for nothing
    given = stdin.read(files[0]) if chosen.stdin_file(values) else None
    results = _results(check, files, values, given)
    complaints = _complaints(results, values)
    if values.write_baseline:
        written = known.renew(results, path, files, check.selection)
        code = BROKEN if results.broken else CLEAN
        return Outcome(code, "" if values.quiet else written, complaints)
    if before is not None:
        results, fixed = known.only_new(results, before, files, check.selection)
        complaints += () if values.quiet else fixed
    paths = frozenset(files)
    results = replace(results, applies_unsafe=values.unsafe_fixes, checked_paths=paths)
    if values.add_noqa:
        made = silenced(results, quiet=values.quiet)
    elif values.fix or values.diff:
        from flake8_celery_get.cli.check.fixed import outcome

        made = outcome(check, results, before, values, given)
    else:
        made = Outcome(exit_code(results, values), report_of(results, values))
        made = delivered(made, values.output_file)
    return replace(made, complaints=(*complaints, *made.complaints))


def _results(
    check: FileCheck,
    files: list[str],
    values: argparse.Namespace,
    given: stdin.Stdin | None,
) -> Results:
    if given is not None:
        return replace(Results.of([given.checked(check)]), texts=given.texts())
    found = checked(check, files, values.jobs or None)
    return Results.of(found if values.quiet else shown(found, len(files)))


def _needs_fixes(values: argparse.Namespace) -> bool:
    """Whether somebody will see what fixes there are."""
    if values.write_baseline or values.add_noqa:
        return False
    return values.fix or values.diff or values.output_format in reports.SHOW_FIXES


def _complaints(results: Results, values: argparse.Namespace) -> tuple[str, ...]:
    notes = () if values.quiet else results.notes
    errors = (f"{shown_path(error.path)}: {error.message}" for error in results.errors)
    return (*notes, *errors)
