"""Starts the command and flake8 as forks of one process that has imported them already."""

from __future__ import annotations

import atexit
import json
import os
import socket
import subprocess
import sys
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from tempfile import TemporaryFile
from typing import TYPE_CHECKING

from tests.cli.fork_server import Request

if TYPE_CHECKING:
    from collections.abc import Mapping

MODULES = frozenset({"flake8", "flake8_celery_get"})
SECONDS = 120


@dataclass(frozen=True)
class Done:
    """What a finished process has left."""

    returncode: int
    stdout: bytes
    stderr: bytes


def can_fork(arguments: tuple[str, ...], environment: Mapping[str, str]) -> bool:
    """Whether a fork does the same: variables for Python itself require a new process."""
    is_known = arguments[:1] == ("-m",) and arguments[1] in MODULES
    return (
        is_known
        and hasattr(os, "fork")
        and not any(n.startswith("PYTHON") for n in environment)
    )


def run(
    arguments: tuple[str, ...], folder: Path, environment: Mapping[str, str], stdin: bytes
) -> Done:
    """Run ``python -m MODULE`` with further arguments."""
    request = Request(
        module=arguments[1],
        arguments=list(arguments[2:]),
        folder=str(folder),
        environment=dict(environment),
    )
    with TemporaryFile() as given, TemporaryFile() as out, TemporaryFile() as err:
        given.write(stdin)
        given.seek(0)
        streams = [each.fileno() for each in (given, out, err)]
        channel = server()
        socket.send_fds(channel, [json.dumps(request).encode()], streams)
        code = int(channel.recv(100) or b"-1")
        out.seek(0)
        err.seek(0)
        return Done(code, out.read(), err.read())


@cache
def server() -> socket.socket:
    """The socket of this process's only server, which ends when the socket is closed."""
    ours, theirs = socket.socketpair()
    ours.settimeout(SECONDS)
    with theirs:
        process = subprocess.Popen(
            [sys.executable, "-m", "tests.cli.fork_server"],
            stdin=theirs.fileno(),
            cwd=Path(__file__).parents[2],
        )
    atexit.register(process.wait)
    atexit.register(ours.close)  # runs before `wait`
    return ours
