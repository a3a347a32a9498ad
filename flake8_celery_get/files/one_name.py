"""Which of several names of one file is changed: a file and links to it are one."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable


def chosen_names(paths: Iterable[str]) -> dict[str, str]:
    """Return for each path the one that stands for its file, by preference no link."""
    by_file: dict[object, list[str]] = {}
    for path in sorted(paths):
        by_file.setdefault(_file(path), []).append(path)
    return {path: _chosen(names) for names in by_file.values() for path in names}


def _file(path: str) -> object:
    try:
        status = os.stat(path)
    except (OSError, ValueError):
        return path
    return (status.st_dev, status.st_ino) if status.st_ino else os.path.realpath(path)


def _chosen(names: list[str]) -> str:
    return next((name for name in names if os.path.realpath(name) == name), names[0])
