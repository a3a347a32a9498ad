"""Starts processes as forks of a server, or as new ones where a fork would not do."""

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

from tests.forks.server import Request

if TYPE_CHECKING:
    from collections.abc import Mapping

SECONDS = 300


@dataclass(frozen=True)
class Done:
    """What a finished process has left."""

    returncode: int
    stdout: bytes
    stderr: bytes


@dataclass(frozen=True)
class Forks:
    """Starts ``python -m`` with some modules, for which ``loaded`` has been imported already."""

    modules: tuple[str, ...]
    loaded: tuple[str, ...]

    def run(
        self,
        arguments: tuple[str, ...],
        folder: Path,
        environment: Mapping[str, str],
        stdin: bytes = b"",
    ) -> Done:
        """Run Python with these arguments, in addition to the environment of this process."""
        if self.can_fork(arguments, environment):
            return self.fork(arguments, folder, environment, stdin)
        done = subprocess.run(
            [sys.executable, *arguments],
            cwd=folder,
            input=stdin,
            capture_output=True,
            env=whole(environment),
            timeout=SECONDS,
        )
        return Done(done.returncode, done.stdout, done.stderr)

    def can_fork(self, arguments: tuple[str, ...], environment: Mapping[str, str]) -> bool:
        """Whether a fork does the same: variables for Python itself require a new process."""
        is_known = arguments[0] == "-m" and arguments[1] in self.modules
        for_python = any(name.startswith("PYTHON") for name in environment)
        return is_known and not for_python and hasattr(os, "fork")

    def fork(
        self,
        arguments: tuple[str, ...],
        folder: Path,
        environment: Mapping[str, str],
        stdin: bytes = b"",
    ) -> Done:
        """Run ``-m MODULE`` and further arguments."""
        request = Request(
            module=arguments[1],
            arguments=list(arguments[2:]),
            folder=str(folder),
            environment=whole(environment),
        )
        with TemporaryFile() as given, TemporaryFile() as out, TemporaryFile() as err:
            given.write(stdin)
            given.seek(0)
            streams = [each.fileno() for each in (given, out, err)]
            channel = server(self.loaded)
            socket.send_fds(channel, [json.dumps(request).encode()], streams)
            code = int(channel.recv(100) or b"-1")
            out.seek(0)
            err.seek(0)
            return Done(code, out.read(), err.read())


LINTER = Forks(
    modules=("flake8", "flake8_celery_get"),
    loaded=("flake8.main.application", "flake8_celery_get.*"),
)


def whole(environment: Mapping[str, str]) -> dict[str, str]:
    """The variables of this process and others."""
    return {**os.environ, "PYTHONIOENCODING": "utf-8"} | dict(environment)


@cache
def server(loaded: tuple[str, ...]) -> socket.socket:
    """The socket of this process's only server of its kind, which ends when it is closed."""
    ours, theirs = socket.socketpair()
    ours.settimeout(SECONDS)
    with theirs:
        process = subprocess.Popen(
            [sys.executable, "-m", "tests.forks.server", *loaded],
            stdin=theirs.fileno(),
            cwd=Path(__file__).parents[2],
        )
    atexit.register(process.wait)
    atexit.register(ours.close)  # runs before `wait`
    return ours
