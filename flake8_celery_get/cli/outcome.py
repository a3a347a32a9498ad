"""What a command leaves behind: text for stdout, lines for stderr, an exit code."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass

from flake8_celery_get.cli.faults import complain

CLEAN, FOUND, BROKEN = 0, 1, 2


@dataclass(frozen=True, slots=True)
class Outcome:
    """A finished command; nothing is printed before it is."""

    code: int
    output: str = ""
    complaints: tuple[str, ...] = ()


def deliver(outcome: Outcome) -> int:
    """Print an outcome and return its exit code, also when nobody reads to the end."""
    try:
        print(outcome.output, end="", flush=True)
        for line in outcome.complaints:
            complain(line)
    except BrokenPipeError:
        _close_stdout()
    except OSError as error:
        _close_stdout()
        complain(f"cannot write the report: {error.strerror}")
        return BROKEN
    return outcome.code


def _close_stdout() -> None:
    # Python flushes stdout once more at exit, and would complain then.
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)


def accept_any_character() -> None:
    """Escape what the terminal's encoding lacks: a report is no reason to crash."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(errors="backslashreplace")
