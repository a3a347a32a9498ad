"""How reports write paths."""

from __future__ import annotations

import os


def shown_path(path: str) -> str:
    """Return the path from the working directory when it leads down, else as it is."""
    relative = relative_path(path)
    return path if relative.startswith("../") else relative


def relative_path(path: str) -> str:
    """Return the path from the working directory, with forward slashes."""
    try:
        relative = os.path.relpath(path)
    except ValueError:  # another drive
        relative = path
    return relative.replace(os.sep, "/")
