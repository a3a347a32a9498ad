"""JSON files that may be missing, broken, foreign or read-only: then they are not there."""

from __future__ import annotations

import json
import os
import time
import zlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import IO, Any

from flake8_celery_get.project.kept import cache_files

try:
    import fcntl
except ImportError:  # Windows: runs side by side then build the same thing twice
    fcntl = None  # type: ignore[assignment]

LONGEST_WAIT = 60
"""Seconds to wait for another process that reads the same project."""

BROKEN = (OSError, ValueError, RecursionError, MemoryError)


class Cache:
    """A folder of JSON files; with no folder it forgets everything.

    ``refusal`` says why a folder that is there is left alone; empty where it is not.
    """

    def __init__(self, folder: str | None) -> None:
        self.refusal = cache_files.oddity(folder) if folder else ""
        self.folder = None if self.refusal else folder
        self.is_frozen = False
        self.was_read = False
        self._is_made = False

    @property
    def keeps(self) -> bool:
        """Whether what is stored is kept."""
        return self.folder is not None and not self.is_frozen

    def freeze(self) -> None:
        """Store nothing more: what is learnt from now on is not what the disk says."""
        self.is_frozen = True

    def close(self) -> None:
        """Neither load nor store anything more."""
        self.folder = None

    def load(self, name: str) -> Any:
        """What was stored under ``name``, or None: also where a byte of it has changed."""
        if self.folder is None:
            return None
        try:
            seal, _, body = cache_files.read(self.folder, name).partition(b"\n")
            value = json.loads(body) if seal == _seal(body) else None
        except BROKEN:
            return None
        self.was_read = self.was_read or value is not None
        return value

    def store(self, name: str, value: Any) -> None:
        """Put ``value`` in place in one step, or not at all."""
        if self.folder is None or self.is_frozen:
            return
        with suppress(*BROKEN):
            body = json.dumps(value, default=_pack, separators=(",", ":")).encode()
            if len(body) < cache_files.LARGEST:
                self._make_folder(self.folder)
                cache_files.replace(self.folder, name, _seal(body) + b"\n" + body)

    @contextmanager
    def locked(self) -> Iterator[bool]:
        """Let one process at a time build; gives whether there was another to wait for."""
        lock = self._lock_file()
        if lock is None:
            yield False
            return
        with lock:
            yield _wait_for(lock)

    def _lock_file(self) -> IO[bytes] | None:
        if self.folder is None or fcntl is None:
            return None
        try:
            self._make_folder(self.folder)
            return os.fdopen(cache_files.lock(self.folder), "r+b")
        except (OSError, ValueError):
            return None

    def _make_folder(self, folder: str) -> None:
        """Make it where it is not there; the first time, remove what others left behind."""
        with suppress(FileNotFoundError):
            if self._is_made and not cache_files.foreign(folder):
                return
        cache_files.make(folder)
        cache_files.tidy(folder)
        self._is_made = True


def _pack(part: object) -> Any:
    # Imported here: a run in which nothing changed stores no code.
    from flake8_celery_get.source.pack import pack

    return pack(part)


def _seal(body: bytes) -> bytes:
    """Tells a damaged file from a whole one; it is no protection against a forger."""
    return b"%08x" % zlib.crc32(body)


def _wait_for(lock: IO[bytes]) -> bool:
    """Take the lock; after a while go on without: doing work twice beats never doing it."""
    for attempt in range(LONGEST_WAIT * 20):
        if _takes(lock):
            return attempt > 0
        time.sleep(0.05)
    return True


def _takes(lock: IO[bytes]) -> bool:
    """Take the lock if it is free; where there are no locks, none is needed."""
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:
        return True
    return True
