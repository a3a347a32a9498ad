"""The entry point: picks the command, and ends quietly when interrupted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flake8_celery_get.cli import arguments
from flake8_celery_get.cli.faults import ignore_warnings, internal_error
from flake8_celery_get.cli.outcome import BROKEN, Outcome, accept_any_character, deliver

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence

INTERRUPTED = 130  # what a shell reports for a process that SIGINT has ended


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return the exit code: 0 clean, 1 findings, 2 an error."""
    accept_any_character()
    ignore_warnings()
    values = arguments.parser().parse_args(argv)
    try:
        return deliver(_run(values))
    except KeyboardInterrupt:
        return INTERRUPTED


def _run(values: argparse.Namespace) -> Outcome:
    try:
        from flake8_celery_get.cli import check, pages

        if values.command == "check":
            return check.run(values)
        if values.command == "map":
            from flake8_celery_get.cli.map import command

            return command.run(values)
        if values.command == "explain":
            return pages.explain(values.rule)
        return pages.rules()
    except arguments.UsageError as error:
        return Outcome(BROKEN, complaints=(str(error),))
    except Exception as error:
        return Outcome(BROKEN, complaints=(internal_error(error),))
