"""Runs a command once, tells how long it took, and keeps what it printed."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from accuracy.verdicts import Site

LIMIT = 600
"""Seconds after which a tool is stopped."""


class ToolError(Exception):
    """A tool that can't check a project; ``str()`` is one line."""


@dataclass(frozen=True, slots=True)
class Report:
    """What a tool says of one project, and how many seconds it took."""

    sites: frozenset[Site]
    seconds: float


@dataclass(frozen=True, slots=True)
class Output:
    """What a command printed, and how many seconds it took."""

    text: str
    seconds: float


def command(name: str) -> str:
    """Return the path of a command that is installed beside this Python."""
    return str(Path(sys.executable).with_name(name))


def output(arguments: Sequence[str], folder: Path, allowed: Sequence[int]) -> Output:
    """Run a command in ``folder``. Raises ToolError for an exit code that isn't ``allowed``."""
    start = time.perf_counter()
    try:
        done = subprocess.run(
            arguments, cwd=folder, capture_output=True, text=True, timeout=LIMIT
        )
    except FileNotFoundError as error:
        raise ToolError("is not installed") from error
    except subprocess.TimeoutExpired as error:
        raise ToolError(f"took more than {LIMIT} seconds") from error
    if done.returncode not in allowed:
        said = [line for line in (done.stderr + done.stdout).splitlines() if "rror" in line]
        raise ToolError(said[0] if said else f"exit code {done.returncode}")
    return Output(done.stdout, time.perf_counter() - start)
