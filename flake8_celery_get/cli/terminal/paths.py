"""How reports write paths."""

from __future__ import annotations

import os
import re
from urllib.parse import quote

from flake8_celery_get.printing.visible import visible

_PLACE = re.compile(r":(?=[:0-9])")
"""What looks like a line number, or like a command of GitHub Actions."""


def shown_path(path: str) -> str:
    r"""Return the path for people and for programs that read lines: printable, one line.

    It starts at the working directory when it leads down from there, else at the root. A
    colon before a digit or another colon is written ``\x3a``: a file's name must not look
    like a finding in another file.
    """
    return _printable(short_path(path))


def short_path(path: str) -> str:
    """Return the path that `shown_path` shows, as it is."""
    relative = relative_path(path)
    return path if relative.startswith("../") else relative


def printable_path(path: str) -> str:
    """Return the path from the working directory as `shown_path` writes it."""
    return _printable(relative_path(path))


def _printable(path: str) -> str:
    return _PLACE.sub(r"\\x3a", visible(path))


def relative_path(path: str) -> str:
    """Return the path from the working directory, with forward slashes, as it is."""
    try:
        relative = os.path.relpath(path)
    except ValueError:  # another drive
        relative = path
    return relative.replace(os.sep, "/")


def uri(path: str) -> str:
    """Return the path from the working directory as a relative URI, byte by byte."""
    return quote(os.fsencode(relative_path(path)))
