"""A Redis of our own: Celery's tests count all channels and use fixed keys of database 0."""

from __future__ import annotations

import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager

SECONDS_TO_START = 10.0


class NoRedisError(Exception):
    """Redis can't be started; ``str()`` is one line."""


@contextmanager
def own_redis() -> Iterator[int]:
    """Run an empty Redis that keeps nothing, and yield its port."""
    port = _free_port()
    with tempfile.TemporaryDirectory() as folder:
        command = ["redis-server", "--port", str(port), "--save", "", "--dir", folder]
        try:
            server = subprocess.Popen(command, stdout=subprocess.DEVNULL)
        except OSError as error:
            raise NoRedisError("redis-server is needed on the PATH") from error
        try:
            _await(port)
            yield port
        finally:
            server.terminate()
            server.wait()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _await(port: int) -> None:
    deadline = time.monotonic() + SECONDS_TO_START
    while not _answers(port):
        if time.monotonic() > deadline:
            raise NoRedisError(f"redis-server does not answer on port {port}")
        time.sleep(0.05)


def _answers(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), timeout=1).close()
    except OSError:
        return False
    return True
