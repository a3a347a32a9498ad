"""JSON files that may be missing, broken or read-only without anyone noticing."""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

try:
    import fcntl
except ImportError:  # Windows: runs side by side then build the same thing twice
    fcntl = None  # type: ignore[assignment]

IGNORE = "# Made by celery-guard.\n*\n"


class Cache:
    """A folder of JSON files; with no folder it forgets everything."""

    def __init__(self, folder: str | None) -> None:
        self.folder = folder

    def load(self, name: str) -> Any:
        """What was stored under ``name``, or None."""
        if self.folder is None:
            return None
        try:
            with open(os.path.join(self.folder, name), encoding="utf-8") as file:
                return json.load(file)
        except (OSError, ValueError, RecursionError):
            return None

    def store(self, name: str, value: Any) -> None:
        """Put ``value`` in place in one step, or not at all."""
        if self.folder is None:
            return
        with suppress(OSError, RecursionError, ValueError):
            self._make_folder()
            handle, temporary = tempfile.mkstemp(dir=self.folder, suffix=".tmp")
            try:
                with os.fdopen(handle, "w", encoding="utf-8") as file:
                    file.write(json.dumps(value, separators=(",", ":")))
                os.replace(temporary, os.path.join(self.folder, name))
            except BaseException:
                os.unlink(temporary)
                raise

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Let one process at a time build; the others wait, then load what it built."""
        lock = self._lock_file()
        if lock is None:
            yield
            return
        with lock:
            with suppress(OSError):
                fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def _lock_file(self) -> Any:
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
