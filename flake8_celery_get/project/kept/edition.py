"""Which edition of the linter wrote a cache: another one may read code differently."""

from __future__ import annotations

import os
import zlib
from collections.abc import Iterator
from functools import cache

from flake8_celery_get import __version__

PACKAGE = os.path.abspath(os.path.join(os.path.dirname(__file__), "..", ".."))
INSTALLED = frozenset({"site-packages", "dist-packages"})


@cache
def edition() -> str:
    """The version, and a checksum of what may differ between copies of the same version.

    Of an installed one that is pip's list of its files with their hashes, where there is
    one; of a checkout, when each file was changed.
    """
    try:
        marks = _hashes() if _is_installed() else sorted(_changes(PACKAGE))
    except OSError:  # inside an archive, say
        marks = []
    text = "\n".join(marks).encode()
    return f"{__version__}+{zlib.crc32(text):08x}" if marks else __version__


def _is_installed() -> bool:
    return os.path.basename(os.path.dirname(PACKAGE)) in INSTALLED


def _hashes() -> list[str]:
    """The lines of pip's list that tell the content of our own modules."""
    around, name = os.path.split(PACKAGE)
    for other in sorted(os.listdir(around)):
        if other.startswith("celery_guard-") and other.endswith(".dist-info"):
            with open(os.path.join(around, other, "RECORD"), encoding="utf-8") as file:
                return [line for line in file if line.startswith(name) and "=" in line]
    return []


def _changes(folder: str) -> Iterator[str]:
    """Name, size and time in nanoseconds of each module below a folder."""
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.is_dir() and entry.name != "__pycache__":
                yield from _changes(entry.path)
            elif entry.name.endswith(".py"):
                status = entry.stat()
                name = os.path.relpath(entry.path, PACKAGE)
                yield f"{name} {status.st_size} {status.st_mtime_ns}"
