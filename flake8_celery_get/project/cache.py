"""JSON files that may be missing, broken or read-only without anyone noticing."""

from __future__ import annotations

import json
import os
import tempfile
import time
import zlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import IO, Any

try:
    import fcntl
except ImportError:  # Windows: runs side by side then build the same thing twice
    fcntl = None  # type: ignore[assignment]

LONGEST_WAIT = 60
"""Seconds to wait for another process that reads the same project."""

IGNORE = "# Made by celery-guard.\n*\n"


class Cache:
    """A folder of JSON files; with no folder it forgets everything."""

    def __init__(self, folder: str | None) -> None:
        self.folder = folder
        self.is_frozen = False

    def freeze(self) -> None:
        """Store nothing more: what is learnt from now on is not what the disk says."""
        self.is_frozen = True

    def load(self, name: str) -> Any:
        """What was stored under ``name``, or None: also where a byte of it has changed."""
        if self.folder is None:
            return None
        try:
            with open(os.path.join(self.folder, name), "rb") as file:
                seal, _, body = file.read().partition(b"\n")
            return json.loads(body) if seal == _seal(body) else None
        except (OSError, ValueError, RecursionError):
            return None

    def store(self, name: str, value: Any) -> None:
        """Put ``value`` in place in one step, or not at all."""
        if self.folder is None or self.is_frozen:
            return
        with suppress(OSError, RecursionError, ValueError):
            body = json.dumps(value, separators=(",", ":")).encode()
            self._make_folder()
            self._replace(name, _seal(body) + b"\n" + body)

    def _replace(self, name: str, octets: bytes) -> None:
        handle, temporary = tempfile.mkstemp(dir=self.folder, suffix=".tmp")
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(octets)
            os.replace(temporary, os.path.join(self.folder or "", name))
        except BaseException:
            os.unlink(temporary)
            raise

    @contextmanager
    def locked(self) -> Iterator[bool]:
        """Let one process at a time build; gives whether there was another to wait for."""
        lock = self._lock_file()
        if lock is None:
            yield False
            return
        with lock:
            yield _wait_for(lock)

    def _lock_file(self) -> IO[str] | None:
        if self.folder is None or fcntl is None:
            return None
        try:
            self._make_folder()
            return open(os.path.join(self.folder, "lock"), "w", encoding="utf-8")
        except OSError:
            return None

    def _make_folder(self) -> None:
        assert self.folder is not None
        os.makedirs(self.folder, exist_ok=True)
        ignore = os.path.join(self.folder, ".gitignore")
        if not os.path.exists(ignore):
            with open(ignore, "w", encoding="utf-8") as file:
                file.write(IGNORE)


def _seal(body: bytes) -> bytes:
    """Tells a damaged file from a whole one; it is no protection against a forger."""
    return b"%08x" % zlib.crc32(body)


def _wait_for(lock: IO[str]) -> bool:
    """Take the lock; after a while go on without: doing work twice beats never doing it."""
    for attempt in range(LONGEST_WAIT * 20):
        if _takes(lock):
            return attempt > 0
        time.sleep(0.05)
    return True


def _takes(lock: IO[str]) -> bool:
    """Take the lock if it is free; where there are no locks, none is needed."""
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:
        return True
    return True
