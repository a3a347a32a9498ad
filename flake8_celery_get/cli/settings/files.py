"""Which files a command line means."""

from __future__ import annotations

import os
from fnmatch import fnmatch
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

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
    """Yield the source files below a folder, and the folders that can't be read.

    `os.walk` calls itself for each level, and some folders are deeper than Python's stack.
    """
    folders = [folder]
    while folders:
        parent = folders.pop()
        try:
            entries = _entries(parent)
        except OSError:
            yield parent
            continue
        for name, is_folder, is_link in entries:
            wanted = _is_source if not is_folder else _is_own
            if not wanted(parent, name) or _matches(parent, name, patterns):
                continue
            if not is_folder:
                yield os.path.join(parent, name)
            elif not is_link:  # a link to a folder could lead round in circles
                folders.append(os.path.join(parent, name))


def _entries(folder: str) -> list[tuple[str, bool, bool]]:
    """The names in a folder, and whether they are those of folders and of links."""
    with os.scandir(folder) as entries:
        return [(each.name, _is_folder(each), each.is_symlink()) for each in entries]


def _is_folder(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir()
    except OSError:  # a link that leads round in circles
        return False


def _is_own(parent: str, name: str) -> bool:
    return not _is_foreign(parent, name)


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
