"""stdout and stderr, which may be closed, full, a broken pipe or of another encoding."""

from __future__ import annotations

import os
import sys
from contextlib import suppress

from flake8_celery_get.cli.outcome import BROKEN, Outcome
from flake8_celery_get.printing.visible import visible

STDIN, STDOUT, STDERR = range(3)


def make_ready() -> None:
    """Make sure that nothing that is printed can raise for its characters."""
    _occupy()
    for stream in (sys.stdout, sys.stderr):
        # Not there in a process that was started without, and other in tests.
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(errors="backslashreplace")


def _occupy() -> None:
    """Open what is closed: else the next file to be opened would be taken for stdout."""
    for number in (STDIN, STDOUT, STDERR):
        if not _is_open(number):
            with suppress(OSError):
                _divert(number)


def _is_open(number: int) -> bool:
    try:
        os.fstat(number)
    except OSError:
        return False
    return True


def deliver(outcome: Outcome) -> int:
    """Print an outcome and return its exit code, also when nobody reads to the end."""
    code = outcome.code
    try:
        _print(outcome.output)
    except BrokenPipeError:
        _divert(STDOUT)
    except OSError as error:
        _divert(STDOUT)
        complain(f"cannot write the report: {error.strerror}")
        code = BROKEN
    if outcome.report:
        _tell(outcome.report)
    for line in outcome.complaints:
        complain(line)
    return code


def _print(output: str | bytes) -> None:
    if isinstance(output, str):
        print(output, end="", flush=True)
    elif sys.stdout is not None:
        sys.stdout.buffer.write(output)
        sys.stdout.buffer.flush()


def complain(line: str, program: str = "celery-guard") -> None:
    """Print one line on stderr, whatever it holds; without stderr there is nobody to tell."""
    _tell(f"{program}: {visible(line)}\n")


def _tell(text: str) -> None:
    if sys.stderr is None:
        return
    try:
        print(text, end="", file=sys.stderr, flush=True)
    except OSError:
        _divert(STDERR)


def _divert(number: int) -> None:
    """Let a stream lead nowhere: Python flushes it once more at exit, and would complain."""
    nowhere = os.open(os.devnull, os.O_RDWR)
    if nowhere != number:
        os.dup2(nowhere, number)
        os.close(nowhere)
