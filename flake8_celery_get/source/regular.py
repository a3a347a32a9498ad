"""The bytes of regular files. Nothing else is opened: reading a pipe could wait forever."""

from __future__ import annotations

import errno
import os
from stat import S_ISDIR, S_ISREG

NOT_REGULAR = "is not a regular file"
_FLAGS = (
    os.O_RDONLY
    | getattr(os, "O_NONBLOCK", 0)  # in case it becomes a pipe after the first look
    | getattr(os, "O_NOCTTY", 0)
    | getattr(os, "O_BINARY", 0)
)


def octets_of(path: str) -> bytes:
    """Return what a regular file holds, also through links.

    Raises OSError for a file that can't be read and for anything that is no regular file,
    ValueError for a null character in the path.
    """
    _require_regular(path, os.stat(path).st_mode)
    handle = os.open(path, _FLAGS)
    with os.fdopen(handle, "rb") as file:
        _require_regular(path, os.fstat(handle).st_mode)
        return file.read()


def _require_regular(path: str, mode: int) -> None:
    if S_ISDIR(mode):
        os.scandir(path).close()  # one that can't be read says so
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
    if not S_ISREG(mode):
        raise OSError(errno.EINVAL, NOT_REGULAR)
