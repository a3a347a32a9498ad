"""Imports modules, waits for requests on the socket that it inherits as stdin, and forks for each.

The child is what a new process would be: it has its own stdin, stdout and stderr, folder,
environment and arguments, and the interpreter's own end.
"""

from __future__ import annotations

import io
import json
import os
import runpy
import socket
import sys
from importlib import import_module
from pkgutil import walk_packages
from typing import TypedDict


class Request(TypedDict):
    """What a process is started with."""

    module: str
    arguments: list[str]
    folder: str
    environment: dict[str, str]


def main() -> None:
    """Serve until the other end is closed; each child runs its module instead."""
    for name in sys.argv[1:]:
        load(name)
    request = served(socket.socket(fileno=os.dup(0)))
    if request is not None:
        run(request)


def load(name: str) -> None:
    """Import a module; ``name.*`` stands for a package with all its modules."""
    module = import_module(name.removesuffix(".*"))
    if name.endswith(".*"):
        for each in walk_packages(module.__path__, f"{module.__name__}."):
            if not each.name.endswith("__main__") and ".server" not in each.name:
                import_module(each.name)


def served(channel: socket.socket) -> Request | None:
    """Fork for each request; returns in the children, and at the end without a request."""
    while True:
        octets, streams, _, _ = socket.recv_fds(channel, 1 << 20, 3)
        if not octets:
            return None
        pid = os.fork()
        if pid == 0:
            channel.close()
            for number, stream in enumerate(streams):
                os.dup2(stream, number)
                os.close(stream)
            request: Request = json.loads(octets)
            return request
        for stream in streams:
            os.close(stream)
        code = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
        channel.send(str(code).encode())


def run(request: Request) -> None:
    """Become ``python -m`` in the requested folder."""
    os.chdir(request["folder"])
    os.environ.clear()
    os.environ.update(request["environment"])
    for stream in (sys.stdin, sys.stdout, sys.stderr):
        assert isinstance(stream, io.TextIOWrapper)
        stream.reconfigure(encoding="utf-8")
    sys.path[0] = request["folder"]
    sys.argv[1:] = request["arguments"]
    runpy.run_module(request["module"], run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    main()
