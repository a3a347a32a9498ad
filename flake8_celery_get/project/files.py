"""Which files a project has, and which folder is its root."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from functools import cache
from stat import S_ISREG
from typing import TypeAlias

MARKERS = ("pyproject.toml", "setup.cfg", "setup.py", "manage.py", ".git")
NOT_OURS = frozenset({"__pycache__", "node_modules", "site-packages"})
_INSTALLED = (".dist-info", ".egg-info")
VIRTUAL = "pyvenv.cfg"
"""What stands at the top of a virtual environment."""

MOST_FILES = 50_000
"""A folder with more is no project; only the first ones found are read."""

BESIDE = (".env", "docker-compose", "compose.", "Dockerfile", "Procfile", "Makefile")
BESIDE_ENDINGS = (".cfg", ".env", ".ini", ".sh", ".toml", ".yaml", ".yml")
"""Names of files beside the code that programs get settings from, by start and by end."""

MOST_FOLDERS_BESIDE = 100
LARGEST_BESIDE = 1_000_000

Stamp: TypeAlias = tuple[int, int]
"""Size in bytes, modification time in nanoseconds."""


@cache
def root_of(folder: str, top: str = "") -> str:
    """The nearest folder above that is marked as a project.

    Where none is, it is ``top``, for what is in there; else the folder around the package.
    """
    current = folder
    while True:
        if _is_marked(current):
            return current
        parent = os.path.dirname(current)
        if parent == current:
            return top if top and is_in(folder, top) else package_top(folder)
        current = parent


@cache
def outermost(root: str) -> str:
    """The outermost folder above that is marked as a project, within the same repository."""
    current = outer = root
    while not os.path.exists(os.path.join(current, ".git")):
        parent = os.path.dirname(current)
        if parent == current or parent == os.path.expanduser("~"):
            return outer
        current = parent
        outer = current if _is_marked(current) else outer
    return current


def _is_marked(folder: str) -> bool:
    """Whether a folder is that of a project; a package may have a module called ``setup``."""
    is_package = os.path.exists(os.path.join(folder, "__init__.py"))
    marks = (mark for mark in MARKERS if not (is_package and mark == "setup.py"))
    return any(os.path.exists(os.path.join(folder, mark)) for mark in marks)


def top_of(paths: Iterable[str]) -> str:
    """The folder that makes one project of ``paths`` where nothing marks one; or "".

    It is the folder that was given. Single files belong to the working directory.
    """
    given = [os.path.abspath(path) for path in paths]
    if not given:
        return ""
    top = os.path.commonpath(given) if all(map(os.path.isdir, given)) else os.getcwd()
    too_large = {os.path.abspath(os.sep), os.path.expanduser("~")}
    return top if top not in too_large and all(is_in(path, top) for path in given) else ""


def is_in(path: str, folder: str) -> bool:
    """Whether a path is a folder's own, or leads into it."""
    return path.startswith(folder) and (
        path == folder or path.startswith(os.path.join(folder, ""))
    )


@cache
def package_top(folder: str) -> str:
    """The first folder, from this one upwards, that is no package itself."""
    while os.path.exists(os.path.join(folder, "__init__.py")):
        parent = os.path.dirname(folder)
        if parent == folder:
            break
        folder = parent
    return folder


def forget_folders() -> None:
    """Look again for what marks projects and packages: folders may have changed."""
    root_of.cache_clear()
    outermost.cache_clear()
    package_top.cache_clear()


def python_files(root: str) -> dict[str, Stamp]:
    """Every Python file below ``root`` with its stamp, in a settled order."""
    found: dict[str, Stamp] = {}
    for path, stamp in _walk(root):
        found[path] = stamp
        if len(found) >= MOST_FILES:
            break
    return dict(sorted(found.items()))


def _walk(root: str) -> Iterator[tuple[str, Stamp]]:
    folders = [root]
    while folders:
        folder = folders.pop()
        try:
            entries = list(os.scandir(folder))
        except OSError:
            continue
        if folder != root and any(entry.name == VIRTUAL for entry in entries):
            continue
        for entry in entries:
            name = entry.name
            if name.endswith(".py"):
                stamp = stamp_of(entry)
                if stamp is not None:
                    yield entry.path, stamp
            elif name[0] != "." and _may_be_ours(entry):
                folders.append(entry.path)


def _may_be_ours(entry: os.DirEntry[str]) -> bool:
    is_ours = entry.name not in NOT_OURS and not entry.name.endswith(_INSTALLED)
    return is_ours and entry.is_dir(follow_symlinks=False)


def files_beside(root: str) -> dict[str, list[int]]:
    """The files that may hold environments and settings, with their stamps.

    They stand at the root, in a folder there (``deploy``, ``.envs``), or above it in the same
    repository.
    """
    folders = [
        *_above(root),
        *(entry.path for entry in _entries(root) if _may_deploy(entry)),
    ]
    return {
        entry.path: list(stamp)
        for folder in folders[:MOST_FOLDERS_BESIDE]
        for entry in _entries(folder)
        if entry.name.startswith(BESIDE) or entry.name.endswith(BESIDE_ENDINGS)
        if entry.name != "airflow.cfg"  # of Airflow's own app
        if (stamp := stamp_of(entry)) is not None and stamp[0] <= LARGEST_BESIDE
        if os.access(entry, os.R_OK)  # that it becomes readable changes no stamp
    }


def _above(root: str) -> Iterator[str]:
    """The root and the folders above it, up to that of the repository, if there is one."""
    folders = [root]
    while not os.path.exists(os.path.join(folders[-1], ".git")):
        parent = os.path.dirname(folders[-1])
        if parent == folders[-1]:
            return iter([root])
        folders.append(parent)
    return iter(folders)


def _entries(folder: str) -> list[os.DirEntry[str]]:
    try:
        return sorted(os.scandir(folder), key=lambda entry: entry.name)
    except OSError:
        return []


def _may_deploy(entry: os.DirEntry[str]) -> bool:
    if entry.name == ".git" or not _may_be_ours(entry):
        return False
    return not os.path.exists(os.path.join(entry.path, VIRTUAL))


def stamp_of(entry: os.DirEntry[str] | str) -> Stamp | None:
    """Size and time of a regular file, or None."""
    try:
        status = os.stat(entry)
    except OSError:
        return None
    return (status.st_size, status.st_mtime_ns) if S_ISREG(status.st_mode) else None
