"""Which files a command line means."""

from __future__ import annotations

import os
from fnmatch import fnmatch
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

# Others' code and copies of one's own. Hidden folders (.git, .tox) are skipped too.
SKIPPED_FOLDERS = frozenset(
    ("__pycache__", "build", "dist", "node_modules", "site-packages")
)


def python_files(paths: Sequence[str], exclude: Sequence[str] = ()) -> list[str]:
    """Return the absolute paths of the named files and of all files in named folders.

    A named file is taken whatever it is called; a path that is not there and a folder
    that can't be read are taken too, so that reading them says so.
    """
    patterns = [pattern.strip().rstrip("/") for pattern in exclude if pattern.strip()]
    found: dict[str, None] = {}
    for path in paths:
        if os.path.isdir(path):
            found.update(dict.fromkeys(_below(os.path.abspath(path), patterns)))
        else:
            found[os.path.abspath(path)] = None
    return sorted(found)


def _below(folder: str, patterns: Sequence[str]) -> Iterator[str]:
    unreadable: list[str] = []
    # os.walk doesn't follow symlinked folders, so it can't go round in circles.
    for parent, folders, files in os.walk(folder, onerror=_noted(unreadable)):
        folders[:] = [
            name
            for name in folders
            if not _is_foreign(parent, name) and not _matches(parent, name, patterns)
        ]
        for name in files:
            if _is_source(parent, name) and not _matches(parent, name, patterns):
                yield os.path.join(parent, name)
    yield from unreadable


def _noted(folders: list[str]) -> Callable[[OSError], None]:
    """What notes the folder that an error is about."""
    return lambda error: folders.append(str(error.filename))


def _is_foreign(parent: str, name: str) -> bool:
    if name.startswith(".") or name in SKIPPED_FOLDERS:
        return True
    return os.path.isfile(os.path.join(parent, name, "pyvenv.cfg"))


def _is_source(parent: str, name: str) -> bool:
    if name.startswith(".") or not name.endswith(".py"):
        return False
    path = os.path.join(parent, name)
    # Reading a named pipe would wait for ever; a broken link is worth an error.
    return os.path.isfile(path) or not os.path.exists(path)


def _matches(parent: str, name: str, patterns: Sequence[str]) -> bool:
    if not patterns:
        return False
    path = os.path.join(parent, name)
    spellings = (name, path, os.path.relpath(path))
    return any(fnmatch(spelling, p) for p in patterns for spelling in spellings)
