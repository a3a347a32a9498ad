"""The files of a cache folder: only regular ones of our own making are opened.

A checkout can bring a cache folder along. Links in it could lead anywhere, and opening a
pipe or a device could wait forever.
"""

from __future__ import annotations

import errno
import os
import time
from contextlib import suppress
from stat import S_ISDIR, S_ISLNK, S_ISREG

LARGEST = 32_000_000
"""Bytes: the index of 50,000 files has a fifth of that."""

CACHE_FOLDER = ".celery_guard_cache"
LOCK, IGNORE = "lock", ".gitignore"
IGNORED = b"# Made by celery-guard.\n*\n"
_PREFIXES = ("index-", "facts-", "unfinished-")
_UNFINISHED = ("unfinished-", ".tmp")
_ABANDONED = 3600
"""Seconds after which whoever began a file has surely ended without finishing it."""

_SAFELY = (
    getattr(os, "O_NOFOLLOW", 0)
    | getattr(os, "O_NONBLOCK", 0)
    | getattr(os, "O_NOCTTY", 0)
    | getattr(os, "O_BINARY", 0)
)


def oddity(folder: str) -> str:
    """Return why a folder is no cache folder of ours; nothing for one that is fine.

    A folder that is not there, or that can't be read, is fine: it is made, or does without.
    """
    try:
        if reason := foreign(folder):
            return reason
        with os.scandir(folder) as entries:
            odd = [entry.name for entry in entries if _is_odd(entry)]
    except (OSError, ValueError):
        return ""
    return f"{min(odd)} in {folder} is not a regular file" if odd else ""


def foreign(folder: str) -> str:
    """Return why what stands there is no folder of our own. Raises OSError for nothing."""
    status = os.lstat(folder)
    if S_ISLNK(status.st_mode):
        return f"{folder} is a link"
    if not S_ISDIR(status.st_mode):
        return f"{folder} is not a folder"
    return "" if _is_own(status) else f"{folder} belongs to another user"


def _is_odd(entry: os.DirEntry[str]) -> bool:
    return _is_ours(entry.name) and not entry.is_file(follow_symlinks=False)


def _is_ours(name: str) -> bool:
    return name in (LOCK, IGNORE) or name.startswith(_PREFIXES)


def _is_own(status: os.stat_result) -> bool:
    """Whether the user who runs this owns a file; Windows doesn't tell."""
    return not hasattr(os, "geteuid") or status.st_uid == os.geteuid()


def make(folder: str) -> None:
    """Make the folder, and let git ignore it. Raises OSError, also for an odd one."""
    os.makedirs(folder, exist_ok=True)
    if oddity(folder):
        raise OSError(errno.EPERM, "is not ours")
    names = os.listdir(folder)
    if IGNORE not in names and all(map(_is_ours, names)):  # else others use it too
        replace(folder, IGNORE, IGNORED)


def read(folder: str, name: str) -> bytes:
    """Return what a file holds. Raises OSError, also for anything that is not ours."""
    handle = _opened(os.path.join(folder, name), os.O_RDONLY)
    with os.fdopen(handle, "rb") as file:
        octets = file.read(LARGEST + 1)
    if len(octets) > LARGEST:
        raise OSError(errno.EFBIG, os.strerror(errno.EFBIG))
    return octets


def lock(folder: str) -> int:
    """Return a handle of the file that is locked; raises OSError."""
    return _opened(os.path.join(folder, LOCK), os.O_RDWR | os.O_CREAT)


def _opened(path: str, flags: int) -> int:
    """Open a regular file of our own, and nothing else: no link, no second name of another."""
    with suppress(FileNotFoundError):
        _require_own(os.lstat(path))  # some devices do something when they are opened
    handle = os.open(path, flags | _SAFELY, 0o600)
    try:
        _require_own(os.fstat(handle))
    except OSError:
        os.close(handle)
        raise
    return handle


def _require_own(status: os.stat_result) -> None:
    if not (S_ISREG(status.st_mode) and _is_own(status) and status.st_nlink <= 1):
        raise OSError(errno.EPERM, "is not ours")


def replace(folder: str, name: str, octets: bytes) -> None:
    """Put a file in place in one step, whatever is there. Raises OSError."""
    # Imported here: a run in which nothing changed writes nothing.
    import tempfile

    start, end = _UNFINISHED
    handle, unfinished = tempfile.mkstemp(dir=folder, prefix=start, suffix=end)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(octets)
        os.replace(unfinished, os.path.join(folder, name))
    except BaseException:
        with suppress(OSError):
            os.unlink(unfinished)
        raise


def tidy(folder: str) -> None:
    """Remove what runs that were killed have left unfinished."""
    start, end = _UNFINISHED
    oldest = time.time() - _ABANDONED
    with suppress(OSError), os.scandir(folder) as entries:
        for entry in entries:
            if entry.name.startswith(start) and entry.name.endswith(end):
                with suppress(OSError):
                    if entry.stat(follow_symlinks=False).st_mtime < oldest:
                        os.unlink(entry.path)
