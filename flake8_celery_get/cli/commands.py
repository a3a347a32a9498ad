"""Picks the command that was typed, runs it, and prints what comes of it."""

from __future__ import annotations

import gc
from typing import TYPE_CHECKING

from flake8_celery_get.cli import interrupts
from flake8_celery_get.cli.arguments.parser import parser
from flake8_celery_get.cli.faults import ignore_warnings, internal_error
from flake8_celery_get.cli.outcome import BROKEN, Outcome, UsageError
from flake8_celery_get.cli.terminal.streams import deliver, make_ready

if TYPE_CHECKING:
    import argparse


def run(argv: list[str] | None) -> int:
    """Run one command and return its exit code."""
    make_ready()
    ignore_warnings()
    values = parser().parse_args(argv)
    outcome = _outcome(values)
    if interrupts.came():
        raise KeyboardInterrupt
    return deliver(outcome)


def _outcome(values: argparse.Namespace) -> Outcome:
    try:
        return _run(values)
    except UsageError as error:
        return Outcome(BROKEN, complaints=(str(error),))
    except Exception as error:
        return Outcome(BROKEN, complaints=(internal_error(error),))


def _run(values: argparse.Namespace) -> Outcome:
    # Imported here: a command needs nothing of the others.
    if values.command == "check":
        if values.watch:
            from flake8_celery_get.cli.check.watching import watch

            gc.enable()
            watch(values)
        from flake8_celery_get.cli.check import command as check

        return check.run(values)
    if values.command == "map":
        from flake8_celery_get.cli.map import command

        return command.run(values)
    if values.command == "server":
        from flake8_celery_get.cli.server.command import run as serve

        gc.enable()
        return serve()
    from flake8_celery_get.cli import documentation

    if values.command == "explain":
        return documentation.explain(values.rules)
    return documentation.rules(values.output_format)
