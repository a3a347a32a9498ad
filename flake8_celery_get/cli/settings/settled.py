"""What a run does: by command line, else by pyproject.toml, else as ever."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flake8_celery_get.cli.outcome import UsageError
from flake8_celery_get.cli.reports import FORMATS
from flake8_celery_get.cli.settings.chosen import stdin_file
from flake8_celery_get.cli.settings.project import where

if TYPE_CHECKING:
    import argparse

    from flake8_celery_get.choices.configuration import Configuration

DEFAULTS = {"output_format": "text", "fix": False, "unsafe_fixes": False, "jobs": 0}
"""What is done where nobody says anything."""


def settle(values: argparse.Namespace, said: Configuration) -> None:
    """Let what the command line leaves open be as pyproject.toml says, else as ever.

    Raises `UsageError`.
    """
    _refuse_two_at_once(values)
    if values.fix is None and (values.write_baseline or values.add_noqa):
        values.fix = False
    for name, default in DEFAULTS.items():
        if getattr(values, name) is None:
            setattr(values, name, said.command.get(name, default))
    if values.output_format not in FORMATS:
        place = where("output_format", said, is_typed=False)
        known = ", ".join(FORMATS)
        reason = f"{values.output_format!r} is not a valid choice; choose from {known}"
        raise UsageError(f"{place}: {reason}")


def _refuse_two_at_once(values: argparse.Namespace) -> None:
    fixes = [name for name in ("diff", "fix") if getattr(values, name)]
    others = [name for name in ("write_baseline", "add_noqa") if getattr(values, name)]
    if fixes and others:
        raise UsageError(
            f"{_flag(fixes[0])} and {_flag(others[0])} can't be combined: fix first"
        )
    if others and stdin_file(values):
        raise UsageError(f"{_flag(others[0])} needs files, and can't take standard input")
    others += ["output_file"] if values.output_file else []
    if values.watch and (others or stdin_file(values)):
        other = _flag(others[0]) if others else "standard input"
        raise UsageError(f"--watch and {other} can't be combined")


def _flag(name: str) -> str:
    return f"--{name.replace('_', '-')}"
