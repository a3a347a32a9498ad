"""Files that are replaced: whole, or not at all."""

from __future__ import annotations

import os
import tempfile
from contextlib import suppress


def write(path: str, text: str) -> None:
    """Replace a file in one go, as UTF-8, with the mode that it has. Raises OSError."""
    write_octets(path, text.encode())


def write_octets(path: str, octets: bytes) -> None:
    """Replace a file in one go, with the mode that it has. Raises OSError."""
    target = os.path.realpath(path)  # a link stays a link
    unfinished = ""
    try:
        handle, unfinished = tempfile.mkstemp(
            dir=os.path.dirname(target), prefix=".celery-guard-"
        )
        with os.fdopen(handle, "wb") as file:
            file.write(octets)
        os.chmod(unfinished, _mode_of(target))
        _keep_owner(unfinished, target)
        os.replace(unfinished, target)
    except OSError:
        with suppress(OSError):
            os.unlink(unfinished)
        raise


def _keep_owner(unfinished: str, target: str) -> None:
    """A file that root replaces stays its owner's; others can't give files away."""
    with suppress(OSError, AttributeError):  # Windows has no owners of this kind
        old, new = os.stat(target), os.stat(unfinished)
        if (old.st_uid, old.st_gid) != (new.st_uid, new.st_gid):
            os.chown(unfinished, old.st_uid, old.st_gid)


def _mode_of(path: str) -> int:
    """Return the mode that the file has, or that a new one would get."""
    try:
        return os.stat(path).st_mode & 0o7777
    except FileNotFoundError:
        mask = os.umask(0)
        os.umask(mask)
        return 0o666 & ~mask
