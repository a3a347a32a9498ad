"""Runs a command to its end and tells what it cost, its own children included."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

# Linux counts in kilobytes, macOS in bytes.
UNITS_PER_MEGABYTE = 1_000_000 if sys.platform == "darwin" else 1_000


class MeasureError(Exception):
    """A command that fails to do what is measured; ``str()`` is one line."""


@dataclass(frozen=True, slots=True)
class Usage:
    """What one command used.

    ``cpu`` and ``wall`` are seconds, ``cpu`` is user plus system time of all its processes.
    ``memory`` is the peak of its largest process, in megabytes. A new process starts as a
    copy of this one, so it is never less than this one's own.
    """

    cpu: float
    wall: float
    memory: float


def run(command: Sequence[str], folder: Path, allowed: Sequence[int] = (0,)) -> Usage:
    """Run ``command`` in ``folder``, its output thrown away.

    Raises MeasureError for an exit code that isn't ``allowed``.
    """
    start = time.perf_counter()
    with subprocess.Popen(
        command,
        cwd=folder,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        env=_environment(),
    ) as process:
        complaints = process.stderr.read() if process.stderr else b""
        # wait4 alone tells what this very child and those it waited for have used.
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    _demand(process.returncode in allowed, command, complaints)
    cpu = used.ru_utime + used.ru_stime
    return Usage(cpu, time.perf_counter() - start, used.ru_maxrss / UNITS_PER_MEGABYTE)


def output(command: Sequence[str], folder: Path) -> str:
    """Return what ``command`` prints. Raises MeasureError when it fails."""
    done = subprocess.run(command, cwd=folder, capture_output=True, env=_environment())
    _demand(done.returncode == 0, command, done.stderr)
    return done.stdout.decode()


def _demand(succeeded: bool, command: Sequence[str], complaints: bytes) -> None:
    # A plugin that fails inside flake8 only says so; it would look wonderfully cheap.
    text = complaints.decode(errors="replace").strip()
    if not succeeded or "internal error" in text:
        last_line = (text.splitlines() or ["no message"])[-1]
        raise MeasureError(f"{' '.join(command[:4])} … failed: {last_line}")


def _environment() -> dict[str, str]:
    # The order of sets, and with it the work done, is the same in every run; what Python
    # and pytest compile is kept, as it is for a user.
    names = os.environ.keys() - {"PYTHONDONTWRITEBYTECODE"}
    return {**{name: os.environ[name] for name in names}, "PYTHONHASHSEED": "0"}
