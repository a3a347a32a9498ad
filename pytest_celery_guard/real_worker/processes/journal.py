"""What happened in the test's and in the worker's processes, in one file, in one order."""

from __future__ import annotations

import json
import os
import time
from pathlib import Path
from typing import Any, NamedTuple


class Entry(NamedTuple):
    """One line: what happened, to which task, when (in epoch seconds), and more of it."""

    kind: str
    task_id: str
    at: float
    more: dict[str, Any]


class Journal:
    """A file that several processes append to; each reads what it has not read yet."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._rest = b""
        # One write to a file in append mode is never mixed with another one.
        self._out = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        self._in = os.open(path, os.O_RDONLY)

    def write(self, kind: str, task_id: str = "", **more: Any) -> None:
        """Append an entry."""
        line = json.dumps([kind, task_id, time.time(), more], default=repr)
        os.write(self._out, line.encode() + b"\n")

    def read(self) -> list[Entry]:
        """What was written since the last call."""
        *lines, self._rest = (self._rest + self._unread()).split(b"\n")
        return [Entry(*json.loads(line)) for line in lines]

    def close(self) -> None:
        """Let go of the file."""
        os.close(self._out)
        os.close(self._in)

    def _unread(self) -> bytes:
        parts = iter(lambda: os.read(self._in, 1 << 20), b"")
        return b"".join(parts)
