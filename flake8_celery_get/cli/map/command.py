"""``celery-guard map``: reads the project, draws it, writes the drawing."""

from __future__ import annotations

import errno
import os
import sys
from typing import TYPE_CHECKING

from flake8_celery_get.cli.map import json_report, mermaid, page, tree
from flake8_celery_get.cli.map.printable import printable
from flake8_celery_get.cli.outcome import BROKEN, CLEAN, Outcome, UsageError
from flake8_celery_get.cli.settings.files import python_files
from flake8_celery_get.cli.settings.project import configured, project_options
from flake8_celery_get.cli.terminal.paths import shown_path
from flake8_celery_get.cli.terminal.progress import working
from flake8_celery_get.engine import collector_off
from flake8_celery_get.files.written import write
from flake8_celery_get.project.files import root_of
from flake8_celery_get.project.project import Project

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable, Iterator

    from flake8_celery_get.model.picture.shape import Picture
    from flake8_celery_get.options import Options

_RENDERERS: dict[str, Callable[[Picture], str]] = {
    "mermaid": mermaid.render,
    "html": page.render,
}


_BY_SUFFIX = {
    ".html": "html",
    ".htm": "html",
    ".json": "json",
    ".mmd": "mermaid",
    ".mermaid": "mermaid",
}
"""The format that a file's name asks for."""


def run(values: argparse.Namespace) -> Outcome:
    """Draw what the command line names; raises `UsageError`."""
    if values.format is None:
        suffix = os.path.splitext(values.output or "")[1].lower()
        values.format = _BY_SUFFIX.get(suffix, "tree")
    options = project_options(values, configured(values))
    unreadable = tuple(_unreadable(values.path))
    if os.path.abspath(values.path) in unreadable:
        raise UsageError(_forbidden(values.path))
    picture, refused = _picture(values.path, options)
    text = _drawn(picture, values)
    notes = (f"no cache: {refused}",) if refused else ()
    code = BROKEN if unreadable else CLEAN
    complaints = (*notes, *map(_forbidden, unreadable))
    if values.output is not None:
        _write(values.output, text)
        return Outcome(code, complaints=complaints)
    if values.format == "html" and sys.stdout is not None and sys.stdout.isatty():
        return Outcome(code, _opened_in_browser(text), complaints)
    return Outcome(code, text, complaints)


def _opened_in_browser(page: str) -> str:
    # Imported here: only a page needs it.
    from flake8_celery_get.cli.map import browser

    try:
        return browser.shown(page)
    except OSError as error:
        reason = f"cannot write a temporary file: {error.strerror}"
        raise UsageError(f"{reason}; name one with --output") from None


def _drawn(picture: Picture, values: argparse.Namespace) -> str:
    if values.format == "json":
        return json_report.render(picture)
    if values.format == "tree":
        return tree.render(printable(picture), values.color, is_shown=values.output is None)
    return _RENDERERS[values.format](printable(picture))


def _unreadable(path: str) -> Iterator[str]:
    """The files and folders below a path that a picture can't show."""
    for found in python_files([path]):
        if os.path.exists(found) and not os.access(found, os.R_OK):
            yield found


def _forbidden(path: str) -> str:
    return f"{shown_path(path)}: {os.strerror(errno.EACCES)}"


def _picture(path: str, options: Options) -> tuple[Picture, str]:
    """The picture, and why there is no cache where there should be one."""
    # Imported here: a wrong command line needs no model.
    from flake8_celery_get.model.picture.draw import picture_of
    from flake8_celery_get.model.picture.part import part_below

    project, below = _opened(path, options)
    with collector_off(), working("drawing the map"):
        try:
            picture = picture_of(project)
        except Exception:
            if not project.distrust_cache():
                raise
            picture = picture_of(project)
    project.save_facts()
    return part_below(picture, below), project.refused_cache


def _opened(path: str, options: Options) -> tuple[Project, str]:
    """The project that a path belongs to, and the path from its root."""
    if not os.path.exists(path):
        raise UsageError(f"{path}: no such file or folder")
    whole = os.path.abspath(path)
    folder = whole if os.path.isdir(whole) else os.path.dirname(whole)
    project = Project(root_of(folder, options.top), options)
    project.open()
    if not any(
        each == whole or each.startswith(_inside(whole)) for each in project.records
    ):
        raise UsageError(f"{path}: there are no Python files here")
    return project, "" if whole == project.root else project.relative(whole)


def _inside(folder: str) -> str:
    return os.path.join(folder, "")


def _write(path: str, text: str) -> None:
    try:
        write(path, text)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise UsageError(f"--output: {path}: {reason}") from None
