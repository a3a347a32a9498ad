"""Files that are replaced: whole, or not at all."""

from __future__ import annotations

import errno
import os
import tempfile
from contextlib import suppress
from stat import S_ISDIR, S_ISREG

from flake8_celery_get.project.files import root_of
from flake8_celery_get.project.signals import ENDING, held


class Refused(OSError):
    """A file that is left alone on purpose; ``strerror`` is one pathless line."""

    def __init__(self, reason: str) -> None:
        super().__init__(errno.EPERM, reason)


def write(path: str, text: str) -> None:
    """Replace a file in one go, as UTF-8, with the mode that it has.

    A pipe or a device, such as ``/dev/stdout``, is written to. Raises OSError, and
    ValueError for a null character in the path.
    """
    octets = text.encode("utf-8", "backslashreplace")
    mode = _mode_of(path)
    if mode is None or S_ISREG(mode):
        _replace(os.path.realpath(path), octets)  # a link stays a link
    elif S_ISDIR(mode):
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
    else:
        _write_into(path, octets)


def write_source(path: str, octets: bytes) -> None:
    """Replace a file of the checked project in one go, with its mode and its owner.

    Raises OSError, and `Refused` for a file that must not be replaced: it is read-only,
    lies outside of the project that a link to it is part of, or has a second name, which
    would keep the old content.
    """
    check_writable(path)
    _replace(os.path.realpath(path), octets)


def check_writable(path: str) -> None:
    """Raise what `write_source` would raise before it writes anything."""
    target = os.path.realpath(path)
    status = os.stat(target)
    if not is_inside(path, target):
        raise Refused("it is a link out of the project")
    if status.st_nlink > 1:
        raise Refused("it has another hard link")
    if not status.st_mode & 0o222:  # replacing it would work all the same
        raise Refused("it is read-only")
    if not os.access(target, os.W_OK):
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))


def is_inside(path: str, target: str) -> bool:
    """Whether what a path leads to lies in the project that the path is part of."""
    root = os.path.realpath(root_of(os.path.dirname(os.path.abspath(path))))
    return os.path.join(target, "").startswith(os.path.join(root, ""))


def _replace(target: str, octets: bytes) -> None:
    unfinished = ""
    with held(*ENDING):  # or a signal could leave the unfinished file behind
        try:
            handle, unfinished = tempfile.mkstemp(
                dir=os.path.dirname(target), prefix=".celery-guard-"
            )
            with os.fdopen(handle, "wb") as file:
                file.write(octets)
                file.flush()
                os.fsync(handle)  # or a power cut could leave neither the old nor the new
            _dress(unfinished, target)
            os.replace(unfinished, target)
        except BaseException:
            with suppress(OSError):
                os.unlink(unfinished)
            raise


def _dress(unfinished: str, target: str) -> None:
    """Give the new file what the old one has: owner, mode, extended attributes."""
    try:
        old = os.stat(target)
    except FileNotFoundError:
        mask = os.umask(0)
        os.umask(mask)
        os.chmod(unfinished, 0o666 & ~mask)
        return
    _keep_owner(unfinished, old)
    os.chmod(unfinished, old.st_mode & 0o7777)
    _keep_attributes(unfinished, target)


def _keep_owner(unfinished: str, old: os.stat_result) -> None:
    """A file that root replaces stays its owner's; others can't give files away."""
    if not hasattr(os, "chown"):  # Windows has no owners of this kind
        return
    new = os.stat(unfinished)
    if new.st_gid != old.st_gid:
        with suppress(OSError):
            os.chown(unfinished, -1, old.st_gid)
    if new.st_uid != old.st_uid:
        with suppress(OSError):
            os.chown(unfinished, old.st_uid, -1)


def _keep_attributes(unfinished: str, target: str) -> None:
    """Access lists and security labels are among them; not every file system has any."""
    if not hasattr(os, "listxattr"):
        return
    with suppress(OSError):
        for name in os.listxattr(target):
            with suppress(OSError):
                os.setxattr(unfinished, name, os.getxattr(target, name))


def _mode_of(path: str) -> int | None:
    try:
        return os.stat(path).st_mode
    except FileNotFoundError:
        return None


def _write_into(path: str, octets: bytes) -> None:
    """Write to a device, or to a pipe that somebody reads: without, opening it would hang."""
    try:
        handle = os.open(path, os.O_WRONLY | getattr(os, "O_NONBLOCK", 0))
    except OSError as error:
        if error.errno == errno.ENXIO:
            raise OSError(errno.ENXIO, "nobody reads this pipe") from None
        raise
    os.set_blocking(handle, True)
    with os.fdopen(handle, "wb") as file:
        file.write(octets)
